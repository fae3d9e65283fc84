/** The log partition of a few simulated channels, as the ingestor would have written it. */
import { type AnyRecord, LIVE_RUN } from '@smacktalk/contract'
import { createWorld, type WorldLine } from '@smacktalk/simulator'
import type { PlacedRecord } from '@smacktalk/stream'
import { createLineReader } from '@smacktalk/twitch'

export interface SimulatedLogOptions {
  readonly seed: number
  readonly channels: number
  readonly messagesPerSecond: number
  /** Ends with the first piece that reaches it. */
  readonly records: number
  /** Log time per piece, ms. */
  readonly pieceMs: number
  /** Send time of the first record, epoch ms. Default a Monday noon, so that the span crosses no day. */
  readonly startMs?: number
}

/** A record as it lies in the log; its bytes are the log's business. */
export type SimulatedRecord = PlacedRecord & { readonly record: AnyRecord }

/** What the fold must have counted in the end, told from the raw lines alone. */
export interface ExpectedCounts {
  records: number
  /** Distinct ids of sound PRIVMSG lines, per channel. */
  readonly messageIds: Set<string>
}

const START_MS = Date.UTC(2026, 0, 5, 12)
/** From sending to appending, ms; two hops within one place. */
const APPEND_DELAY_MS = 150

/** Faults that leave a line without what it needs; it is dropped, its message does not count. */
const FATAL_FAULTS: ReadonlySet<string> = new Set([
  'no-id',
  'no-user',
  'no-room',
  'no-time',
  'far-future',
  'no-tags',
  'malformed',
])

export class SimulatedLog {
  readonly expected: ExpectedCounts = { records: 0, messageIds: new Set() }
  readonly #options: SimulatedLogOptions

  constructor(options: SimulatedLogOptions) {
    this.#options = options
  }

  /** Made piece by piece, so that memory holds little of what is to come. */
  *pieces(): Generator<{ readonly untilMs: number; readonly records: SimulatedRecord[] }> {
    const { seed, channels, messagesPerSecond, pieceMs, startMs = START_MS } = this.#options
    const world = createWorld({ seed, startMs, channels, messagesPerSecond, duplicateShare: 0.01 })
    const reader = createLineReader({ run: LIVE_RUN, ingestor: 'bench' })
    let offset = 0
    for (let untilMs = startMs + pieceMs; offset < this.#options.records; untilMs += pieceMs) {
      const records: SimulatedRecord[] = []
      for (const line of world.advance(untilMs)) {
        const read = reader.read(line.line, line.atMs)
        if (read.kind === 'ignored') continue
        records.push({ offset, appendMs: line.atMs + APPEND_DELAY_MS, record: read.record })
        offset++
        this.#expect(line)
      }
      if (records.length > 0) yield { untilMs, records }
    }
  }

  #expect({ channel, line, fault }: WorldLine): void {
    this.expected.records++
    if (fault !== null && FATAL_FAULTS.has(fault)) return
    const id = /^@(?:[^ ]*;)?id=([^; ]+)[^ ]* :[^ ]+ PRIVMSG /.exec(line)?.[1]
    if (id !== undefined) this.expected.messageIds.add(`${channel} ${id}`)
  }
}
