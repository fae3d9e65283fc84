/**
 * What to start and what to stop next. Pure: it looks at one app's definition and tasks and the time, so that every
 * case can be played through. It is asked again after each change and a few times a second.
 *
 * The counts are those of Marathon's task replacement: at least ceil(instances * minimumHealthCapacity) tasks stay
 * up, at most floor(instances * (1 + maximumOverCapacity)) run at once. Where both are equal nothing could ever be
 * replaced; then one more may run for a while.
 */
import type { App, HealthCheck } from './definition.ts'

export interface Task {
  readonly id: string
  readonly configuration: string
  readonly startedAtMs: number
  /** Without a health check a task is healthy as soon as it runs. */
  readonly isHealthy: boolean
  /** Without a readiness check a task is ready. */
  readonly isReady: boolean
  /** It was told to stop and is not gone yet. */
  readonly isStopping: boolean
}

export type Action =
  | { readonly kind: 'launch' }
  | { readonly kind: 'stop'; readonly taskId: string; readonly why: 'replaced' | 'scaled down' }

export interface Standing {
  readonly app: Pick<
    App,
    'configuration' | 'instances' | 'minimumHealthCapacity' | 'maximumOverCapacity' | 'killOldestFirst'
  >
  readonly tasks: readonly Task[]
  /** Back-off: nothing is launched before. */
  readonly mayLaunchAtMs: number
}

/** Healthy and ready: it counts as up while others are replaced. */
export function isUp({ isHealthy, isReady, isStopping }: Task): boolean {
  return isHealthy && isReady && !isStopping
}

export function nextActions({ app, tasks, mayLaunchAtMs }: Standing, nowMs: number): Action[] {
  const staying = tasks.filter(({ isStopping }) => !isStopping)
  const fresh = staying.filter(({ configuration }) => configuration === app.configuration)
  const old = staying.filter(({ configuration }) => configuration !== app.configuration)
  const { upAtLeast, runAtMost } = capacity(app, old.length > 0 ? staying.length : null)

  const replaceable = Math.max(0, old.length + fresh.filter(isUp).length - upAtLeast)
  const replaced = inOrderOfLeaving(app, old).slice(0, Math.min(replaceable, old.length))
  const surplus = inOrderOfLeaving(app, fresh).slice(0, Math.max(0, fresh.length - app.instances))
  const stops = [
    ...replaced.map(({ id }): Action => ({ kind: 'stop', taskId: id, why: 'replaced' })),
    ...surplus.map(({ id }): Action => ({ kind: 'stop', taskId: id, why: 'scaled down' })),
  ]
  if (nowMs < mayLaunchAtMs) return stops
  // Who is stopping has its place until it is gone.
  const launches = Math.max(0, Math.min(app.instances - fresh.length, runAtMost - tasks.length))
  return [...stops, ...Array.from({ length: launches }, (): Action => ({ kind: 'launch' }))]
}

/** Nothing of another configuration is left, and as many as wanted are up. */
export function isSettled({ app, tasks }: Pick<Standing, 'app' | 'tasks'>): boolean {
  return (
    tasks.length === app.instances &&
    tasks.every((task) => task.configuration === app.configuration && isUp(task))
  )
}

/** `running` is null when nothing is replaced: then there are as many tasks as instances, and no more. */
function capacity(app: Standing['app'], running: number | null) {
  const { instances, minimumHealthCapacity, maximumOverCapacity } = app
  if (running === null) return { upAtLeast: 0, runAtMost: instances }
  const upAtLeast = Math.ceil(instances * minimumHealthCapacity)
  const runAtMost = Math.floor(instances * (1 + maximumOverCapacity))
  const stuck = upAtLeast === runAtMost && runAtMost <= running
  return { upAtLeast, runAtMost: stuck ? runAtMost + 1 : runAtMost }
}

/** Those that are not up first, then by age as `killSelection` says. */
function inOrderOfLeaving({ killOldestFirst }: Standing['app'], tasks: readonly Task[]): Task[] {
  const age = killOldestFirst ? 1 : -1
  return tasks.toSorted((a, b) => Number(isUp(a)) - Number(isUp(b)) || age * (a.startedAtMs - b.startedAtMs))
}

export interface Backoff {
  readonly delayMs: number
  readonly untilMs: number
}

export const NO_BACKOFF: Backoff = { delayMs: 0, untilMs: 0 }

/**
 * After a task ended by itself. A task that had been healthy for longer than the app would have to wait next begins
 * the row anew. One that a health check killed gets no back-off, as in Marathon.
 */
export function afterFailure(
  { delayMs }: Backoff,
  app: Pick<App, 'backoffMs' | 'backoffFactor' | 'maxLaunchDelayMs'>,
  { nowMs, healthyForMs }: { readonly nowMs: number; readonly healthyForMs: number },
): Backoff {
  const longer = Math.min(delayMs === 0 ? app.backoffMs : delayMs * app.backoffFactor, app.maxLaunchDelayMs)
  const next = healthyForMs > longer ? app.backoffMs : longer
  return { delayMs: next, untilMs: nowMs + next }
}

export interface Vitals {
  readonly isHealthy: boolean
  /** It has been healthy once: from then on the grace period is over. */
  readonly wasHealthy: boolean
  readonly failures: number
}

export const UNKNOWN_VITALS: Vitals = { isHealthy: false, wasHealthy: false, failures: 0 }

/** One answer of a health check, or none in time. */
export function judged(
  vitals: Vitals,
  check: Pick<HealthCheck, 'graceMs' | 'maxConsecutiveFailures'>,
  answer: { readonly ok: boolean; readonly ageMs: number },
): { readonly vitals: Vitals; readonly kill: boolean } {
  if (answer.ok) return { vitals: { isHealthy: true, wasHealthy: true, failures: 0 }, kill: false }
  if (!vitals.wasHealthy && answer.ageMs < check.graceMs) {
    return { vitals: { ...vitals, isHealthy: false }, kill: false }
  }
  const failures = vitals.failures + 1
  // Mesos kills at the first failure where Marathon says 0.
  const kill = failures >= Math.max(1, check.maxConsecutiveFailures)
  return { vitals: { ...vitals, isHealthy: false, failures }, kill }
}
