/** Which store partitions a batch may touch: a superset, known before anything is judged. */
import {
  type AnyRecord,
  channelNamesPartition,
  channelPartition,
  coveragePartition,
  DAY_MS,
  NO_CHANNEL,
  recentsPartition,
  spanPartition,
  spanStart,
  type TableName,
  TOP_KINDS,
  topsPartition,
  userDaysPartition,
} from '@smacktalk/contract'
import type { ChannelClock } from './channel-clock.ts'
import type { FoldSettings } from './fold-settings.ts'
import { isBelievable, sentAtOf } from './judge.ts'

export interface PartitionRef {
  readonly table: TableName
  readonly partition: string
}

/** Days of one channel that a batch reaches. */
interface ChannelNeeds {
  /** Minutes whose owner or numbers matter. */
  readonly spanDays: Set<number>
  /** Days in which something may be counted. */
  readonly userDays: Set<number>
  /** Days in which a message may be counted. */
  readonly messageDays: Set<number>
  readonly coverageDays: Set<number>
  readonly logins: Set<string>
  isChat: boolean
}

export function neededPartitions(
  records: readonly { readonly record: AnyRecord; readonly appendMs: number }[],
  clocks: ReadonlyMap<string, ChannelClock>,
  settings: FoldSettings,
): PartitionRef[] {
  const byChannel = new Map<string, ChannelNeeds>()
  for (const { record, appendMs } of records) {
    const { channelId } = record.value
    if (channelId === NO_CHANNEL) continue
    let needs = byChannel.get(channelId)
    if (needs === undefined) {
      needs = {
        spanDays: new Set(),
        userDays: new Set(),
        messageDays: new Set(),
        coverageDays: new Set(),
        logins: new Set(),
        isChat: false,
      }
      byChannel.set(channelId, needs)
    }
    collect(needs, record, appendMs, clocks.get(channelId), settings)
  }
  return [...byChannel].flatMap(([channelId, needs]) => refs(channelId, needs))
}

function collect(
  needs: ChannelNeeds,
  record: AnyRecord,
  appendMs: number,
  clock: ChannelClock | undefined,
  settings: FoldSettings,
): void {
  if (record.kind === 'channelSettings' || record.kind === 'importFinished') return
  if (record.kind === 'coverage') {
    const { from, to } = record.value
    for (let day = spanStart(from, DAY_MS); day <= to; day += DAY_MS) {
      needs.coverageDays.add(day)
      if (needs.coverageDays.size > COVERAGE_DAYS_MAX) break
    }
    return
  }
  needs.isChat = true
  const run = clock?.runs.get(record.value.run)
  const newest = run?.newest ?? null
  // Uncounted records count where the run's newest is; the newest only moves to days of this batch.
  needs.spanDays.add(spanStart(newest ?? appendMs, DAY_MS))
  const sentAt = sentAtOf(record, appendMs)
  if (!isBelievable(sentAt, appendMs)) return
  const day = spanStart(sentAt, DAY_MS)
  needs.spanDays.add(day)
  // What is late now stays late: its run's limit only rises.
  if (run !== undefined && sentAt < run.limit(appendMs, settings)) return
  needs.logins.add(record.value.channelLogin)
  if (record.kind === 'message') needs.messageDays.add(day)
  if (record.kind !== 'notice' && record.kind !== 'roomState') needs.userDays.add(day)
}

function refs(channelId: string, needs: ChannelNeeds): PartitionRef[] {
  const found: PartitionRef[] = []
  const add = (table: TableName, partition: string): void => {
    found.push({ table, partition })
  }
  const years = new Set<string>()
  for (const day of needs.spanDays) {
    add('minutes', spanPartition('minutes', channelId, day))
    add('hours', spanPartition('hours', channelId, day))
    years.add(spanPartition('days', channelId, day))
  }
  for (const year of years) add('days', year)
  for (const day of needs.userDays) add('user_days', userDaysPartition(channelId, day))
  for (const day of needs.messageDays) {
    for (const kind of TOP_KINDS) add('tops', topsPartition(channelId, day, kind))
  }
  for (const day of needs.coverageDays) add('coverage', coveragePartition(channelId, day))
  if (!needs.isChat) return found
  add('recents', recentsPartition(channelId))
  add('channels', channelPartition(channelId))
  for (const login of needs.logins) add('channel_names', channelNamesPartition(login))
  return found
}

/** More days than the longest credible coverage record has are not loaded; the fold ignores such a record. */
const COVERAGE_DAYS_MAX = 402
