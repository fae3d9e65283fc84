/** One task: a process with ports and a sandbox of its own, asked for its health until it is gone. */
import { chown, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePorts, type GuardedProcess, LogTail, spawnGuarded } from '@smacktalk/local-cluster'
import type { App } from './definition.ts'
import { appEnvironment, type Overlay } from './environment.ts'
import { judged, type Task, UNKNOWN_VITALS, type Vitals } from './model.ts'
import type { Account } from './users.ts'

/** All of what it said is in its log. */
const LINES_SHOWN = 10

export interface TaskOptions {
  readonly id: string
  readonly app: App
  /** Holds the task's log and its sandbox. */
  readonly directory: string
  readonly checkout: string
  readonly path: string
  readonly overlay: Overlay
  /** Null: our own. */
  readonly account: Account | null
  /** Something that decisions depend on has changed. */
  changed(): void
  /** It is gone; `why` is null when it was told to stop. */
  ended(task: RunningTask, why: string | null): void
  /** Something a person wants to hear. */
  say(line: string): void
}

export class RunningTask implements Task {
  readonly id: string
  readonly app: App
  readonly startedAtMs = Date.now()
  ports: readonly number[] = []
  vitals: Vitals
  isReady: boolean
  isStopping = false
  healthySinceMs: number | null = null
  /** Resolves when it is gone. */
  readonly gone: Promise<void>
  readonly #options: TaskOptions
  readonly #log: LogTail
  readonly #over = new AbortController()
  #process: GuardedProcess | null = null

  constructor(options: TaskOptions) {
    const { id, app, directory } = options
    this.id = id
    this.app = app
    this.#options = options
    this.vitals = { ...UNKNOWN_VITALS, isHealthy: false }
    this.isReady = app.readinessCheck === null
    this.#log = new LogTail(join(directory, 'log'))
    this.gone = this.#live()
  }

  get configuration(): string {
    return this.app.configuration
  }

  get isHealthy(): boolean {
    return this.vitals.isHealthy
  }

  get pid(): number | null {
    return this.#process?.pid ?? null
  }

  /** For a person who wants to know why it ended. */
  lastLines(): string {
    return this.#log.text().split('\n').slice(-LINES_SHOWN).join('\n')
  }

  healthyForMs(nowMs: number): number {
    return this.healthySinceMs === null ? 0 : nowMs - this.healthySinceMs
  }

  /** SIGTERM, and SIGKILL once the app's grace is over. */
  stop(): void {
    if (this.isStopping) return
    this.isStopping = true
    this.#process?.signal('SIGTERM')
    const { killGraceMs } = this.app
    const graceOver = setTimeout(() => {
      this.#options.say(`${this.id} has not stopped within ${killGraceMs / 1_000} s: SIGKILL.`)
      this.#process?.signal('SIGKILL')
    }, killGraceMs)
    this.#over.signal.addEventListener('abort', () => clearTimeout(graceOver))
  }

  /** SIGKILL at once. */
  kill(): void {
    this.isStopping = true
    this.#process?.signal('SIGKILL')
  }

  async #live(): Promise<void> {
    const { directory } = this.#options
    let why: string
    try {
      const sandbox = await this.#prepare()
      why = this.isStopping ? 'it was not started' : await this.#run(sandbox)
    } catch (error) {
      why = error instanceof Error ? error.message : String(error)
    }
    this.#over.abort()
    this.#log.close()
    this.vitals = { ...this.vitals, isHealthy: false }
    // What Mesos does some days later: a task's files end with it. Its log stays for a while.
    await rm(join(directory, 'sandbox'), { recursive: true, force: true })
    this.#options.ended(this, this.isStopping ? null : why)
  }

  async #prepare(): Promise<string> {
    const { directory, account, app } = this.#options
    const sandbox = join(directory, 'sandbox')
    await mkdir(sandbox, { recursive: true })
    if (account !== null) await chown(sandbox, account.uid, account.gid)
    this.#log.open()
    this.ports = await freePorts(app.ports.length)
    return sandbox
  }

  /** Resolves to how it ended. */
  async #run(sandbox: string): Promise<string> {
    const { id, app, checkout, path, overlay, account } = this.#options
    const [file = '', ...args] = app.args
    const child = spawnGuarded(file, args, {
      cwd: checkout,
      env: appEnvironment(app, { taskId: id, ports: this.ports, sandbox, path }, overlay),
      onLine: (line) => this.#log.add(line),
      ...(account ?? {}),
    })
    this.#process = child
    if (app.healthCheck === null) this.#answered(true)
    const checks = [this.#checkHealth(), this.#checkReadiness()]
    const { code, signal } = await child.ended
    this.#over.abort()
    await Promise.all(checks)
    return signal ?? `exit code ${code}`
  }

  async #checkHealth(): Promise<void> {
    const check = this.app.healthCheck
    if (check === null) return
    const port = this.ports[check.portIndex] ?? 0
    if (!(await this.#pause(check.delayMs))) return
    do {
      const status = await this.#ask(port, check.path, check.timeoutMs)
      // Mesos takes redirections for health.
      this.#answered(status !== null && status >= 200 && status < 400)
    } while (await this.#pause(check.intervalMs))
  }

  #answered(ok: boolean): void {
    const check = this.app.healthCheck ?? { graceMs: 0, maxConsecutiveFailures: 1 }
    if (this.#over.signal.aborted) return
    const { vitals, kill } = judged(this.vitals, check, { ok, ageMs: Date.now() - this.startedAtMs })
    const before = this.vitals
    this.vitals = vitals
    if (vitals.isHealthy !== before.isHealthy) {
      this.healthySinceMs = vitals.isHealthy ? Date.now() : null
      this.#options.say(`${this.id} is ${vitals.isHealthy ? 'healthy' : 'not healthy'}.`)
    }
    if (kill && !this.isStopping) {
      this.#options.say(`${this.id} failed ${vitals.failures} health checks in a row and is stopped.`)
      this.stop()
    }
    this.#options.changed()
  }

  async #checkReadiness(): Promise<void> {
    const check = this.app.readinessCheck
    if (check === null) return
    const port = this.ports[this.app.ports.findIndex(({ name }) => name === check.portName)] ?? 0
    do {
      const status = await this.#ask(port, check.path, check.timeoutMs)
      if (status !== null && check.readyCodes.includes(status)) {
        this.isReady = true
        this.#options.changed()
        return
      }
    } while (await this.#pause(check.intervalMs))
  }

  /** False when the task ended meanwhile. */
  async #pause(ms: number): Promise<boolean> {
    await sleep(ms, undefined, { signal: this.#over.signal }).catch(() => undefined) // told by the signal
    return !this.#over.signal.aborted
  }

  /** Null: no answer. */
  async #ask(port: number, path: string, timeoutMs: number): Promise<number | null> {
    const signal = AbortSignal.any([this.#over.signal, AbortSignal.timeout(timeoutMs)])
    try {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, { signal, redirect: 'manual' })
      await answer.body?.cancel()
      return answer.status
    } catch {
      // Refused, cut off or too late: all the same to a health check.
      return null
    }
  }
}
