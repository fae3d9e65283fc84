/** Apps, their tasks and the deployments under way: what the model decides is done here. */
import { randomBytes } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type App, INSTANCES_MAX, readApp, readGroup, readJob } from './definition.ts'
import { idsOf, planSteps, type Step } from './deployment.ts'
import type { Overlay } from './environment.ts'
import { LockedError, UnknownError } from './errors.ts'
import { runJob } from './job-run.ts'
import { afterFailure, type Backoff, isSettled, NO_BACKOFF, nextActions } from './model.ts'
import { RunningTask } from './running-task.ts'
import { openServicePort, type ServicePort } from './service-port.ts'
import { type Account, accountNamed, requireReadable } from './users.ts'

/** Decisions are made at every change, and so often for what only time changes. */
const LOOK_MS = 100
/** Logs of tasks that are gone; the oldest goes first. */
const LOGS_KEPT = 2 * INSTANCES_MAX

export interface MiniMarathonOptions {
  /** Made anew: logs and sandboxes of tasks. */
  readonly directory: string
  /** What `args` are relative to. */
  readonly checkout: string
  readonly overlay: Overlay
  /** Tasks run as we do, also when we are root. */
  readonly keepUser?: boolean
  /** `free`: any port for each service port, as when several of these run. Default: as written. */
  readonly servicePorts?: 'written' | 'free'
  /** One line for a person. */
  say(line: string): void
}

export interface Deployment {
  readonly id: string
  readonly ids: readonly string[]
  readonly steps: readonly Step[]
  /** Index of the step under way. */
  at: number
}

export interface AppRecord {
  app: App
  readonly tasks: Map<string, RunningTask>
  backoff: Backoff
  /** It goes, and then its record. */
  isLeaving: boolean
  readonly servicePorts: ServicePort[]
}

export interface PutOptions {
  /** Ends deployments that have the same apps; what they have done stays. */
  readonly force?: boolean
}

/** Disposing stops everything: SIGTERM to all at once, SIGKILL after each one's grace. */
export class MiniMarathon implements AsyncDisposable {
  readonly #options: MiniMarathonOptions
  readonly #records = new Map<string, AppRecord>()
  readonly #timer: NodeJS.Timeout
  readonly #finished: string[] = []
  #deployments: Deployment[] = []
  #isLooking = false
  #isClosing = false

  private constructor(options: MiniMarathonOptions) {
    this.#options = options
    this.#timer = setInterval(() => this.#look(), LOOK_MS)
  }

  static async open(options: MiniMarathonOptions): Promise<MiniMarathon> {
    const tasks = join(options.directory, 'tasks')
    await rm(tasks, { recursive: true, force: true })
    await mkdir(tasks, { recursive: true })
    return new MiniMarathon(options)
  }

  /** @throws {MachineError} when tasks cannot run as this user here. */
  requireUser(user: string): void {
    this.#accountOf(user)
  }

