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
import { addSeconds, cutSeconds, EMPTY_LINE, settleTail } from '../live/second-line.ts'
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
  const everyone = settleTail(cutSeconds(view.total, from, endSecond, 0), PROOF_MS / stepMs)
  const partGaps: Missing[] = []
  const lines = new Map<string, { channel: ChannelSummary; gaps: readonly Missing[] }>()
  const totals = new Map<string, number>()
  const listed = new Array<number>(LIVE_SECONDS).fill(0)
  for (const channel of view.channels ?? []) {
    const { id, state } = channel
    if (id === null) continue
    const gaps = upTo(gapsById.get(id) ?? [], state === 'lost' ? span.to : 0)
    partGaps.push(...gaps.flatMap((gap) => cutTo(gap, span)))
    lines.set(id, { channel, gaps })
    totals.set(id, addSeconds(listed, view.byChannel.get(id) ?? EMPTY_LINE, from))
  }
  const order = chooseOrder(totals)
  const bands = order.flatMap((id): PlotSeries[] => {
    const known = lines.get(id)
    if (known === undefined) return []
    const line = view.byChannel.get(id) ?? EMPTY_LINE
    const messages = cutSeconds(line, from, endSecond, 0).map((value, index) => {
      const at = times[index] ?? 0
      const unknown =
        everyone[index] === null || (value === 0 && missingMs(known.gaps, { from: at, to: at + stepMs }) > 0)
      return unknown ? null : value
    })
    return [{ ...shareOf(known.channel), id, rates: messages, messages }]
  })
  // What is left of all beside the bands: at least what the other channels are known to have.
  const banded = sumSeries(
    bands.map(({ messages }) => messages),
    LIVE_SECONDS,
  )
  const rest = everyone.map((all, index) =>
    all === null ? null : Math.max(all, listed[index] ?? 0) - (banded[index] ?? 0),
  )
  const frame: Frame = {
    times,
    stepMs,
    running: times.length - LIVE_RUNNING_SECONDS,
    gaps: provenGaps(unknownSteps(everyone, span.from, stepMs), span.to),
    filled: [],
    partGaps: provenGaps(mergeSpans(partGaps), span.to),
  }
  return assembled(frame, totals, bands, otherSeries(othersOf(totals, order), rest, rest))
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
  const totals = new Map(shares.map(({ id, sum }) => [id, sum]))
  const order = chooseOrder(totals)
  const bands = order.flatMap((id) => shares.filter((share) => share.id === id))
  const others = shares.filter(({ id, sum }) => sum > 0 && !order.includes(id))
  const restOf = (rowOf: (share: Share) => Row) => sumSeries(others.map(rowOf), times.length)
  const frame: Frame = {
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
  }
  const rest = otherSeries(
    others.length,
    restOf(({ rates }) => rates),
    restOf(({ messages }) => messages),
  )
  return assembled(frame, totals, bands, rest)
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

/** How many channels had messages and have no band. */
function othersOf(totals: ReadonlyMap<string, number>, order: readonly string[]): number {
  let others = 0
  for (const [id, sum] of totals) if (sum > 0 && !order.includes(id)) others++
  return others
}

/** The band of all channels without one of their own; none when there is no such channel. */
function otherSeries(others: number, rates: Row, messages: Row): PlotSeries[] {
  return others === 0 ? [] : [{ id: OTHER_ID, label: `Other (${others})`, slot: null, rates, messages }]
}

type Row = readonly (number | null)[]

/** The bottom of the stack first. */
function assembled(
  frame: Frame,
  totals: ReadonlyMap<string, number>,
  bands: readonly PlotSeries[],
  rest: readonly PlotSeries[],
): OverviewPlot {
  const series = [...bands, ...rest]
  const rows = series.map(({ rates }) => rates)
  return { ...frame, series, totals, total: sumSeries(rows, frame.times.length) }
}
