/** Lines of an import as bytes for the log. */
import type { ChatRecord } from '@smacktalk/contract'
import { createLineReader } from '@smacktalk/twitch'
import { encodeRecord } from '@smacktalk/wire'

/** A chat record of an import, ready for the log. */
export interface EncodedLine {
  /** Its number, from 1. */
  readonly line: number
  /** Of the record in the log: the channel id. */
  readonly key: string
  /** The channel's name in the line; null for a broken line, which tells nothing of a channel. */
  readonly login: string | null
  readonly value: Uint8Array
}

/** One stream of lines, numbered. */
export class LineEncoder {
  /** Lines taken. */
  lines = 0
  /** Well-formed lines that are no chat records, empty ones included. */
  ignored = 0
  readonly #reader: ReturnType<typeof createLineReader>
  readonly #onRecord: (record: ChatRecord) => void

  constructor(
    { run, ingestorId }: { run: string; ingestorId: string },
    onRecord: (record: ChatRecord) => void = () => undefined,
  ) {
    this.#reader = createLineReader({ run, ingestor: ingestorId })
    this.#onRecord = onRecord
  }

  /** Null for a line that is no chat record. @param receivedAt epoch ms */
  take(raw: string, receivedAt: number): EncodedLine | null {
    this.lines++
    const outcome = this.#reader.read(raw, receivedAt, this.lines)
    if (outcome.kind === 'ignored') {
      this.ignored++
      return null
    }
    const { record, key } = outcome
    this.#onRecord(record)
    const login = record.kind === 'broken' ? null : record.value.channelLogin
    return { line: this.lines, key, login, value: encodeRecord(record) }
  }
}
