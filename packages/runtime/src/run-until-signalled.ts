/** Signals become one AbortSignal; whatever goes wrong ends the process with its reason. */
import { constants } from 'node:os'

/** A graceful stop has 10 s (interface.md); one of them is left for the exit itself. Whoever stops it waits longer. */
export const STOP_GRACE_MS = 9_000

/**
 * `npm start` in a terminal hands Ctrl-C down twice: the terminal signals npm and us, and npm passes its own on
 * (npm/run-script, signal-manager). What arrives this soon after the first is the same key press.
 */
const SAME_PRESS_MS = 300

const SIGNALS = ['SIGINT', 'SIGTERM'] as const
type Signal = (typeof SIGNALS)[number]

export interface RunOptions {
  /** Prints one line for a person. */
  say(line: string): void
  /** What is being closed right now, for the line that tells what hung. */
  stopping?: () => string | null
  /** Prints an error that ended the process; the exit code is 1 unless it returns another. */
  failed?: (error: unknown) => number
  graceMs?: number
}

/**
 * Runs until `run` ends or a signal aborts it; resolves to the exit code and sets it for the process. A second
 * signal exits at once with 128 + its number; a stop that takes longer than the grace exits with 1.
 */
export async function runUntilSignalled(
  run: (signal: AbortSignal) => Promise<void>,
  options: RunOptions,
): Promise<number> {
  const { say, graceMs = STOP_GRACE_MS } = options
  const stop = new AbortController()
  const failed = options.failed ?? ((error: unknown) => tellFailure(say, error))
  let firstAtMs: number | null = null
  let lastResort: NodeJS.Timeout | undefined

  const onSignal = (name: Signal): void => {
    const nowMs = performance.now()
    if (firstAtMs !== null) {
      if (nowMs - firstAtMs < SAME_PRESS_MS) return
      say('Stopped at once.')
      process.exit(128 + constants.signals[name])
    }
    firstAtMs = nowMs
    say('Stopping ... (once more to stop at once)')
    lastResort = setTimeout(() => {
      const what = options.stopping?.() ?? process.getActiveResourcesInfo().join(', ')
      say(`Did not stop within ${graceMs / 1_000} s; still open: ${what}.`)
      process.exit(1)
    }, graceMs)
    stop.abort()
  }
  const onFault = (error: unknown): void => {
    process.exit(failed(error) || 1)
  }

  for (const name of SIGNALS) process.on(name, onSignal)
  process.on('uncaughtException', onFault)
  process.on('unhandledRejection', onFault)
  try {
    await run(stop.signal)
    process.exitCode = 0
  } catch (error) {
    process.exitCode = failed(error)
  } finally {
    clearTimeout(lastResort)
    for (const name of SIGNALS) process.off(name, onSignal)
    process.off('uncaughtException', onFault)
    process.off('unhandledRejection', onFault)
  }
  return process.exitCode
}

function tellFailure(say: (line: string) => void, error: unknown): number {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error))
  return 1
}
