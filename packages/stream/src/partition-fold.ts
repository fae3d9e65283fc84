/**
 * The fold of one log partition: judges each record and folds it into rows. Pure: the same records in the same
 * order give the same rows, whatever the batches, restarts or flushes in between.
 */
import {
  type AnyRecord,
  type ChatRecord,
  type CheckpointRow,
  type ClockRow,
  type Coverage,
  DAY_MS,
  NO_CHANNEL,
  type TableName,
  type View,
} from '@smacktalk/contract'
import { ChannelClock } from './channel-clock.ts'
import { ChannelRows } from './channel-rows.ts'
import { ChangedRows } from './channel-view.ts'
import { countRecord, countUncounted } from './count-record.ts'
import type { CountingContext, Touch } from './counting-context.ts'
import { type FoldSettings, readBackMs } from './fold-settings.ts'
import { isBelievable, judge, sightingOf } from './judge.ts'
import { messageText } from './message-text.ts'
import { neededPartitions, type PartitionRef } from './needed-partitions.ts'
import { type CachedRow, RowCache } from './row-cache.ts'
import { resultTable } from './row-tables.ts'
import { Written } from './written.ts'

/** A decoded row as the store holds it. */
export interface DecodedRow {
  readonly row: string
  readonly position: number
  readonly value: unknown
}

/** A record with its place in the log. */
export interface PlacedRecord {
  readonly offset: number
  readonly appendMs: number
  /** Null when its bytes could not be read: it still has its place, so that write times do not depend on batches. */
  readonly record: AnyRecord | null
}

/** What one commit writes, besides the changed rows: clock rows as of the position, then the checkpoint. */
export interface CommitPoint {
  readonly position: number
  readonly writtenAt: number
  readonly clocks: readonly { channelId: string; row: ClockRow }[]
  readonly checkpoint: CheckpointRow
}

export class PartitionFold {
  readonly #settings: FoldSettings
  readonly #cache = new RowCache()
  readonly #clocks = new Map<string, ChannelClock>()
  readonly #changed = new Map<string, ChangedRows>()
  /** Valid for one batch: an eviction makes them stale. */
  readonly #rows = new Map<string, ChannelRows>()
  #position: number
  #writtenAt: number
  #appendMs: number
  /** Append time before which sightings are in the clock rows written so far. */
  #windowStart: number
  /** Position of the checkpoint this fold started from. */
  readonly #committed: number
  #lastCommit: number

  constructor(
    settings: FoldSettings,
    checkpoint: CheckpointRow | null,
    clocks: readonly { row: ClockRow; position: number }[],
  ) {
    this.#settings = settings
    this.#position = checkpoint?.position ?? -1
    this.#committed = this.#position
    this.#lastCommit = this.#position
    this.#writtenAt = checkpoint?.writtenAt ?? 0
    this.#appendMs = checkpoint?.appendMs ?? 0
    this.#windowStart = this.#appendMs - readBackMs(settings)
    for (const { row, position } of clocks) {
      this.#clocks.set(row.channelId, new ChannelClock(row.channelId, settings, { row, position }))
    }
  }

  /** Position of the last record folded (or only remembered); -1 before the first. */
  get position(): number {
    return this.#position
  }

  get cacheWeight(): number {
    return this.#cache.weight
  }

  get dirtyRows(): number {
    return this.#cache.dirtyCount
  }

  /** Totals by verdict over the channels of this partition. */
  account(): { messages: number; events: number; duplicates: number; late: number; dropped: number } {
    const sum = { messages: 0, events: 0, duplicates: 0, late: 0, dropped: 0 }
    for (const clock of this.#clocks.values()) {
      const { messages, events, duplicates, late, dropped } = clock.account.toStored()
      sum.messages += messages
      sum.events += events
      sum.duplicates += duplicates
      sum.late += late
      for (const { count } of dropped) sum.dropped += count
    }
    return sum
  }

  /** Store partitions that folding these records may touch and that are not in memory yet. */
  needed(records: readonly PlacedRecord[]): PartitionRef[] {
    const unread = records.filter(
      (placed): placed is PlacedRecord & { record: AnyRecord } =>
        placed.record !== null && !this.#isReplay(placed.offset, placed.record),
    )
    return neededPartitions(unread, this.#clocks, this.#settings).filter(
      ({ table, partition }) => !this.#cache.has(table, partition),
    )
  }

