/**
 * The fold of one log partition: judges each record and folds it into rows. Pure: the same records in the same
 * order give the same rows, whatever the batches, restarts or flushes in between.
 */
import {
  type Alert,
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
import { isCredible } from './coverage.ts'
import { type FoldSettings, readBackMs } from './fold-settings.ts'
import { isBelievable, judge, sightingOf } from './judge.ts'
import { messageText } from './message-text.ts'
import { MomentWatch } from './moment-watch.ts'
import { NeededPartitions, type PartitionRef } from './needed-partitions.ts'
import { type CachedRow, RowCache } from './row-cache.ts'
import { resultTable } from './row-tables.ts'
import { type Vocabulary, vocabularyOf } from './vocabulary.ts'

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

/** What the fold has at hand of one channel. */
interface Channel {
  readonly clock: ChannelClock
  readonly moments: MomentWatch
  /** Null until it is needed; an eviction makes it stale. */
  rows: ChannelRows | null
  /** Null while nothing changed since the last view. */
  changed: ChangedRows | null
}

export class PartitionFold {
  readonly #settings: FoldSettings
  readonly #vocabulary: Vocabulary
  readonly #cache = new RowCache()
  readonly #needed: NeededPartitions
  readonly #channels = new Map<string, Channel>()
  /** Channels in the order in which they changed since the last views. */
  #changed: Channel[] = []
  /** Moments that began or ended since they were last taken. */
  readonly #alerts: Alert[] = []
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
    this.#vocabulary = vocabularyOf(settings.stopWords)
    this.#needed = new NeededPartitions(settings, this.#cache)
    this.#position = checkpoint?.position ?? -1
    this.#committed = this.#position
    this.#lastCommit = this.#position
    this.#writtenAt = checkpoint?.writtenAt ?? 0
    this.#appendMs = checkpoint?.appendMs ?? 0
    this.#windowStart = this.#appendMs - readBackMs(settings)
    for (const { row, position } of clocks) {
      const clock = new ChannelClock(row.channelId, settings, { row, position })
      this.#addChannel(clock)
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
    for (const { clock } of this.#channels.values()) {
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
    for (const { offset, appendMs, record } of records) {
      if (record === null) continue
      const clock = this.#channels.get(record.value.channelId)?.clock
      if (!this.#isReplay(offset, clock)) this.#needed.add(record, appendMs, clock)
    }
    return this.#needed.take()
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
    for (const placed of records) this.#foldOne(placed)
  }

  takeDirty(wanted: (table: TableName) => boolean = () => true): CachedRow[] {
    return this.#cache.takeDirty(wanted)
  }

  acknowledge(rows: readonly CachedRow[]): void {
    this.#cache.acknowledge(rows)
  }

  evict(weightMax: number): void {
    if (!this.#cache.evict(weightMax)) return
    this.#needed.forget()
    for (const channel of this.#channels.values()) channel.rows = null
  }

  /** What changed since the last call, per channel. */
  takeViews(): View[] {
    const views: View[] = []
    for (const channel of this.#changed) {
      if (channel.changed !== null)
        views.push(channel.changed.toView(channel.clock, channel.moments.surgeAt()))
      channel.changed = null
    }
    this.#changed = []
    return views
  }

  /** Moments that began or ended since the last call; after a restart some come again, with the same ids. */
  takeAlerts(): Alert[] {
    return this.#alerts.splice(0)
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
    for (const { clock } of this.#channels.values()) {
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
    const known = this.#channels.get(record.value.channelId)
    if (this.#isReplay(offset, known?.clock)) {
      if (known !== undefined) this.#remember(known.clock, offset, appendMs, record)
      this.#advance(offset, appendMs)
      return
    }
    this.#advance(offset, appendMs)
    this.#cache.begin(offset, this.#writtenAt)
    const channel = known ?? this.#newChannel(record.value.channelId)
    const { clock } = channel
    switch (record.kind) {
      case 'channelSettings':
        clock.useSettings(record.value)
        this.#markClock(clock, offset)
        return
      case 'importFinished':
        clock.runs.get(record.value.run)?.sightings.clear()
        channel.moments.begin(this.#changedOf(channel, offset), offset)
        channel.moments.finish(record.value.run)
        this.#markClock(clock, offset)
        return
      case 'coverage':
        this.#cover(channel, record.value, offset)
        return
      default:
        this.#foldChat(channel, record, offset)
        this.#markClock(clock, offset)
    }
  }

  #foldChat(channel: Channel, record: ChatRecord, position: number): void {
    const { clock } = channel
    const rows = clock.channelId === NO_CHANNEL ? null : this.#rowsOf(channel)
    const text = record.kind === 'message' ? messageText(record.value) : null
    const sighting = sightingOf(record, text, position)
    const judgement = judge(record, sighting, position, this.#appendMs, clock, this.#settings, rows)
    // A late or refused record changes nothing else, names included.
    if (judgement.kind === 'counted' && record.value.channelLogin !== '') {
      clock.channelLogin = record.value.channelLogin
    }
    if (judgement.kind === 'already-judged') return
    clock.account.add(record.kind, judgement)
    clock.run(record.value.run, this.#settings).account.add(record.kind, judgement)
    if (rows === null) return
    const changed = this.#changedOf(channel, position)
    const { moments } = channel
    moments.begin(changed, position)
    const cache = this.#cache
    const context = { clock, rows, changed, moments, cache, position, vocabulary: this.#vocabulary }
    if (judgement.kind === 'counted') countRecord(context, record, text, judgement)
    else countUncounted(context, judgement)
  }

  #cover(channel: Channel, coverage: Coverage, position: number): void {
    const { from, to, ended, ingestor, origin, channelLogin } = coverage
    if (!isCredible(coverage, this.#appendMs)) return
    const { clock } = channel
    if (channelLogin !== '' && clock.channelLogin === '') {
      clock.channelLogin = channelLogin
      this.#markClock(clock, position)
    }
    const rows = this.#rowsOf(channel)
    const changed = this.#changedOf(channel, position)
    for (let day = Math.floor(from / DAY_MS) * DAY_MS; day < to; day += DAY_MS) {
      const row = rows.coverage(day)
      if (this.#cache.touch(row)) row.state.cover(from, to, origin)
      changed.coverage.add(row)
    }
    if (origin === 'heard') {
      channel.moments.begin(changed, position)
      if (channel.moments.heard(to)) this.#markClock(clock, position)
    }
    if (ended === null) return
    const row = rows.coverage(to)
    if (this.#cache.touch(row)) row.state.lose(to, ended, ingestor)
    changed.coverage.add(row)
  }

  /** On replay a record at or before its channel's clock row is not judged again, only remembered. */
  #isReplay(offset: number, clock: ChannelClock | undefined): boolean {
    return offset <= this.#committed || (clock !== undefined && offset <= clock.position)
  }

  #remember(clock: ChannelClock, position: number, appendMs: number, record: AnyRecord): void {
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

  #markClock(clock: ChannelClock, position: number): void {
    clock.position = position
    clock.dirty = true
  }

  #newChannel(channelId: string): Channel {
    return this.#addChannel(new ChannelClock(channelId, this.#settings))
  }

  #addChannel(clock: ChannelClock): Channel {
    const moments = new MomentWatch(clock, this.#cache, this.#alerts)
    const channel: Channel = { clock, moments, rows: null, changed: null }
    this.#channels.set(clock.channelId, channel)
    return channel
  }

  #rowsOf(channel: Channel): ChannelRows {
    channel.rows ??= new ChannelRows(channel.clock.channelId, this.#cache)
    return channel.rows
  }

  #changedOf(channel: Channel, position: number): ChangedRows {
    if (channel.changed === null) {
      channel.changed = new ChangedRows()
      this.#changed.push(channel)
    }
    const { changed } = channel
    changed.position = position
    changed.appendMs = this.#appendMs
    return changed
  }
}
