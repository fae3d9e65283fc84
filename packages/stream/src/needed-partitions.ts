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
import type { RowCache } from './row-cache.ts'

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

/** A day of which everything that a message under this login may touch was in memory when it was last asked. */
interface HeldDay {
  readonly start: number
  readonly login: string
}

/** Collects what a batch may touch. */
export class NeededPartitions {
  readonly #settings: FoldSettings
  readonly #cache: RowCache
  #byChannel = new Map<string, ChannelNeeds>()
  /** By channel; nearly every record is about such a day, and then there is nothing to collect. */
  readonly #held = new Map<string, HeldDay>()

  constructor(settings: FoldSettings, cache: RowCache) {
    this.#settings = settings
    this.#cache = cache
  }

  add(record: AnyRecord, appendMs: number, clock: ChannelClock | undefined): void {
    const { channelId } = record.value
    if (channelId === NO_CHANNEL) return
    const held = this.#held.get(channelId)
    if (held !== undefined && liesWithin(held, record, appendMs, clock)) return
    let needs = this.#byChannel.get(channelId)
    if (needs === undefined) {
      needs = {
        spanDays: new Set(),
        userDays: new Set(),
        messageDays: new Set(),
        coverageDays: new Set(),
        logins: new Set(),
        isChat: false,
      }
      this.#byChannel.set(channelId, needs)
    }
    collect(needs, record, appendMs, clock, this.#settings)
  }

  /** What was collected and is not in memory yet; begins anew. */
  take(): PartitionRef[] {
    const missing: PartitionRef[] = []
    for (const [channelId, needs] of this.#byChannel) {
      const found = refs(channelId, needs).filter(
        ({ table, partition }) => !this.#cache.has(table, partition),
      )
      missing.push(...found)
      const [day] = needs.messageDays
      const [login] = needs.logins
      const isOneDay = needs.messageDays.size === 1 && needs.spanDays.size === 1 && needs.logins.size === 1
      if (found.length === 0 && isOneDay && day !== undefined && login !== undefined) {
        this.#held.set(channelId, { start: day, login })
      }
    }
    if (this.#byChannel.size > 0) this.#byChannel = new Map()
    return missing
  }

  /** After an eviction nothing is known to be in memory. */
  forget(): void {
    this.#held.clear()
  }
}

function liesWithin(
  { start, login }: HeldDay,
  record: AnyRecord,
  appendMs: number,
  clock: ChannelClock | undefined,
): boolean {
  if (record.kind === 'coverage') return false
  if (record.kind === 'channelSettings' || record.kind === 'importFinished') return true
  const { run, channelLogin } = record.value
  const end = start + DAY_MS
  const newest = clock?.runs.get(run)?.newest ?? appendMs
  const sentAt = sentAtOf(record, appendMs)
  return newest >= start && newest < end && sentAt >= start && sentAt < end && channelLogin === login
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
