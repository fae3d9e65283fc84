/** One server as a child process: start it, end it in every way there is, start it again on the same data. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { NotReadyError, ServerEndedError } from './errors.ts'
import { type GuardedProcess, type ProgramEnding, spawnGuarded } from './guarded-process.ts'
import { LogTail } from './log-tail.ts'

/** How a server is run and asked; the rest is the same for all. */
export interface ServerPlan {
  /** For people: `Kafka broker 1`. */
  readonly name: string
  /** `host:port` for clients. */
  readonly address: string
  /** Where it keeps everything. */
  readonly directory: string
  /** Writes what it needs before its first start and any later one. */
  prepare(signal?: AbortSignal): Promise<void>
  readonly file: string
  readonly args: readonly string[]
  /** True when it does its work; false or an error: not yet. */
  ask(): Promise<boolean>
  /** After a graceful stop that takes longer than this it is killed, ms. */
  readonly stopMs: number
}

export type ServerState = 'stopped' | 'starting' | 'running' | 'paused'

/** Disposing kills it. */
export interface LocalServer extends AsyncDisposable {
  readonly name: string
  readonly address: string
  readonly directory: string
  readonly state: ServerState
  /** Process id, null when there is no process. */
  readonly pid: number | null
  /**
   * Resolves when it answers.
   * @throws {ServerEndedError} when it ends before; {NotReadyError} when it takes too long.
   */
  start(signal?: AbortSignal): Promise<void>
  /** SIGTERM; SIGKILL when that takes too long. */
  stop(): Promise<void>
  /** SIGKILL. */
  kill(): Promise<void>
  /** SIGSTOP: it keeps its connections and says nothing. */
  pause(): void
  /** SIGCONT. */
  resume(): void
  /** The last lines that it printed. */
  printed(): string
}

/** A start takes 3 to 8 s; a machine that does much else at once needs several times that. */
const READY_MS = 120_000
const ASK_EVERY_MS = 100

export interface ServerOptions {
  /** Told when a server that was ready ends, and nobody asked for it. */
  onUnexpectedEnd?: ((error: ServerEndedError) => void) | undefined
}

export function localServer(plan: ServerPlan, { onUnexpectedEnd }: ServerOptions = {}): LocalServer {
  const { name, address, directory } = plan
  const tail = new LogTail(join(directory, 'server.log'))
  let running: GuardedProcess | null = null
  let state: ServerState = 'stopped'
  /** True from the moment somebody wants it to end. */
  let unwanted = false

  function endedError(ending: ProgramEnding): ServerEndedError {
    const how = ending.signal ?? `exit code ${ending.code}`
    return new ServerEndedError(
      `${name} ended with ${how}. Its last lines:\n${tail.text()}`,
      `All of what it said is in ${join(directory, 'server.log')}.`,
    )
  }

  function watch(child: GuardedProcess): Promise<ProgramEnding> {
    return child.ended.then((ending) => {
      const wasReady = state === 'running' || state === 'paused'
      running = null
      state = 'stopped'
      tail.close()
      if (wasReady && !unwanted) onUnexpectedEnd?.(endedError(ending))
      return ending
    })
  }

  async function untilReady(ended: Promise<ProgramEnding>, signal?: AbortSignal): Promise<void> {
    let ending: ProgramEnding | null = null
    let lastTry: unknown
    void ended.then((how) => {
      ending = how
    })
    const deadline = performance.now() + READY_MS
    for (;;) {
      if (ending !== null) throw endedError(ending)
      signal?.throwIfAborted()
      try {
        if (await plan.ask()) return
      } catch (error) {
        lastTry = error
      }
      if (performance.now() > deadline) {
        throw new NotReadyError(
          `${name} did not answer within ${READY_MS / 1_000} s (${String(lastTry)}). Its last lines:\n${tail.text()}`,
          'The machine may be short of memory or time; try again when it is less busy.',
          lastTry,
        )
      }
      await Promise.race([sleep(ASK_EVERY_MS), ended])
    }
  }

  async function start(signal?: AbortSignal): Promise<void> {
    if (state !== 'stopped') throw new Error(`${name} is ${state} already`)
    state = 'starting'
    unwanted = false
    try {
      await mkdir(directory, { recursive: true })
      await plan.prepare(signal)
      signal?.throwIfAborted()
      if (unwanted) throw new Error(`${name} was stopped before it had started`)
    } catch (error) {
      state = 'stopped'
      throw error
    }
    tail.open()
    running = spawnGuarded(plan.file, plan.args, { cwd: directory, onLine: (line) => tail.add(line) })
    const ended = watch(running)
    try {
      await untilReady(ended, signal)
      state = 'running'
    } catch (error) {
      await kill()
      throw error
    }
  }

  async function kill(): Promise<void> {
    unwanted = true
    running?.signal('SIGKILL')
    await running?.ended
  }

  async function stop(): Promise<void> {
    unwanted = true
    const child = running
    if (child === null) return
    if (state === 'paused') child.signal('SIGCONT')
    child.signal('SIGTERM')
    const tooLong = setTimeout(() => child.signal('SIGKILL'), plan.stopMs)
    await child.ended
    clearTimeout(tooLong)
  }

  return {
    name,
    address,
    directory,
    get state() {
      return state
    },
    get pid() {
      return running?.pid ?? null
    },
    start,
    stop,
    kill,
    pause() {
      if (state !== 'running') throw new Error(`${name} is ${state}, so it cannot be paused`)
      running?.signal('SIGSTOP')
      state = 'paused'
    },
    resume() {
      if (state !== 'paused') throw new Error(`${name} is ${state}, so it cannot be resumed`)
      running?.signal('SIGCONT')
      state = 'running'
    },
    printed: () => tail.text(),
    [Symbol.asyncDispose]: kill,
  }
}

/** An empty folder for the libraries that a server unpacks; a killed one leaves them there. */
export async function emptyFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true })
  await mkdir(path, { recursive: true })
}