  get records(): readonly AppRecord[] {
    return [...this.#records.values()]
  }

  get deployments(): readonly Deployment[] {
    return this.#deployments
  }

  record(id: string): AppRecord {
    const record = this.#records.get(id)
    if (record === undefined) throw new UnknownError(`There is no app ${id}.`)
    return record
  }

  /**
   * Makes what runs below the group's id what the group says; returns at once.
   * @throws {DefinitionError} {LockedError} {MachineError} without having changed anything.
   */
  putGroup(value: unknown, options: PutOptions = {}): Deployment {
    const { id, apps } = readGroup(value)
    for (const app of apps) this.#accountOf(app.user)
    return this.#deploy(planSteps(this.#appsOf(id), apps), options)
  }

  /** The app with some fields changed; those not named stay. */
  putApp(id: string, change: Readonly<Record<string, unknown>>, options: PutOptions = {}): Deployment {
    const { app } = this.record(id)
    const next = readApp({ ...app.json, ...change, id })
    this.#accountOf(next.user)
    return this.#deploy(planSteps([app], [next]), options)
  }

  removeGroup(id: string, options: PutOptions = {}): Deployment {
    const apps = this.#appsOf(id)
    if (apps.length === 0) throw new UnknownError(`There is no group ${id}.`)
    return this.#deploy(planSteps(apps, []), options)
  }

  /** Stops a task; another takes its place. */
  killTask(taskId: string): void {
    for (const { tasks } of this.#records.values()) {
      const task = tasks.get(taskId)
      if (task !== undefined) {
        task.stop()
        return
      }
    }
    throw new UnknownError(`There is no task ${taskId}.`)
  }

  /** Runs a Metronome job once, to its end. @throws {MachineError} unless it succeeds. */
  async runJob(value: unknown, signal: AbortSignal): Promise<void> {
    const job = readJob(value)
    const { directory, checkout, overlay, say } = this.#options
    const taskId = taskIdOf(job.id)
    say(`Running the job ${job.id} ...`)
    await runJob(job, {
      taskId,
      directory: join(directory, 'tasks', taskId),
      checkout,
      path: searchPath(),
      overlay,
      account: this.#accountOf(job.user),
      signal,
    })
    say(`${job.id} has succeeded.`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosing = true
    clearInterval(this.#timer)
    this.#deployments = []
    const tasks = [...this.#records.values()].flatMap((record) => [...record.tasks.values()])
    for (const task of tasks) task.stop()
    await Promise.all(tasks.map(({ gone }) => gone))
    await Promise.all([...this.#records.values()].map((record) => closePorts(record)))
  }

  #appsOf(groupId: string): App[] {
    // What leaves already counts as gone: it may be wanted again.
    return [...this.#records.values()]
      .filter(({ isLeaving }) => !isLeaving)
      .map(({ app }) => app)
      .filter(({ id }) => groupId === '/' || id.startsWith(`${groupId}/`))
  }

  #deploy(steps: Step[], { force = false }: PutOptions): Deployment {
    const deployment: Deployment = { id: randomBytes(8).toString('hex'), ids: idsOf(steps), steps, at: -1 }
    const rivals = this.#deployments.filter(({ ids }) => ids.some((id) => deployment.ids.includes(id)))
    if (rivals.length > 0 && !force) {
      throw new LockedError(
        `${rivals.map(({ id }) => id).join(', ')} is deploying some of these apps.`,
        'Wait for it, or use ?force=true to end it where it stands.',
      )
    }
    this.#deployments = [...this.#deployments.filter((other) => !rivals.includes(other)), deployment]
    this.#options.say(`Deployment ${deployment.id}: ${deployment.ids.join(', ') || 'nothing to change'}.`)
    this.#look()
    return deployment
  }

  /** Brings deployments and apps as far as they can go now. */
  #look(): void {
    // What is done may change something: that is seen at the next look.
    if (this.#isLooking || this.#isClosing) return
    this.#isLooking = true
    try {
      for (const deployment of [...this.#deployments]) this.#advance(deployment)
      for (const [id, record] of [...this.#records]) this.#tend(id, record)
    } finally {
      this.#isLooking = false
    }
  }

  #advance(deployment: Deployment): void {
    for (;;) {
      const step = deployment.steps[deployment.at]
      if (step !== undefined && !this.#isDone(step)) return
      deployment.at++
      const next = deployment.steps[deployment.at]
      if (next === undefined) {
        this.#deployments = this.#deployments.filter((other) => other !== deployment)
        this.#options.say(`Deployment ${deployment.id} is done.`)
        return
      }
      this.#begin(next)
    }
  }

  #isDone(step: Step): boolean {
    if (step.kind === 'remove') return step.ids.every((id) => !this.#records.has(id))
    return step.apps.every(({ id }) => {
      const record = this.#records.get(id)
      return record !== undefined && isSettled({ app: record.app, tasks: [...record.tasks.values()] })
    })
  }

  #begin(step: Step): void {
    if (step.kind === 'remove') {
      for (const id of step.ids) {
        const record = this.#records.get(id)
        if (record !== undefined) record.isLeaving = true
      }
      return
    }
    for (const app of step.apps) {
      const record = this.#records.get(app.id)
      if (record === undefined) this.#add(app)
      else Object.assign(record, { app, backoff: NO_BACKOFF, isLeaving: false })
    }
  }

  #add(app: App): void {
    const record: AppRecord = {
      app,
      tasks: new Map(),
      backoff: NO_BACKOFF,
      isLeaving: false,
      servicePorts: [],
    }
    this.#records.set(app.id, record)
    for (const [index, { servicePort }] of app.ports.entries()) {
      if (servicePort > 0) void this.#openServicePort(record, index, servicePort)
    }
  }

  async #openServicePort(record: AppRecord, index: number, wanted: number): Promise<void> {
    const { servicePorts = 'written', say } = this.#options
    const healthy = (): number[] =>
      [...record.tasks.values()]
        .filter(({ isHealthy, isStopping }) => isHealthy && !isStopping)
        .flatMap(({ ports }) => ports[index] ?? [])
    try {
      record.servicePorts.push(await openServicePort(servicePorts === 'free' ? 0 : wanted, healthy))
    } catch (error) {
      // The tasks can still be reached at their own ports.
      const code = error instanceof Error && 'code' in error ? error.code : error
      say(`The service port ${wanted} of ${record.app.id} cannot be opened (${code}).`)
    }
  }

  #tend(id: string, record: AppRecord): void {
    const { app, tasks, backoff, isLeaving } = record
    if (isLeaving && tasks.size === 0) {
      this.#records.delete(id)
      void closePorts(record)
      return
    }
    const nowMs = Date.now()
    const standing = { app: isLeaving ? { ...app, instances: 0 } : app, tasks: [...tasks.values()] }
    for (const action of nextActions({ ...standing, mayLaunchAtMs: backoff.untilMs }, nowMs)) {
      if (action.kind === 'launch') this.#launch(record)
      else {
        this.#options.say(`Stopping ${action.taskId}, ${action.why}.`)
        tasks.get(action.taskId)?.stop()
      }
    }
  }

  #launch(record: AppRecord): void {
    const { directory, checkout, overlay, say } = this.#options
    const { app, tasks } = record
    const id = taskIdOf(app.id.slice(1))
    const task = new RunningTask({
      id,
      app,
      directory: join(directory, 'tasks', id),
      checkout,
      path: searchPath(),
      overlay,
      account: this.#accountOf(app.user),
      say,
      changed: () => this.#look(),
      ended: (ended, why) => this.#ended(record, ended, why),
    })
    tasks.set(id, task)
    say(`Starting ${id}.`)
  }

  #ended(record: AppRecord, task: RunningTask, why: string | null): void {
    const nowMs = Date.now()
    record.tasks.delete(task.id)
    this.#keepLog(task.id)
    if (why !== null) {
      const before = record.backoff
      record.backoff = afterFailure(before, record.app, { nowMs, healthyForMs: task.healthyForMs(nowMs) })
      const waitS = (record.backoff.delayMs / 1_000).toFixed(1)
      this.#options.say(`${task.id} ended (${why}); the next starts in ${waitS} s.\n${task.lastLines()}`)
    }
    this.#look()
  }

  /** The log of a task that is gone stays until many others are. */
  #keepLog(taskId: string): void {
    this.#finished.push(taskId)
    const oldest = this.#finished.length > LOGS_KEPT ? this.#finished.shift() : undefined
    if (oldest === undefined) return
    const folder = join(this.#options.directory, 'tasks', oldest)
    rm(folder, { recursive: true, force: true }).catch((error: unknown) => {
      this.#options.say(`${folder} could not be removed: ${error}`)
    })
  }

  /** Null: our own. Whoever it is can read the checkout. */
  #accountOf(user: string | null): Account | null {
    const { keepUser = false, checkout, directory } = this.#options
    if (user === null || keepUser || process.getuid?.() !== 0) return null
    const known = accounts.get(user)
    if (known !== undefined) return known
    const account = accountNamed(user)
    requireReadable(user, account, [
      process.execPath,
      join(checkout, 'package.json'),
      join(directory, 'tasks'),
    ])
    accounts.set(user, account)
    return account
  }
}

/** Looked up once: it costs a process. */
const accounts = new Map<string, Account>()

async function closePorts({ servicePorts }: AppRecord): Promise<void> {
  await Promise.all(servicePorts.map((port) => port[Symbol.asyncDispose]()))
}

/** As Marathon names them: `smacktalk_gateway.` and something that nobody else has. */
function taskIdOf(name: string): string {
  return `${name.replaceAll('/', '_')}.${randomBytes(4).toString('hex')}`
}

/** This Node first; the rest as a container has it. */
function searchPath(): string {
  return [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':')
}
