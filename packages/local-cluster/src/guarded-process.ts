/**
 * Child processes that cannot outlive this one. A shell starts a guard that reads a pipe whose other end only this
 * process holds, then becomes the program itself. However this process ends, by kill -9 too, the pipe closes, and
 * the guard kills its process group: the program and itself. The guard is there before the program is.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'

/** The guard's place in the group keeps the group's number from being given to strangers. */
const GUARD = '(read -r _ <&3; kill -s KILL -- "-$$") </dev/null >/dev/null 2>&1 & exec "$@" 3<&-'

export interface ProgramEnding {
  /** Exit code, null after a signal. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface GuardedProcess {
  /** Of the program itself, not of a shell around it. */
  readonly pid: number
  /** Resolves once the program is gone; rejects when it could not be started at all. */
  readonly ended: Promise<ProgramEnding>
  /** Sends a signal to the program; false when it is gone. */
  signal(name: NodeJS.Signals): boolean
}

export interface GuardedOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  /** Account of the program and its guard; only root can choose. */
  readonly uid?: number
  readonly gid?: number
  /** Receives every line of both outputs. */
  onLine(line: string): void
}

/** A line longer than this is cut: nothing a server says in one line is worth more memory. */
const LINE_CHARACTERS_MAX = 4_096

export function spawnGuarded(file: string, args: readonly string[], options: GuardedOptions): GuardedProcess {
  const child = spawn('/bin/sh', ['-c', GUARD, 'sh', file, ...args], {
    cwd: options.cwd,
    env: options.env ?? process.env,
    uid: options.uid,
    gid: options.gid,
    // A group of its own: Ctrl-C in a terminal reaches us alone, and we decide in which order things stop.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const [, out, err, guard] = child.stdio
  for (const stream of [out, err]) readLines(stream as Readable, options.onLine)
  const ended = new Promise<ProgramEnding>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', () => {
      killGroup(child)
      guard?.destroy()
    })
    // After `exit` its last lines may still be on their way; `close` comes behind them.
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
  return { pid: child.pid ?? -1, ended, signal: (name) => child.kill(name) }
}

/** What the program left in its group: the guard, and children of its own. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    // Nobody is left in the group, which is what we want.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = ''
  const tell = (line: string): void => onLine(line.slice(0, LINE_CHARACTERS_MAX))
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n')
    rest = (lines.pop() ?? '').slice(0, LINE_CHARACTERS_MAX)
    for (const line of lines) tell(line)
  })
  stream.once('end', () => {
    if (rest !== '') tell(rest)
  })
}
