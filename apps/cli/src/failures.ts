/** How a command ends when it cannot do what it was asked. */
import { DataLockedError, PipelineError, SettingsError } from '@smacktalk/ports'

export const EXIT_OK = 0
export const EXIT_FAILURE = 1
/** Wrong use, settings that cannot be used, data that another process works on: nothing was done. */
export const EXIT_REFUSED = 2

/** The command line cannot be understood. */
export class UsageError extends PipelineError {
  override readonly name = 'UsageError'
  override readonly retriable = false
}

export function exitCodeOf(failure: unknown): number {
  const [error] = errorsOf(failure)
  const refused =
    error instanceof UsageError || error instanceof SettingsError || error instanceof DataLockedError
  return refused ? EXIT_REFUSED : EXIT_FAILURE
}

/** What failed and what to do about it; where in the code only when `debug`. */
export function failureText(failure: unknown, debug: boolean): string {
  return errorsOf(failure)
    .map((error) => textOf(error, debug))
    .join('\n')
}

/** The first error, then those that closing what was open met on the way out; each once. */
function errorsOf(failure: unknown): unknown[] {
  if (!(failure instanceof SuppressedError)) return [failure]
  return [...new Set([...errorsOf(failure.suppressed), ...errorsOf(failure.error)])]
}

function textOf(error: unknown, debug: boolean): string {
  if (!(error instanceof Error)) return `Failed: ${String(error)}`
  const stack = debug && error.stack !== undefined ? [error.stack] : []
  if (error instanceof PipelineError) return [error.message, error.hint, ...stack].join('\n')
  const hint = debug ? [] : ['Run it with SMACKTALK_LOG_LEVEL=debug to see where that happened.']
  return [`Failed: ${error.message}`, ...hint, ...stack].join('\n')
}
