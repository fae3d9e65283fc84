/**
 * Seeded worlds whose labels say what happened, folded as the stream job folds, and what the fold made of them. The
 * comparison is written apart from the search: it knows labels and moments, and no thresholds.
 */
import {
  type Alert,
  type AnyRecord,
  isMomentCause,
  LIVE_RUN,
  type MomentCause,
  type MomentRow,
  SECOND_MS,
} from '@smacktalk/contract'
import { createWorld, type Label, type WorldOptions } from '@smacktalk/simulator'
import { DEFAULT_FOLD_SETTINGS, PartitionFold, type PlacedRecord } from '@smacktalk/stream'
import { createLineReader } from '@smacktalk/twitch'
import { Random } from '../support/random.ts'

export const WORLD_KINDS = ['quiet', 'busy', 'spiky', 'drifting', 'gaps'] as const
export type WorldKind = (typeof WORLD_KINDS)[number]

/** A moment is found when it is known, and said to have begun, within this time of its label's beginning. */
const FOUND_WITHIN_MS = 10_000
/** What follows a label this closely is its end, not a moment of its own. */
const ECHO_MS = 5_000
/** The first minutes of a channel, and of one that was away, are a warm-up. */
const WARM_UP_MS = 300_000
/** Labels come when they are over. */
const STILL_OPEN_MS = 120_000
const START_MS = Date.UTC(2026, 0, 5, 12)
const APPEND_DELAY_MS = 150
const TICK_MS = 5_000
const CHANNELS = 3

const WORLDS: Readonly<Record<WorldKind | 'demo', Partial<WorldOptions>>> = {
  /** What `npm start` shows when Twitch cannot be reached. */
  demo: { channels: 14, messagesPerSecond: 40 },
  // Some 5 to 15 messages a minute per channel.
  quiet: { messagesPerSecond: 0.45 },
  busy: { messagesPerSecond: 60 },
  spiky: { messagesPerSecond: 9, unrest: 0.35 },
  drifting: { messagesPerSecond: 4, driftPerHour: 2, calm: true },
  gaps: { messagesPerSecond: 9 },
}

interface Interval {
  readonly from: number
  readonly to: number
}

export interface Finding {
  readonly kind: WorldKind | 'demo'
  readonly records: number
  readonly channels: number
  /** Labels that are moments and could be known; those of them that were found; and with their cause. */
  readonly labels: readonly Label[]
  readonly found: ReadonlyMap<Label, KnownMoment>
  readonly rightCause: number
  /** Found moments that no label explains. */
  readonly falseOnes: readonly KnownMoment[]
  readonly moments: readonly KnownMoment[]
}

export interface KnownMoment {
  readonly channel: string
  readonly id: string
  /** Log time at which its beginning was made known, ms. */
  readonly knownAt: number
  row: MomentRow
}

export function causeOf(label: Label): MomentCause | null {
  return isMomentCause(label.kind) ? label.kind : null
}

export function playWorld(kind: WorldKind | 'demo', seed: number, durationMs: number): Finding {
  const world = createWorld({ seed, startMs: START_MS, channels: CHANNELS, ...WORLDS[kind] })
  const gaps = kind === 'gaps' ? gapsOf(new Random(seed), durationMs) : []
  const reader = createLineReader({ run: LIVE_RUN, ingestor: 'one' })
  const folding = new Folding()
  const inGap = (at: number): boolean => gaps.some(({ from, to }) => at >= from && at < to)
  for (let now = START_MS + SECOND_MS; now <= START_MS + durationMs; now += SECOND_MS) {
    const records: { atMs: number; record: AnyRecord }[] = []
    for (const { line, atMs } of world.advance(now)) {
      if (inGap(atMs)) continue
      const read = reader.read(line, atMs)
      if (read.kind === 'record') records.push({ atMs, record: read.record })
    }
    if (now % TICK_MS === 0 && !inGap(now)) {
      for (const { id, login } of world.channels) {
        const heard = { channelId: id, channelLogin: login, ingestor: 'one', origin: 'heard', ended: null }
        records.push({
          atMs: now,
          record: { kind: 'coverage', value: { ...heard, from: now - TICK_MS, to: now } },
        })
      }
    }
    folding.fold(records, now + APPEND_DELAY_MS)
  }
  return compare(kind, world.labels, gaps, durationMs, folding)
}

class Folding {
  readonly #fold = new PartitionFold(DEFAULT_FOLD_SETTINGS, null, [])
  readonly known = new Map<string, KnownMoment>()
  #offset = 0

  get records(): number {
    return this.#offset
  }

