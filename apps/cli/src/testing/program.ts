/** Starts the program as its users do: plain Node, a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

export interface Program {
  readonly child: ChildProcess
  /** Everything on both outputs so far. */
  printed(): string
  /** What is on the standard output alone. */
  answered(): string
  /** Resolves to the first match; rejects when the program ends without one. */
  has(pattern: RegExp): Promise<RegExpExecArray>
  /** Resolves to the exit code, null after a signal. */
  ended(): Promise<number | null>
}

export interface ProgramSurroundings {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** What it reads from its standard input; nothing by default. */
  readonly input?: string | Uint8Array
}

/** Killed when the test ends. Settings of the surroundings do not reach it. */
export function startProgram(
  args: readonly string[],
  { cwd, env = {}, input }: ProgramSurroundings,
): Program {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(SMACKTALK_|PORT0?$)/.test(name))
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    // No test asks services in the network for emotes.
    env: { ...Object.fromEntries(inherited), SMACKTALK_EMOTES_PROVIDERS: '', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  // It may end without having read all of it.
  child.stdin.on('error', () => child.stdin.destroy())
  child.stdin.end(input)
  let printed = ''
  let answered = ''
  child.stdout.on('data', (data) => {
    answered += data
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      printed += data
    })
  }
  let closed = false
  const closing = once(child, 'close').then(() => {
    closed = true
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return {
    child,
    printed: () => printed,
    answered: () => answered,
    async has(pattern) {
      for (;;) {
        const match = pattern.exec(printed)
        if (match !== null) return match
        if (closed) throw new Error(`It ended without ${pattern}:\n${printed}`)
        await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data'), closing])
      }
    },
    async ended() {
      await closing
      return child.exitCode
    },
  }
}
