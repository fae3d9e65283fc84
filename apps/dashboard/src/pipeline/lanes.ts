/** Which partitions the picture shows one by one, and what it says of each. */
import type { ChannelRef, PipelinePartition } from '@smacktalk/contract'
import { sumKnown } from './partition-rates.ts'

/** Lanes of a single partition; what remains shares one more. */
export const LANES_MAX = 8
/** A reader further behind than this lags, ms (design.md). */
export const LAGGING_MS = 2_000
/** A lane that is shown gives way only to one that is busier by this factor, so that lanes do not dance. */
const STAY = 1.3

export interface Lane {
  readonly key: string
  /** Null: the lane of all others. */
  readonly partition: number | null
  /** How many partitions it stands for. */
  readonly partitions: number
  readonly channels: readonly ChannelRef[]
  /** Records per second; null while not known. */
  readonly perSecond: number | null
  /** Records that wait. */
  readonly lag: number | null
  readonly lagMs: number | null
  readonly lagging: boolean
  /** Ids of the stream jobs that work on it. */
  readonly owners: readonly string[]
}

export const REST_KEY = 'rest'
export const laneKey = (partition: number): string => `p${partition}`

/**
 * The busiest partitions and any that lags, by number, then the rest as one. `before` are the keys of the lanes that
 * are on the screen.
 */
export function lanesOf(
  partitions: readonly PipelinePartition[],
  rates: readonly (number | null)[],
  before: ReadonlySet<string>,
): Lane[] {
  const weighed = partitions.map((partition) => {
    const rate = rates[partition.partition] ?? null
    const stays = before.has(laneKey(partition.partition)) ? STAY : 1
    // Before rates are known, the number of channels tells as much as can be told.
    return { partition, rate, weight: (rate ?? partition.channels.length) * stays }
  })
  const late = weighed.filter(({ partition }) => isLagging(partition))
  late.sort((a, b) => (b.partition.lagMs ?? 0) - (a.partition.lagMs ?? 0) || order(a, b))
  const busy = weighed.filter((each) => !late.includes(each) && (each.weight > 0 || hasChannels(each)))
  busy.sort((a, b) => b.weight - a.weight || Number(hasChannels(b)) - Number(hasChannels(a)) || order(a, b))
  const chosen = new Set([...late, ...busy].slice(0, LANES_MAX))
  const lanes = weighed
    .filter((each) => chosen.has(each))
    .map(({ partition, rate }): Lane => {
      const { partition: number, channels, lag, lagMs, owner } = partition
      return {
        ...{ key: laneKey(number), partition: number, partitions: 1, channels, perSecond: rate },
        ...{ lag, lagMs, lagging: isLagging(partition), owners: owner === null ? [] : [owner] },
      }
    })
  const others = weighed.filter((each) => !chosen.has(each))
  return others.length === 0 ? lanes : [...lanes, restOf(others)]
}

interface Weighed {
  readonly partition: PipelinePartition
  readonly rate: number | null
}

function restOf(others: readonly Weighed[]): Lane {
  const lagMs = others.map(({ partition }) => partition.lagMs).filter((ms) => ms !== null)
  return {
    key: REST_KEY,
    partition: null,
    partitions: others.length,
    channels: others.flatMap(({ partition }) => partition.channels),
    perSecond: sumKnown(others.map(({ rate }) => rate)),
    lag: sumKnown(others.map(({ partition }) => partition.lag)),
    lagMs: lagMs.length === 0 ? null : Math.max(...lagMs),
    lagging: others.some(({ partition }) => isLagging(partition)),
    owners: [...new Set(others.map(({ partition }) => partition.owner).filter((owner) => owner !== null))],
  }
}

/** Late, or with records that nobody works on. */
function isLagging({ lag, lagMs, owner }: PipelinePartition): boolean {
  return (lagMs ?? 0) > LAGGING_MS || (owner === null && (lag ?? 0) > 0)
}

function hasChannels({ partition }: Weighed): boolean {
  return partition.channels.length > 0
}

function order(a: Weighed, b: Weighed): number {
  return a.partition.partition - b.partition.partition
}

/** Numbers in short: `0–21`, `3, 7`; from three pieces on only how many there are. */
export function spansText(numbers: readonly number[]): string {
  const sorted = [...numbers].sort((a, b) => a - b)
  const pieces: [number, number][] = []
  for (const number of sorted) {
    const last = pieces.at(-1)
    if (last !== undefined && number === last[1] + 1) last[1] = number
    else pieces.push([number, number])
  }
  if (pieces.length > 2) return `${sorted.length} partitions`
  return pieces.map(([from, to]) => (from === to ? `P${from}` : `P${from}–${to}`)).join(', ')
}

/** Marks of a lane's log that are lit, of `marks`: six for each tenfold of unread records. */
export function litMarks(lag: number | null, marks: number): number {
  if (lag === null || lag <= 0) return 0
  return Math.min(marks, Math.max(1, Math.round(6 * Math.log10(1 + lag))))
}