  fold(some: readonly { atMs: number; record: AnyRecord }[], now: number): void {
    const placed: PlacedRecord[] = some.map(({ atMs, record }) => {
      return { offset: this.#offset++, appendMs: atMs + APPEND_DELAY_MS, record }
    })
    for (const { table, partition } of this.#fold.needed(placed)) this.#fold.install(table, partition, [])
    this.#fold.fold(placed)
    for (const alert of this.#fold.takeAlerts()) this.#take(alert, now)
    // What is not written anywhere need not be kept: only moments are of interest.
    const dirty = this.#fold.takeDirty()
    for (const row of dirty) {
      const known = row.table === 'moments' ? this.known.get(row.row) : undefined
      if (known !== undefined) known.row = row.state.toStored() as MomentRow
    }
    this.#fold.acknowledge(dirty)
    this.#fold.takeViews()
  }

  #take({ id, what, channelLogin, moment }: Alert, now: number): void {
    const row = id.slice(id.indexOf('/') + 1)
    if (what === 'started') this.known.set(row, { channel: channelLogin, id: row, knownAt: now, row: moment })
  }
}

function compare(
  kind: WorldKind | 'demo',
  all: readonly Label[],
  gaps: readonly Interval[],
  durationMs: number,
  folding: Folding,
): Finding {
  const moments = [...folding.known.values()]
  const happened = all.filter((label) => causeOf(label) !== null)
  const labels = happened.filter(({ fromMs }) => {
    const warmedUp = fromMs >= START_MS + WARM_UP_MS && fromMs < START_MS + durationMs - FOUND_WITHIN_MS
    return (
      warmedUp && !gaps.some(({ from, to }) => fromMs > from - ECHO_MS && fromMs < to + rewarmMs(from, to))
    )
  })
  const found = new Map<Label, KnownMoment>()
  const taken = new Set<KnownMoment>()
  const labelOf = new Map<KnownMoment, Label>()
  for (const label of happened) {
    const match = moments.find(
      ({ channel, knownAt, row }) =>
        channel === label.channel &&
        Math.abs(row.from - label.fromMs) <= FOUND_WITHIN_MS &&
        knownAt - label.fromMs <= FOUND_WITHIN_MS + APPEND_DELAY_MS,
    )
    if (match === undefined || taken.has(match)) continue
    taken.add(match)
    labelOf.set(match, label)
    if (labels.includes(label)) found.set(label, match)
  }
  let rightCause = 0
  for (const [label, { row }] of found) if (row.cause === label.kind) rightCause++
  const foundFirst = new Set([...taken].map((moment) => labelOf.get(moment)))
  // What goes on at the end has no label yet.
  const over = START_MS + durationMs - STILL_OPEN_MS
  const falseOnes = moments.filter((moment) => {
    if (taken.has(moment) || moment.row.from >= over) return false
    // One that was found too late is missing above, it is not made up; a second one out of one happening is.
    return !happened.some((label) => {
      const within =
        moment.row.from >= label.fromMs - FOUND_WITHIN_MS && moment.row.from < label.toMs + ECHO_MS
      return label.channel === moment.channel && within && !foundFirst.has(label)
    })
  })
  return {
    kind,
    records: folding.records,
    channels: CHANNELS,
    labels,
    found,
    rightCause,
    falseOnes,
    moments,
  }
}

/** After a gap as long again must be heard, five minutes at most. */
function rewarmMs(from: number, to: number): number {
  return Math.min(WARM_UP_MS, to - from) + 30_000
}

function gapsOf(random: Random, durationMs: number): Interval[] {
  const gaps: Interval[] = []
  for (let at = START_MS + 2 * WARM_UP_MS; at < START_MS + durationMs - WARM_UP_MS; ) {
    const to = at + random.between(10, 300) * SECOND_MS
    gaps.push({ from: at, to })
    at = to + random.between(600, 1_800) * SECOND_MS
  }
  return gaps
}

export interface Score {
  readonly labels: number
  readonly found: number
  readonly rightCause: number
  readonly moments: number
  readonly falseOnes: number
  /** Per channel and three hours. */
  readonly falseRate: number
}

export function scoreOf(findings: readonly Finding[], durationMs: number): Score {
  const sum = { labels: 0, found: 0, rightCause: 0, moments: 0, falseOnes: 0, channels: 0 }
  for (const finding of findings) {
    sum.labels += finding.labels.length
    sum.found += finding.found.size
    sum.rightCause += finding.rightCause
    sum.moments += finding.moments.length
    sum.falseOnes += finding.falseOnes.length
    sum.channels += finding.channels
  }
  const { channels, ...score } = sum
  return { ...score, falseRate: sum.falseOnes / channels / (durationMs / (3 * 3_600_000)) }
}
