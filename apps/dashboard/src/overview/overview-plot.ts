import type { ChannelSummary, OverviewAnswer } from '@smacktalk/contract'
import {
  OTHER_ID,
  type Plot,
  type PlotSeries,
  PROOF_MS,
  provenGaps,
  runningStep,
  sumSeries,
} from '../charts/plot.ts'
import { channelLabel } from '../format/names.ts'
import type { LiveView } from '../live/live-view.ts'
import { cutSeconds, EMPTY_LINE, settleTail } from '../live/second-line.ts'
import { coveredSamples, sumIntoSteps, sumKnown } from '../ranges/aggregate.ts'
import {
  type Missing,
  mergeSpans,
  missingMs,
  readFilled,
  readGaps,
  stepRate,
  unknownSteps,
} from '../ranges/gaps.ts'
import { type ChartRange, LIVE_SECONDS, RANGES } from '../ranges/ranges.ts'

/** What one channel adds to a chart, before it is decided who has a band. */
interface Share extends PlotSeries {
  readonly id: string
  readonly sum: number
}

export interface OverviewPlot extends Plot {
  /** When some channel was not covered: what the strip below the chart tells. */
  readonly partGaps: readonly Missing[]
  /** Messages in the range by channel id. */
  readonly totals: ReadonlyMap<string, number>
}

/** Seconds at the end of a live chart that may still grow. */
export const LIVE_RUNNING_SECONDS = 5

/**
 * The last five minutes by the second, up to and with `endSecond`. Frames tell seconds with messages only; in a gap
 * of its channel (`gapsById`, from the stored coverage) or of all channels a second without is unknown. A snapshot
 * holds the single seconds of the busiest channels only, so the rest is what the sum of all has beside them.
 */
export function liveOverviewPlot(
  view: LiveView,
  endSecond: number,
  gapsById: ReadonlyMap<string, readonly Missing[]>,
  chooseOrder: (totals: ReadonlyMap<string, number>) => readonly string[],
): OverviewPlot {
  const { stepMs } = RANGES.live
  const from = endSecond - LIVE_SECONDS + 1
  const times = Array.from({ length: LIVE_SECONDS }, (_, index) => (from + index) * 1000)
  const span = { from: from * 1000, to: (endSecond + 1) * 1000 }
  const partGaps: Missing[] = []
  const everyone = settleTail(cutSeconds(view.total, from, endSecond, 0), PROOF_MS / stepMs)
  const shares = (view.channels ?? []).flatMap((channel): Share[] => {
    if (channel.id === null) return []
    const line = view.byChannel.get(channel.id) ?? EMPTY_LINE
    const gaps = upTo(gapsById.get(channel.id) ?? [], channel.state === 'lost' ? span.to : 0)
    partGaps.push(...gaps.flatMap((gap) => cutTo(gap, span)))
    const messages = cutSeconds(line, from, endSecond, 0).map((value, index) => {
      const at = times[index] ?? 0
      const unknown =
        everyone[index] === null || (value === 0 && missingMs(gaps, { from: at, to: at + stepMs }) > 0)
      return unknown ? null : value
    })
    return [{ ...shareOf(channel), id: channel.id, rates: messages, messages, sum: sumKnown(messages) ?? 0 }]
  })
  const frame: Frame = {
    times,
    stepMs,
    running: times.length - LIVE_RUNNING_SECONDS,
    gaps: provenGaps(unknownSteps(everyone, span.from, stepMs), span.to),
    filled: [],
    partGaps: provenGaps(mergeSpans(partGaps), span.to),
  }
  return assembled(shares, chooseOrder, frame, everyone)
}

