/** Past lines of the demo world as an import: a run of its own, so that it never mixes with what is heard live. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type AnyRecord, type ChannelSettings, type Coverage, NO_CHANNEL } from '@smacktalk/contract'
import type { Clock, EventLog, OutgoingRecord } from '@smacktalk/ports'
import type { Logger } from '@smacktalk/runtime'
import { createLineReader } from '@smacktalk/twitch'
import { encodeRecord } from '@smacktalk/wire'
import { appendWithRetry } from './append-with-retry.ts'

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

/** Imports the lines. Settings of a channel stand before its first record, its coverage after its last. */
export async function importHistory(options: HistoryOptions): Promise<HistoryTotals> {
  const { log, clock, logger, signal, run, ingestorId } = options
  const reader = createLineReader({ run, ingestor: ingestorId })
  const extents = new Map<string, Extent>()
  let batch: OutgoingRecord[] = []
  let lines = 0
  let records = 0
  let ignored = 0

  function put(key: string, record: AnyRecord): void {
    batch.push({ key, value: encodeRecord(record) })
  }

  async function flush(): Promise<boolean> {
    if (batch.length === 0) return true
    const full = batch
    batch = []
    return appendWithRetry({ log, clock, logger, signal }, 'chat', full)
  }

  function take(raw: string): void {
    lines++
    const outcome = reader.read(raw, clock.now(), lines)
    if (outcome.kind === 'ignored') {
      ignored++
      return
    }
    const { record, key } = outcome
    records++
    if (record.kind !== 'broken' && !extents.has(key)) {
      const login = record.value.channelLogin
      extents.set(key, { login, from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY })
      put(key, { kind: 'channelSettings', value: options.settingsOf(key, login) })
    }
    const extent = extents.get(key)
    const { sentAt } = record.value
    if (extent !== undefined && record.kind !== 'broken' && record.kind !== 'roomState' && sentAt !== null) {
      if (sentAt >= options.fromMs && sentAt < options.toMs) {
        extent.from = Math.min(extent.from, sentAt)
        extent.to = Math.max(extent.to, sentAt)
      }
    }
    put(key, record)
  }

  const totals = (complete: boolean): HistoryTotals => ({
    lines,
    records,
    ignored,
    channels: extents.size,
    complete,
  })

  for (const piece of options.lines) {
    for (const raw of piece) {
      take(raw)
      if (batch.length >= RECORDS_PER_APPEND && !(await flush())) return totals(false)
    }
    if (!(await flush())) return totals(false)
    // Whatever else this process does comes first.
    await nextTurn()
    if (signal.aborted) return totals(false)
  }
  for (const [channelId, { login, from, to }] of extents) {
    if (channelId === NO_CHANNEL) continue
    if (from <= to) {
      const value: Coverage = {
        channelId,
        channelLogin: login,
        ingestor: ingestorId,
        imported: true,
        from,
        to,
        ended: null,
      }
      put(channelId, { kind: 'coverage', value })
    }
    put(channelId, { kind: 'importFinished', value: { channelId, run } })
  }
  return totals(await flush())
}
