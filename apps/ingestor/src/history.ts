/** Past lines of the demo world as an import: a run of its own, so that it never mixes with what is heard live. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ChannelSettings, ChatRecord } from '@smacktalk/contract'
import type { Clock, EventLog } from '@smacktalk/ports'
import type { Logger } from '@smacktalk/runtime'
import { appendWithRetry } from './append-with-retry.ts'
import { endOfImport } from './import-end.ts'
import { LineEncoder } from './line-encoder.ts'
import { RunWriter } from './run-writer.ts'

/** Records per append: small enough that live records never wait long for their turn. */
const RECORDS_PER_APPEND = 500

export interface HistoryOptions {
  readonly log: EventLog
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal
  /** Name of the run, `import:...`; the same lines under the same name are the same import. */
  readonly run: string
  readonly ingestorId: string
  /** Raw lines in order, in pieces; a piece is made when the one before is in the log. */
  readonly lines: Iterable<readonly string[]>
  /** Sent times outside [fromMs, toMs) are believed to be wrong and cover nothing. */
  readonly fromMs: number
  readonly toMs: number
  readonly settingsOf: (channelId: string, channelLogin: string) => ChannelSettings
}

export interface HistoryTotals {
  readonly lines: number
  readonly records: number
  readonly ignored: number
  readonly channels: number
  /** False when the signal ended it early. */
  readonly complete: boolean
}

interface Extent {
  readonly login: string
  from: number
  to: number
}

/**
 * Imports the lines. Settings of a channel stand before its first record, its coverage after its last. Nobody is
 * waited for: what it covers is told from the lines, which belong to a world of our own.
 */
export async function importHistory(options: HistoryOptions): Promise<HistoryTotals> {
  const { log, clock, logger, signal, run, ingestorId } = options
  const extents = new Map<string, Extent>()

  function reach(record: ChatRecord): void {
    if (record.kind === 'broken') return
    const { channelId, channelLogin, sentAt } = record.value
    let extent = extents.get(channelId)
    if (extent === undefined) {
      extent = { login: channelLogin, from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY }
      extents.set(channelId, extent)
    }
    if (record.kind === 'roomState' || sentAt === null) return
    if (sentAt < options.fromMs || sentAt >= options.toMs) return
    extent.from = Math.min(extent.from, sentAt)
    extent.to = Math.max(extent.to, sentAt + 1)
  }

  const told = new Set<string>()
  const book = {
    ensure(channelId: string, channelLogin: string) {
      if (told.has(channelId)) return null
      told.add(channelId)
      return options.settingsOf(channelId, channelLogin)
    },
  }
  const encoder = new LineEncoder({ run, ingestorId }, reach)
  const writer = new RunWriter(book)

  const flush = async (): Promise<boolean> =>
    writer.waiting === 0 || appendWithRetry({ log, clock, logger, signal }, 'chat', writer.takeBatch())
  const totals = (complete: boolean): HistoryTotals => ({
    lines: encoder.lines,
    records: encoder.lines - encoder.ignored,
    ignored: encoder.ignored,
    channels: extents.size,
    complete,
  })

  for (const piece of options.lines) {
    for (const raw of piece) {
      const encoded = encoder.take(raw, clock.now())
      if (encoded !== null) writer.add(encoded)
      if (writer.waiting >= RECORDS_PER_APPEND && !(await flush())) return totals(false)
    }
    if (!(await flush())) return totals(false)
    // Whatever else this process does comes first.
    await nextTurn()
    if (signal.aborted) return totals(false)
  }
  for (const [channelId, { login, from, to }] of extents) {
    for (const record of endOfImport({ channelId, login, from, to, run, ingestorId })) {
      writer.put(channelId, record)
    }
  }
  return totals(await flush())
}
