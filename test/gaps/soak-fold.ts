/** What a log says after the real fold: what it holds, what is counted, and the gaps as the API lists them. */
import { coveragePartition, DAY_MS, spanPartition, spanStart } from '@smacktalk/contract'
import type { EventLog } from '@smacktalk/ports'
import { DEFAULT_FOLD_SETTINGS } from '@smacktalk/stream'
import { PartitionWorker } from '@smacktalk/stream-job'
import { decodeRecord, decodeRow } from '@smacktalk/wire'
import { coverageOf, type DayCoverage, wantedTime } from '../../apps/gateway/src/coverage.ts'
import { gapsIn } from '../../apps/gateway/src/gaps.ts'
import { MemoryStore } from '../support/memory-store.ts'
import { roomIdOf } from '../support/numbered-chat.ts'
import type { Interval, MarkedGap } from './soak-truth.ts'

export interface FoldedLog {
  /** Ids of messages that the log holds. */
  readonly logged: Set<string>
  /** Messages counted, by login. */
  readonly totals: Map<string, number>
  readonly gaps: Map<string, MarkedGap[]>
  /** What ingestors claim to have heard. */
  readonly claimed: Map<string, readonly Interval[]>
}

/** @param span from when to when the channels were wanted */
export async function foldedLog(
  log: EventLog,
  channels: readonly string[],
  span: Interval,
): Promise<FoldedLog> {
  const store = new MemoryStore()
  const logged = new Set<string>()
  for (let partition = 0; partition < log.partitions; partition++) {
    await foldPartition(log, partition, store, logged)
  }
  const days: number[] = []
  for (let day = spanStart(span.from, DAY_MS); day < span.to; day += DAY_MS) days.push(day)
  const totals = new Map<string, number>()
  const gaps = new Map<string, MarkedGap[]>()
  const claimed = new Map<string, readonly Interval[]>()
  for (const login of channels) {
    const channelId = roomIdOf(login)
    const coverage = coverageOf(await coverageRows(store, channelId, days))
    totals.set(login, await messagesIn(store, channelId, days))
    const wanted = wantedTime(coverage, span.from, span.to)
    const question = { coverage, wanted, knownFrom: span.from - DAY_MS, standing: null, nowMs: span.to }
    claimed.set(login, coverage.live)
    gaps.set(
      login,
      gapsIn(question, span.from, span.to).gaps.map(({ from, to, cause }) => ({
        ...{ from: Date.parse(from), to: Date.parse(to), cause },
      })),
    )
  }
  return { logged, totals, gaps, claimed }
}

async function foldPartition(
  log: EventLog,
  partition: number,
  store: MemoryStore,
  logged: Set<string>,
): Promise<void> {
  const { low, end } = await log.extent('chat', partition)
  if (low === end) return
  const settings = { fold: DEFAULT_FOLD_SETTINGS, cacheWeightMax: 100_000 }
  const worker = await PartitionWorker.open(partition, store, settings, async () => low)
  for await (const batch of log.read('chat', partition, low, end)) {
    for (const record of batch) {
      const { kind, value } = decodeRecord(record.value)
      if (kind === 'message') logged.add(value.id)
    }
    await worker.batch(batch)
  }
  await worker.commit()
}

async function coverageRows(
  store: MemoryStore,
  channelId: string,
  days: readonly number[],
): Promise<DayCoverage[]> {
  const found: DayCoverage[] = []
  for (const day of days) {
    for (const { value } of await store.load('coverage', coveragePartition(channelId, day))) {
      found.push({ day, row: decodeRow('coverage', value) })
    }
  }
  return found
}

async function messagesIn(store: MemoryStore, channelId: string, days: readonly number[]): Promise<number> {
  const partitions = new Set(days.map((day) => spanPartition('days', channelId, day)))
  let messages = 0
  for (const partition of partitions) {
    for (const { value } of await store.load('days', partition)) {
      messages += decodeRow('span', value).messages.reduce((sum, count) => sum + count, 0)
    }
  }
  return messages
}
