/** Starts the product as its users do: `node apps/cli/src/main.ts all`, a process of its own on a port of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { eventually } from './eventually.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const MAIN = fileURLToPath(new URL('../../apps/cli/src/main.ts', import.meta.url))

/** Starting takes a second or two; a machine that runs every test at once needs several times that. */
const START_MS = 30_000
/** A graceful stop has 10 s (interface.md); more is for the machine. */
const STOP_MS = 20_000
/** Of what it printed, in a failure: its end says most. */
const SHOWN_CHARACTERS = 4_000

export interface ProductOptions {
  readonly dataDir: string
  /** Settings as variables; none of the surroundings reach the program. */
  readonly env?: Readonly<Record<string, string>>
  /** Folder to start in, with its `smacktalk.config.json` if any. Default: the data folder, where there is none. */
  readonly cwd?: string
  /** Default 0, any free port. */
  readonly port?: number
}

export interface Ending {
  /** Exit code, null after a signal that ended it. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** Disposing kills it, if it still runs, and waits for its end. */
export interface Product extends AsyncDisposable {
  readonly process: ChildProcess
  /** Everything on both outputs so far. */
  printed(): string
  /** The end of it, for a failure. */
  context(): string
  /** Resolves to the address of the pages, without a slash at the end, once it is printed; rejects when it ends before. */
  address(): Promise<string>
  /** Resolves when it says that it can serve. */
  ready(): Promise<void>
  /** The JSON answer of a path below `/api/v1`; rejects when it is not an answer with status 200. */
  ask<T>(path: string): Promise<T>
  /** A figure of `/metrics` without labels. */
  metric(name: string): Promise<number>
  /** Largest memory so far in bytes; null where the system does not tell. */
  peakRssBytes(): number | null
  /** Resolves when the process is gone and its outputs are read. */
  readonly ended: Promise<Ending>
  /** SIGTERM, then its end; rejects when that takes too long. */
  stop(): Promise<Ending>
}

/** Returns at once; the program may still fail, which `address`, `ready` and `ended` tell. */
export function startProduct(options: ProductOptions): Product {
  const { dataDir, env = {}, cwd = dataDir, port = 0 } = options
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(SMACKTALK_|PORT0?$|NODE_ENV$)/.test(name),
  )
  const child = spawn(process.execPath, [MAIN, 'all'], {
    cwd,
    env: {
      ...Object.fromEntries(inherited),
      SMACKTALK_DATA_DIR: dataDir,
      SMACKTALK_LOG_LEVEL: 'warn',
      PORT: String(port),
      ...env,
    },
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
    return `What it printed:\n${start}${printed.slice(-SHOWN_CHARACTERS)}`
  }

  function failIfGone(): void {
    if (gone === null) return
    throw new Ended(`The product ended with ${gone.signal ?? `exit code ${gone.code}`}.\n${context()}`)
  }

  /** Like `eventually`, but a process that is gone is not waited for. */
  async function waitFor<T>(what: string, ask: () => Promise<T | null> | T | null): Promise<T> {
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
      { withinMs: START_MS, context },
    )
    if (answer instanceof Ended) throw answer
    return answer
  }

  async function address(): Promise<string> {
    const found = await waitFor('the product prints its address', () =>
      /Open http:\/\/\S+:(\d+)/.exec(printed),
    )
    return `http://127.0.0.1:${found[1]}`
  }

  const product: Product = {
    process: child,
    printed: () => printed,
    context,
    ended,
    address,
    async ready() {
      const url = await address()
      await waitFor('the product is ready', async () => {
        const answer = await fetch(`${url}/readyz`)
        return answer.status === 200 ? answer : null
      })
    },
    async ask<T>(path: string) {
      const answer = await fetch(`${await address()}/api/v1${path}`)
      if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
      // What the contract promises for the path; the gateway's own tests check that it is kept.
      return (await answer.json()) as T
    },
    async metric(name) {
      const page = await (await fetch(`${await address()}/metrics`)).text()
      const found = new RegExp(`^${name} (\\S+)$`, 'm').exec(page)
      if (found === null) throw new Error(`There is no metric ${name}.`)
      return Number(found[1])
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
      return eventually('the product stops', () => gone, { withinMs: STOP_MS, context })
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
  return product
}

class Ended extends Error {
  override readonly name = 'Ended'
}

/** Folder that holds the data of a source below the data folder. */
export function sourceFolder(dataDir: string, source: 'twitch' | 'demo'): string {
  return `${dataDir}/${source}`
}

export { ROOT }
