import { type ChannelRef, type SeriesAnswer, type Without, withoutMask } from '@smacktalk/contract'
import { type Plot, PROOF_MS, provenGaps, runningStep } from '../charts/plot.ts'
import { channelLabel } from '../format/names.ts'
import { lineWithout } from '../live/leaving-out.ts'
import type { LiveView } from '../live/live-view.ts'
import { cutSeconds, settleTail } from '../live/second-line.ts'
import { LIVE_RUNNING_SECONDS } from '../overview/overview-plot.ts'
import { coveredSamples, sumIntoSteps } from '../ranges/aggregate.ts'
import { type Missing, mergeSpans, readFilled, readGaps, stepRate, unknownSteps } from '../ranges/gaps.ts'
import { type ChartRange, LIVE_SECONDS, RANGES, type Span } from '../ranges/ranges.ts'

type Shown = Pick<ChannelRef, 'name' | 'displayName' | 'slot'>

/** What the last answer knew of the last minutes: frames do not say why a second is unknown. */
export interface RecentCoverage {
  readonly gaps: readonly Missing[]
  readonly filled: readonly Span[]
}

export function recentCoverage(answer: SeriesAnswer | null): RecentCoverage {
  const everything = { from: 0, to: Number.MAX_SAFE_INTEGER }
  if (answer === null) return { gaps: [], filled: [] }
  return { gaps: readGaps(answer.gaps, everything), filled: readFilled(answer.backfilled, everything) }
}

/** The last five minutes of a channel by the second, up to and with `endSecond`, without what is left out. */
export function liveChannelPlot(
  view: LiveView,
  channel: Shown,
  endSecond: number,
  recent: RecentCoverage,
  without: readonly Without[],
): Plot {
  const { stepMs } = RANGES.live
  const from = endSecond - LIVE_SECONDS + 1
  const times = Array.from({ length: LIVE_SECONDS }, (_, index) => (from + index) * 1000)
  const line = lineWithout(view, withoutMask(without))
  const messages = settleTail(cutSeconds(line, from, endSecond, 0), PROOF_MS / stepMs)
  const unknown = provenGaps(unknownSteps(messages, from * 1000, stepMs), (endSecond + 1) * 1000)
  return {
    times,
    stepMs,
    without,
    series: [
      { id: view.watched, label: channelLabel(channel), slot: channel.slot, rates: messages, messages },
    ],
    total: messages,
    gaps: unknown.map((gap) => ({ ...gap, cause: causeIn(recent.gaps, gap) })),
    filled: cutSpans(recent.filled, { from: from * 1000, to: (endSecond + 1) * 1000 }),
    running: times.length - LIVE_RUNNING_SECONDS,
  }
}

/** The cause of the first gap that reaches into it. */
function causeIn(gaps: readonly Missing[], { from, to }: Span): string | null {
  return gaps.find((gap) => gap.from < to && gap.to > from)?.cause ?? null
}

function cutSpans(spans: readonly Span[], { from, to }: Span): Span[] {
  const cut = spans.map((span) => ({ from: Math.max(span.from, from), to: Math.min(span.to, to) }))
  return cut.filter((span) => span.from < span.to)
}

/** A stored range of a channel, its asked steps summed into the drawn ones, as known at `nowMs` of the server. */
export function storedChannelPlot(answer: SeriesAnswer, range: ChartRange, nowMs: number): Plot {
  const { stepMs } = range
  const from = Date.parse(answer.from)
  const to = Math.min(Date.parse(answer.to), Math.floor(nowMs / stepMs) * stepMs + stepMs)
  const times: number[] = []
  for (let at = from; at < to; at += stepMs) times.push(at)
  const samples = answer.points.map((point) => ({ at: Date.parse(point.t), value: point.messages }))
  const messages = sumIntoSteps(samples, { from, to }, stepMs)
  const running = runningStep(times, stepMs, nowMs)
  const covered = sumIntoSteps(coveredSamples(answer.points), { from, to }, stepMs)
  const gaps = provenGaps(mergeSpans(readGaps(answer.gaps, { from, to: nowMs })), nowMs)
  const rates = messages.map((value, index) =>
    stepRate(value, { startMs: times[index] ?? 0, stepMs, nowMs }, gaps, covered[index] ?? stepMs),
  )
  return {
    times,
    stepMs,
    without: answer.without,
    series: [
      {
        id: answer.channel.id ?? answer.channel.name,
        label: channelLabel(answer.channel),
        slot: answer.channel.slot,
        rates,
        messages,
      },
    ],
    total: rates,
    // Steps nobody knows are gaps too when the list does not name them, as before a channel was ever joined.
    gaps: mergeSpans([...gaps, ...unknownSteps(messages.slice(0, running), from, stepMs)]),
    filled: readFilled(answer.backfilled, { from, to }),
    running,
  }
}

/** Covered share of what a plot shows, from its hatch; null when it has no past. */
export function shownCoverage(plot: Plot): number | null {
  const first = plot.times[0]
  const last = plot.times.at(-1)
  if (first === undefined || last === undefined || last === first) return null
  let missing = 0
  for (const { from, to } of plot.gaps) missing += Math.max(0, Math.min(to, last) - Math.max(from, first))
  return Math.max(0, 1 - missing / (last - first))
}
