/** Starts the product as its users do: `node apps/cli/src/main.ts all`, a process of its own on a port of its own. */
import { fileURLToPath } from 'node:url'
import { askApi, type Ending, metricIn, type Program, startProgram } from './start-program.ts'

export type { Ending }

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface ProductOptions {
  readonly dataDir: string
  /** Settings as variables; none of the surroundings reach the program. */
  readonly env?: Readonly<Record<string, string>>
  /** Folder to start in, with its `smacktalk.config.json` if any. Default: the data folder, where there is none. */
  readonly cwd?: string
  /** Default 0, any free port. */
  readonly port?: number
}

/** Disposing kills it, if it still runs, and waits for its end. */
export interface Product extends Omit<Program, 'waitFor'> {
  /** Resolves to the address of the pages, without a slash at the end, once it is printed; rejects when it ends before. */
  address(): Promise<string>
  /** Resolves when it says that it can serve. */
  ready(): Promise<void>
  /** The JSON answer of a path below `/api/v1`; rejects when it is not an answer with status 200. */
  ask<T>(path: string): Promise<T>
  /** A figure of `/metrics` without labels. */
  metric(name: string): Promise<number>
}

/** Returns at once; the program may still fail, which `address`, `ready` and `ended` tell. */
export function startProduct(options: ProductOptions): Product {
  const { dataDir, env = {}, cwd = dataDir, port = 0 } = options
  const program = startProgram({
    words: ['all'],
    cwd,
    name: 'the product',
    env: { SMACKTALK_DATA_DIR: dataDir, SMACKTALK_LOG_LEVEL: 'warn', PORT: String(port), ...env },
  })

  async function address(): Promise<string> {
    const found = await program.waitFor('the product prints its address', () =>
      /Open http:\/\/\S+:(\d+)/.exec(program.printed()),
    )
    return `http://127.0.0.1:${found[1]}`
  }

  return {
    ...program,
    address,
    async ready() {
      const url = await address()
      await program.waitFor('the product is ready', async () => {
        const answer = await fetch(`${url}/readyz`)
        return answer.status === 200 ? answer : null
      })
    },
    ask: async <T>(path: string) => askApi<T>(await address(), path),
    metric: async (name) => metricIn(await (await fetch(`${await address()}/metrics`)).text(), name),
  }
}

/** Folder that holds the data of a source below the data folder. */
export function sourceFolder(dataDir: string, source: 'twitch' | 'demo'): string {
  return `${dataDir}/${source}`
}

export { ROOT }
