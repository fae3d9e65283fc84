import type { AnyRecord, DropReason } from '@smacktalk/contract'

/** One record of one log partition; a list of them is in offset order. */
export interface LogEntry {
  readonly offset: number
  /** Append time as the log tells it, ms; the oracle takes its running maximum. */
  readonly appendMs: number
  readonly record: AnyRecord
}

export interface OracleOptions {
  /** How long an identity is remembered, ms of send time. */
  readonly horizonMs: number
  /** How long before its appending a live record may have been sent, ms. */
  readonly spoolMs: number
  /** Logins that are bots, and the command prefix, in channels without a settings record. */
  readonly defaultBots: readonly string[]
  readonly defaultPrefix: string
}

/** What became of a chat record. An import's line seen before is `already-judged` and in no number at all. */
export type Verdict = 'message' | 'event' | 'duplicate' | 'late' | 'already-judged' | `dropped: ${DropReason}`
