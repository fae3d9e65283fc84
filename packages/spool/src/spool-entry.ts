/** What a spool keeps. */

/**
 * Chat records may go when there is no room, and are counted. A coverage record goes with them. Settings never
 * go: what follows depends on them.
 */
export type EntryKind = 'chat' | 'coverage' | 'settings'

/** A record that waits for the log. */
export interface SpoolEntry {
  /** Key of the record in the log: its channel's id. */
  readonly key: string
  readonly login: string
  readonly kind: EntryKind
  /** The time it speaks of, epoch ms, half open: a chat record its one millisecond, coverage what it claims. */
  readonly from: number
  readonly to: number
  readonly value: Uint8Array
}

/** An entry without its value. */
export type EntryHead = Omit<SpoolEntry, 'value'>

/**
 * Time of a channel whose records had to go, kept beside the entries until the log has been told: otherwise a
 * killed process would leave coverage records that claim it.
 */
export interface Loss {
  readonly key: string
  /** Names the loss within its channel: its first beginning. */
  readonly opened: number
  readonly login: string
  /** Who lost it. */
  readonly ingestor: string
  readonly cause: string
  /** Epoch ms, half open; the beginning may move back when a coverage record goes. */
  readonly from: number
  readonly to: number
}

/** What an entry takes beside its texts and value, in memory as in the file. */
const OVERHEAD_BYTES = 40

export function spooledBytes(entry: SpoolEntry): number {
  return entry.value.byteLength + entry.key.length + entry.login.length + OVERHEAD_BYTES
}
