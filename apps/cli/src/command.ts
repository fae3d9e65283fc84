import type { ArgumentHelp, Options, OptionValues } from './options.ts'

export interface Command {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** Below the options in the command's own help. */
  readonly details: string
  readonly options: Options
  /** What it takes besides options, at least one; absent when it takes nothing. */
  readonly arguments?: ArgumentHelp
  /**
   * Resolves when it has done its work or `signal` has ended it; throws what made that impossible. Loads what it
   * needs only here, so that help and refusals come at once.
   */
  run(values: OptionValues, signal: AbortSignal, args: readonly string[]): Promise<void>
  /** What is being closed right now, should a stop take too long. */
  stopping?(): string | null
}
