/** Lines of an import as records for the log: numbered, and each channel's settings before its first record. */
import type { AnyRecord, ChannelSettings, ChatRecord } from '@smacktalk/contract'
import type { OutgoingRecord } from '@smacktalk/ports'
import { createLineReader } from '@smacktalk/twitch'
import { encodeRecord } from '@smacktalk/wire'
import type { SettingsBook } from './settings-book.ts'

/** What an earlier, interrupted try left in the log; records before it are read again but not written again. */
export interface Appended {
  /** The highest line whose record lies in the log, among the records with the partition of this key; 0 for none. */
  lineOf(key: string): number
  /** Whether these settings are the newest record of their partition, so that the channel's first record may follow. */
  endsWith(settings: ChannelSettings): boolean
}

export interface RunWriterOptions {
  /** Name of the run, `import:...`. */
  readonly run: string
  readonly ingestorId: string
  readonly book: Pick<SettingsBook, 'ensure'>
  readonly appended?: Appended
  /** Sees every chat record, written again or not. */
  readonly onRecord?: (record: ChatRecord, key: string) => void
}

const NOTHING_APPENDED: Appended = { lineOf: () => 0, endsWith: () => false }

/** One stream of lines. The same lines give the same records in the same order, wherever an earlier try ended. */
export class RunWriter {
  /** Lines taken. */
  lines = 0
  /** Chat records among them. */
  records = 0
  /** Well-formed lines that are no chat records, empty ones included. */
  ignored = 0
  readonly #options: RunWriterOptions
  readonly #reader: ReturnType<typeof createLineReader>
  readonly #appended: Appended
  #batch: OutgoingRecord[] = []

  constructor(options: RunWriterOptions) {
    this.#options = options
    this.#reader = createLineReader({ run: options.run, ingestor: options.ingestorId })
    this.#appended = options.appended ?? NOTHING_APPENDED
  }

  /** Records that wait to be taken. */
  get waiting(): number {
    return this.#batch.length
  }

  /** @param receivedAt epoch ms */
  take(raw: string, receivedAt: number): void {
    this.lines++
    const outcome = this.#reader.read(raw, receivedAt, this.lines)
    if (outcome.kind === 'ignored') {
      this.ignored++
      return
    }
    const { record, key } = outcome
    const { book, onRecord } = this.#options
    this.records++
    // Asked for records of an earlier try as well: the book must know which channels have been met.
    const settings = record.kind === 'broken' ? null : book.ensure(key, record.value.channelLogin)
    onRecord?.(record, key)
    if (this.lines <= this.#appended.lineOf(key)) return
    if (settings !== null && !this.#appended.endsWith(settings)) {
      this.put(key, { kind: 'channelSettings', value: settings })
    }
    this.put(key, record)
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
