import type { ChannelState, ChannelSummary } from '@smacktalk/contract'
import { CHANNEL_STATES } from '@smacktalk/contract'
import type { Sort, SortColumn } from '../address/view-state.ts'

/** States in the order of how much a reader should know about them. */
const STATE_RANK: Readonly<Record<ChannelState, number>> = {
  lost: 0,
  suspended: 1,
  refused: 2,
  'not-found': 3,
  joining: 4,
  queued: 5,
  paused: 6,
  joined: 7,
}

/** Unknown figures are below every known one. */
const known = (value: number | null): number => value ?? -1

const COMPARE: Readonly<Record<SortColumn, (a: ChannelSummary, b: ChannelSummary) => number>> = {
  name: (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  state: (a, b) => STATE_RANK[a.state] - STATE_RANK[b.state],
  rate: (a, b) => known(a.messagesPerMinute) - known(b.messagesPerMinute),
  usual: (a, b) => known(timesUsual(a)) - known(timesUsual(b)),
  coverage: (a, b) => known(a.coverage) - known(b.coverage),
}

/** How the last minute compares with what is usual at this hour; null while either is not known. */
export function timesUsual({
  messagesPerMinute,
  usual,
}: Pick<ChannelSummary, 'messagesPerMinute' | 'usual'>): number | null {
  return messagesPerMinute === null || usual === null || usual === 0 ? null : messagesPerMinute / usual
}

/** Columns whose natural direction is the largest first. */
const LARGEST_FIRST: ReadonlySet<SortColumn> = new Set(['rate', 'usual'])

/** Channels whose login or display name holds a text, in any case; all of them when it is empty. */
export function namedLike(channels: readonly ChannelSummary[], text: string): readonly ChannelSummary[] {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return channels
  return channels.filter(
    ({ name, displayName }) => name.includes(wanted) || displayName.toLowerCase().includes(wanted),
  )
}

/**
 * The channels in the order of a column, pinned ones first; equal ones by name, so that rows never swap without a
 * reason.
 */
export function sortedChannels(
  channels: readonly ChannelSummary[],
  sort: Sort,
  pinned: ReadonlySet<string> = new Set(),
): ChannelSummary[] {
  const direction = sort.descending ? -1 : 1
  const compare = COMPARE[sort.by]
  const rank = ({ name }: ChannelSummary): number => (pinned.has(name) ? 0 : 1)
  return [...channels].sort((a, b) => rank(a) - rank(b) || direction * compare(a, b) || COMPARE.name(a, b))
}

/** A column in its natural direction. */
export function naturalSort(by: SortColumn): Sort {
  return { by, descending: LARGEST_FIRST.has(by) }
}

/** What a click on a column's head leads to: the other direction, or its natural one first. */
export function sortAfterClick(sort: Sort, by: SortColumn): Sort {
  return sort.by === by ? { by, descending: !sort.descending } : naturalSort(by)
}

/** How many channels are in each state, those states only that occur. */
export function stateCounts(channels: readonly ChannelSummary[]): { state: ChannelState; count: number }[] {
  return CHANNEL_STATES.map((state) => ({
    state,
    count: channels.filter((channel) => channel.state === state).length,
  })).filter(({ count }) => count > 0)
}

/** Rows change places at most this often, ms (design, Interaction). */
export const RESORT_EVERY_MS = 3_000

export interface HeldOrder {
  /** The sort and filter it was made for; another rule is another order at once. */
  readonly rule: string
  readonly names: readonly string[]
  readonly at: number
}

/**
 * The order to show: the wanted one at most every three seconds and never under the pointer. Rows that came meanwhile
 * are put at the end while the pointer holds the others, rows that left are gone at once.
 */
export function settledOrder(
  held: HeldOrder | null,
  wanted: readonly string[],
  rule: string,
  pointed: boolean,
  nowMs: number,
): HeldOrder {
  const fresh = { rule, names: wanted, at: nowMs }
  if (held === null || held.rule !== rule) return fresh
  const present = new Set(wanted)
  const kept = held.names.filter((name) => present.has(name))
  const keptSet = new Set(kept)
  const added = wanted.filter((name) => !keptSet.has(name))
  if (pointed) return { ...held, names: [...kept, ...added] }
  const due = nowMs - held.at >= RESORT_EVERY_MS
  return due || added.length > 0 ? fresh : { ...held, names: kept }
}