/** A stored range, its asked steps summed into the drawn ones, as known at `nowMs` of the server. */
export function storedOverviewPlot(
  answer: OverviewAnswer,
  range: ChartRange,
  nowMs: number,
  chooseOrder: (totals: ReadonlyMap<string, number>) => readonly string[],
): OverviewPlot {
  const { stepMs } = range
  const from = Date.parse(answer.from)
  const span = { from, to: Math.min(Date.parse(answer.to), Math.floor(nowMs / stepMs) * stepMs + stepMs) }
  const times: number[] = []
  for (let at = span.from; at < span.to; at += stepMs) times.push(at)
  // Time in which any channel was covered: no channel was for longer.
  const covered = sumIntoSteps(coveredSamples(answer.points), span, stepMs)
  const partGaps: Missing[] = []
  const shares = answer.channels.map((channel): Share => {
    const samples = answer.points.map(({ t }, index) => ({
      at: Date.parse(t),
      value: channel.messages[index] ?? null,
    }))
    const messages = sumIntoSteps(samples, span, stepMs)
    const gaps = provenGaps(mergeSpans(readGaps(channel.gaps, { from, to: nowMs })), nowMs)
    const rates = messages.map((value, index) =>
      stepRate(value, { startMs: times[index] ?? 0, stepMs, nowMs }, gaps, covered[index] ?? stepMs),
    )
    // A channel that was never heard would hatch the whole strip and tell nothing about the others.
    if (messages.some((value) => value !== null)) partGaps.push(...gaps)
    return {
      ...shareOf(channel),
      id: channel.id ?? channel.name,
      rates,
      messages,
      sum: sumKnown(messages) ?? 0,
    }
  })
  const running = runningStep(times, stepMs, nowMs)
  const known = sumSeries(
    shares.map(({ messages }) => messages),
    times.length,
  )
  return assembled(shares, chooseOrder, {
    times,
    stepMs,
    running,
    // The running step may not be proven yet; it is no gap before it has ended.
    gaps: unknownSteps(known.slice(0, running), span.from, stepMs),
    filled: mergeSpans(
      answer.channels.flatMap(({ backfilled }) =>
        readFilled(backfilled, span).map((filled) => ({ ...filled, cause: null })),
      ),
    ),
    partGaps: mergeSpans(partGaps),
  })
}

function shareOf(channel: Pick<ChannelSummary, 'name' | 'displayName' | 'slot'>) {
  return { label: channelLabel(channel), slot: channel.slot }
}

/** A gap that still lasts has grown since the gaps were asked for. */
function upTo(gaps: readonly Missing[], to: number): readonly Missing[] {
  const last = gaps.at(-1)
  return last === undefined || last.to >= to ? gaps : [...gaps.slice(0, -1), { ...last, to }]
}

function cutTo(gap: Missing, { from, to }: { from: number; to: number }): Missing[] {
  const cut = { ...gap, from: Math.max(gap.from, from), to: Math.min(gap.to, to) }
  return cut.from < cut.to ? [cut] : []
}

type Frame = Pick<OverviewPlot, 'times' | 'stepMs' | 'running' | 'gaps' | 'filled' | 'partGaps'>

/**
 * Bands for the chosen channels and one for the rest. `everyone` is what all channels together had, if that is known
 * better than by adding them up.
 */
function assembled(
  shares: readonly Share[],
  chooseOrder: (totals: ReadonlyMap<string, number>) => readonly string[],
  frame: Frame,
  everyone: readonly (number | null)[] = [],
): OverviewPlot {
  const totals = new Map(shares.map(({ id, sum }) => [id, sum]))
  const order = chooseOrder(totals)
  const bands = order.flatMap((id) => shares.filter((share) => share.id === id))
  const others = shares.filter(({ id, sum }) => sum > 0 && !order.includes(id))
  const length = frame.times.length
  const series: PlotSeries[] = [...bands]
  if (others.length > 0) {
    series.push({
      id: OTHER_ID,
      label: `Other (${others.length})`,
      slot: null,
      rates: restOf(others, bands, everyone, length, ({ rates }) => rates),
      messages: restOf(others, bands, everyone, length, ({ messages }) => messages),
    })
  }
  const rows = series.map(({ rates }) => rates)
  return { ...frame, series, totals, total: sumSeries(rows, length) }
}

type Row = readonly (number | null)[]

/** What is left of everyone beside the bands, at least what the others are known to have. */
function restOf(
  others: readonly Share[],
  bands: readonly Share[],
  everyone: Row,
  length: number,
  rowOf: (share: Share) => Row,
): (number | null)[] {
  const known = sumSeries(others.map(rowOf), length)
  const banded = sumSeries(bands.map(rowOf), length)
  return known.map((sum, index) => {
    const all = everyone[index] ?? null
    return all === null ? sum : Math.max(sum ?? 0, all - (banded[index] ?? 0))
  })
}
