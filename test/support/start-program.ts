/** Starts the program as its users do, `node apps/cli/src/main.ts COMMAND`: a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { eventually } from './eventually.ts'

const MAIN = fileURLToPath(new URL('../../apps/cli/src/main.ts', import.meta.url))

/** Starting takes a second or two; a machine that runs every test at once needs several times that. */
const START_MS = 60_000
/** A graceful stop has 10 s (interface.md); more is for the machine. */
const STOP_MS = 60_000
/** Of what it printed, in a failure: its end says most. */
const SHOWN_CHARACTERS = 4_000

export interface ProgramOptions {
  /** Command and options. */
  readonly words: readonly string[]
  readonly cwd: string
  /** Settings as variables; none of the surroundings reach the program. */
  readonly env?: Readonly<Record<string, string>>
  /** What it is called in a failure. */
  readonly name?: string
  /** How long `waitFor` waits unless told otherwise, ms. */
  readonly patienceMs?: number
}

export interface Ending {
  /** Exit code, null after a signal that ended it. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** Disposing kills it, if it still runs, and waits for its end. */
export interface Program extends AsyncDisposable {
  readonly process: ChildProcess
  /** Everything on both outputs so far. */
  printed(): string
  /** The end of it, for a failure. */
  context(): string
  /** Asks until there is an answer; rejects when the program ends before, or when it takes too long. */
  waitFor<T extends NonNullable<unknown>>(
    what: string,
    ask: () => Promise<T | null> | T | null,
    withinMs?: number,
  ): Promise<T>
  /** Largest memory so far in bytes; null where the system does not tell. */
  peakRssBytes(): number | null
  /** Resolves when the process is gone and its outputs are read. */
  readonly ended: Promise<Ending>
  /** SIGTERM, then its end; rejects when that takes too long. */
  stop(): Promise<Ending>
}

/** Returns at once; the program may still fail, which `waitFor` and `ended` tell. */
export function startProgram(options: ProgramOptions): Program {
  const { words, cwd, env = {}, name = 'the program', patienceMs = START_MS } = options
  const inherited = Object.entries(process.env).filter(
    ([variable]) => !/^(SMACKTALK_|PORT0?$|NODE_ENV$)/.test(variable),
  )
  // No test asks the services themselves; the demo world has its own.
  const nothingAsked = env['SMACKTALK_SOURCE'] === 'twitch' ? { SMACKTALK_EMOTES_PROVIDERS: '' } : {}
  const child = spawn(process.execPath, [MAIN, ...words], {
    cwd,
    env: { ...Object.fromEntries(inherited), ...nothingAsked, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  }
  let gone: Ending | null = null
  const ended = new Promise<Ending>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      gone = { code, signal }
      resolve(gone)
    })
  })
  const context = (): string => {
    const start = printed.length > SHOWN_CHARACTERS ? '...' : ''
    return `What ${name} printed:\n${start}${printed.slice(-SHOWN_CHARACTERS)}`
  }

  function failIfGone(): void {
    if (gone === null) return
    throw new Ended(`${name} ended with ${gone.signal ?? `exit code ${gone.code}`}.\n${context()}`)
  }

  return {
    process: child,
    printed: () => printed,
    context,
    ended,
    /** Like `eventually`, but a process that is gone is not waited for. */
    async waitFor<T extends NonNullable<unknown>>(
      what: string,
      ask: () => Promise<T | null> | T | null,
      withinMs = patienceMs,
    ): Promise<T> {
      const answer = await eventually<T | Ended>(
        what,
        async () => {
          try {
            failIfGone()
            return await ask()
          } catch (error) {
            if (error instanceof Ended) return error
            throw error
          }
        },
        { withinMs, context },
      )
      if (answer instanceof Ended) throw answer
      return answer
    },
    peakRssBytes() {
      try {
        const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
        const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]
        return kilobytes === undefined ? null : Number(kilobytes) * 1_024
      } catch {
        // Only Linux has that file.
        return null
      }
    },
    async stop() {
      child.kill('SIGTERM')
      return eventually(`${name} stops`, () => gone, { withinMs: STOP_MS, context })
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

class Ended extends Error {
  override readonly name = 'Ended'
}

/** A figure without labels from the text of `/metrics`. */
export function metricIn(page: string, name: string): number {
  const found = new RegExp(`^${name} (\\S+)$`, 'm').exec(page)
  if (found === null) throw new Error(`There is no metric ${name}.`)
  return Number(found[1])
}

/** The JSON answer of a path below `/api/v1`; rejects when it is not an answer with status 200. */
export async function askApi<T>(address: string, path: string): Promise<T> {
  const answer = await fetch(`${address}/api/v1${path}`)
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  // What the contract promises for the path; the gateway's own tests check that it is kept.
  return (await answer.json()) as T
}
