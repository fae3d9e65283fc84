/** Records of an import in the order in which they go to the log: each channel's settings before its first record. */
import type { AnyRecord, ChannelSettings } from '@smacktalk/contract'
import type { OutgoingRecord } from '@smacktalk/ports'
import { encodeRecord } from '@smacktalk/wire'
import type { EncodedLine } from './line-encoder.ts'
import type { SettingsBook } from './settings-book.ts'

/** What an earlier, interrupted try left in the log; its lines are read again but not written again. */
export interface Appended {
  /** The highest line whose record lies in the log, among the records with the partition of this key; 0 for none. */
  lineOf(key: string): number
  /** Whether these settings are the newest record of their partition, so that the channel's first record may follow. */
  endsWith(settings: ChannelSettings): boolean
}

export const NOTHING_APPENDED: Appended = { lineOf: () => 0, endsWith: () => false }

/** The same lines give the same records in the same order, wherever an earlier try ended. */
export class RunWriter {
  readonly #book: Pick<SettingsBook, 'ensure'>
  readonly #appended: Appended
  #batch: OutgoingRecord[] = []

  constructor(book: Pick<SettingsBook, 'ensure'>, appended: Appended = NOTHING_APPENDED) {
    this.#book = book
    this.#appended = appended
  }

  /** Records that wait to be taken. */
  get waiting(): number {
    return this.#batch.length
  }

  add({ line, key, login, value }: EncodedLine): void {
    // Asked for lines of an earlier try as well: the book must know which channels have been met.
    const settings = login === null ? null : this.#book.ensure(key, login)
    if (line <= this.#appended.lineOf(key)) return
    if (settings !== null && !this.#appended.endsWith(settings)) {
      this.put(key, { kind: 'channelSettings', value: settings })
    }
    this.#batch.push({ key, value })
  }

  put(key: string, record: AnyRecord): void {
    this.#batch.push({ key, value: encodeRecord(record) })
  }

  /** What waits, in order. */
  takeBatch(): readonly OutgoingRecord[] {
    const batch = this.#batch
    this.#batch = []
    return batch
  }
}