  /** Takes over all rows that the store holds of a partition. */
  install(table: TableName, partition: string, rows: readonly DecodedRow[]): void {
    const { restore } = resultTable(table)
    this.#cache.install(
      table,
      partition,
      rows.map(({ row, position, value }) => ({ row, position, state: restore(row, value) })),
    )
  }

  /** Folds records that follow each other; everything `needed` names must be installed. */
  fold(records: readonly PlacedRecord[]): void {
    this.#rows.clear()
    for (const placed of records) this.#foldOne(placed)
  }

  takeDirty(wanted: (table: TableName) => boolean = () => true): CachedRow[] {
    return this.#cache.takeDirty(wanted)
  }

  acknowledge(rows: readonly CachedRow[]): void {
    this.#cache.acknowledge(rows)
  }

  evict(weightMax: number): void {
    this.#cache.evict(weightMax)
    this.#rows.clear()
  }

  /** What changed since the last call, per channel. */
  takeViews(): View[] {
    const views = [...this.#changed].map(([channelId, changed]) =>
      changed.toView(this.#clocks.get(channelId)!),
    )
    this.#changed.clear()
    return views
  }

  /**
   * The commit at the current position: every row changed so far must be durable before its clocks are, those
   * before its checkpoint. Null when nothing was folded since the last one.
   */
  takeCommit(): CommitPoint | null {
    if (this.#position === this.#lastCommit) return null
    this.#lastCommit = this.#position
    const windowStart = this.#appendMs - readBackMs(this.#settings)
    const clocks: { channelId: string; row: ClockRow }[] = []
    for (const clock of this.#clocks.values()) {
      if (!clock.dirty && !clock.leftWindow(this.#windowStart, windowStart)) continue
      clock.dirty = false
      clocks.push({ channelId: clock.channelId, row: clock.toStored(windowStart) })
    }
    this.#windowStart = Math.max(this.#windowStart, windowStart)
    const { position, writtenAt, appendMs } = this.#checkpoint()
    return { position, writtenAt, clocks, checkpoint: { position, writtenAt, appendMs } }
  }

  #checkpoint(): CheckpointRow {
    return { position: this.#position, writtenAt: this.#writtenAt, appendMs: this.#appendMs }
  }

  #foldOne({ offset, appendMs, record }: PlacedRecord): void {
    if (record === null) {
      this.#advance(offset, appendMs)
      return
    }
    if (this.#isReplay(offset, record)) {
      this.#remember(offset, appendMs, record)
      this.#advance(offset, appendMs)
      return
    }
    this.#advance(offset, appendMs)
    const clock = this.#clock(record.value.channelId)
    switch (record.kind) {
      case 'channelSettings':
        clock.useSettings(record.value)
        this.#markClock(clock, offset)
        return
      case 'importFinished':
        clock.runs.get(record.value.run)?.sightings.clear()
        this.#markClock(clock, offset)
        return
      case 'coverage':
        this.#cover(clock, record.value, offset)
        return
      default:
        this.#foldChat(clock, record, offset)
        this.#markClock(clock, offset)
    }
  }

  #foldChat(clock: ChannelClock, record: ChatRecord, position: number): void {
    const isKnownChannel = clock.channelId !== NO_CHANNEL
    const rows = this.#rowsOf(clock.channelId)
    const text = record.kind === 'message' ? messageText(record.value) : null
    const sighting = sightingOf(record, text, position)
    const judgement = judge(record, sighting, position, this.#appendMs, clock, this.#settings, (minute) =>
      isKnownChannel ? ownerOf(rows, minute) : undefined,
    )
    // A late or refused record changes nothing else, names included.
    if (judgement.kind === 'counted' && record.value.channelLogin !== '') {
      clock.channelLogin = record.value.channelLogin
    }
    if (judgement.kind === 'already-judged') return
    for (const account of [clock.account, clock.run(record.value.run, this.#settings).account]) {
      if (judgement.kind === 'dropped') account.drop(judgement.reason)
      else if (judgement.kind !== 'counted') account.count(judgement.kind)
      else account.count(record.kind === 'message' ? 'message' : 'event')
    }
    if (!isKnownChannel) return
    const context: CountingContext = {
      clock,
      rows,
      changed: this.#changedOf(clock, position),
      touch: this.#touchAt(position),
      position,
      stopWords: this.#settings.stopWords,
      writeOnce: (key, value) => this.#cache.writeOnce(key, new Written(value), position, this.#writtenAt),
    }
    if (judgement.kind === 'counted') countRecord(context, record, text, judgement)
    else countUncounted(context, judgement)
  }

  #cover(clock: ChannelClock, coverage: Coverage, position: number): void {
    const { from, to, ended, ingestor, imported, channelLogin } = coverage
    if (!isCredible(coverage, this.#appendMs)) return
    if (channelLogin !== '' && clock.channelLogin === '') clock.channelLogin = channelLogin
    const rows = this.#rowsOf(clock.channelId)
    const changed = this.#changedOf(clock, position)
    const touch = this.#touchAt(position)
    for (let day = Math.floor(from / DAY_MS) * DAY_MS; day < to; day += DAY_MS) {
      const row = rows.coverage(day)
      touch(row, (state) => state.cover(from, to, imported))
      changed.coverage.add(row)
    }
    if (ended === null) return
    const row = rows.coverage(to)
    touch(row, (state) => state.lose(to, ended, ingestor))
    changed.coverage.add(row)
  }

  /** On replay a record at or before its channel's clock row is not judged again, only remembered. */
  #isReplay(offset: number, record: AnyRecord): boolean {
    if (offset <= this.#committed) return true
    const clock = this.#clocks.get(record.value.channelId)
    return clock !== undefined && offset <= clock.position
  }

  #remember(position: number, appendMs: number, record: AnyRecord): void {
    const clock = this.#clocks.get(record.value.channelId)
    if (clock === undefined) return
    if (record.kind === 'importFinished') {
      clock.runs.get(record.value.run)?.sightings.clear()
      return
    }
    if (record.kind === 'coverage' || record.kind === 'channelSettings') return
    const text = record.kind === 'message' ? messageText(record.value) : null
    const sighting = sightingOf(record, text, position)
    if (sighting === null || !isBelievable(sighting.sentAt, appendMs)) return
    clock.runs.get(record.value.run)?.remember(sighting, appendMs, this.#settings)
  }

  #advance(offset: number, appendMs: number): void {
    if (offset <= this.#committed) return
    this.#position = offset
    this.#appendMs = Math.max(this.#appendMs, appendMs)
    this.#writtenAt = Math.max(this.#writtenAt + 1, 1_000 * this.#appendMs)
  }

  #touchAt(position: number): Touch {
    const cache = this.#cache
    const writtenAt = this.#writtenAt
    return (row, change) => {
      // A row that is ahead holds this record already (architecture.md, idea 2). One record may change a row
      // in several steps; no other position has its write timestamp.
      if (row.position >= position && row.writtenAt !== writtenAt) return false
      change(row.state)
      cache.markDirty(row, position, writtenAt)
      return true
    }
  }

  #markClock(clock: ChannelClock, position: number): void {
    clock.position = position
    clock.dirty = true
  }

  #clock(channelId: string): ChannelClock {
    let clock = this.#clocks.get(channelId)
    if (clock === undefined) {
      clock = new ChannelClock(channelId, this.#settings)
      this.#clocks.set(channelId, clock)
    }
    return clock
  }

  #rowsOf(channelId: string): ChannelRows {
    let rows = this.#rows.get(channelId)
    if (rows === undefined) {
      rows = new ChannelRows(channelId, this.#cache)
      this.#rows.set(channelId, rows)
    }
    return rows
  }

  #changedOf(clock: ChannelClock, position: number): ChangedRows {
    let changed = this.#changed.get(clock.channelId)
    if (changed === undefined) {
      changed = new ChangedRows()
      this.#changed.set(clock.channelId, changed)
    }
    changed.position = position
    changed.appendMs = this.#appendMs
    return changed
  }
}

/** Coverage that cannot be true is ignored: reversed, from the future, or longer than any run of ours. */
function isCredible({ from, to }: Coverage, appendMs: number): boolean {
  return (
    from <= to && isBelievable(from, appendMs) && isBelievable(to, appendMs) && to - from <= COVERAGE_MS_MAX
  )
}

/** Longest span one coverage record may claim: an import of a year and a bit. */
const COVERAGE_MS_MAX = 400 * DAY_MS

function ownerOf(rows: ChannelRows, minute: number) {
  const row = rows.existingMinute(minute)
  return row === undefined || row.state.ownerRun === '' ? undefined : row.state
}
