import type { BackfilledSpan, Gap, OverviewChannel } from '@smacktalk/contract'
import type { Span } from './ranges.ts'

/** A span in which nobody was there; the cause is null when only the numbers tell. */
export interface Missing extends Span {
  readonly cause: string | null
}

/** The span of an answer. */
export function spanOf({ from, to }: { from: string; to: string }): Span {
  return { from: Date.parse(from), to: Date.parse(to) }
}

/** Reads the gaps of an answer, cut to a span; unreadable and empty ones are left out. */
export function readGaps(gaps: readonly Gap[], { from, to }: Span): Missing[] {
  const read: Missing[] = []
  for (const gap of gaps) {
    const start = Math.max(Date.parse(gap.from), from)
    const end = Math.min(Date.parse(gap.to), to)
    if (start < end) read.push({ from: start, to: end, cause: gap.cause })
  }
  return read.sort((a, b) => a.from - b.from)
}

/** Reads what a history service filled, cut to a span. */
export function readFilled(filled: readonly BackfilledSpan[], span: Span): Span[] {
  return readGaps(
    filled.map(({ from, to }) => ({ from, to, cause: '' })),
    span,
  ).map(({ from, to }) => ({ from, to }))
}

/** Runs of unknown steps as spans: each covers its steps from the first start to the last end. */
export function unknownSteps(values: readonly (number | null)[], firstAt: number, stepMs: number): Missing[] {
  const found: Missing[] = []
  let start: number | null = null
  for (let index = 0; index <= values.length; index++) {
    const unknown = index < values.length && values[index] === null
    if (unknown && start === null) start = index
    if (!unknown && start !== null) {
      found.push({ from: firstAt + start * stepMs, to: firstAt + index * stepMs, cause: null })
      start = null
    }
  }
  return found
}

/** When a channel was not heard although it was wanted, and when nobody wanted it. */
export interface MissingAndOff {
  readonly gaps: readonly Missing[]
  readonly off: readonly Span[]
}

/** The same as `missingOf`, with the steps that nobody knows and no gap explains apart. */
export function missingAndOff(
  channel: Pick<OverviewChannel, 'gaps' | 'messages'>,
  span: Span,
  stepMs: number,
  nowMs: number,
): MissingAndOff {
  const gaps = mergeSpans(readGaps(channel.gaps, span))
  const off = missingOf({ ...channel, gaps: [] }, span, stepMs, nowMs).filter(
    (unknown) => missingMs(gaps, unknown) === 0,
  )
  return { gaps, off }
}

/**
 * When a channel was not heard in the ended steps of an overview: its gaps, and the steps nobody knows, as before it
 * was added.
 */
export function missingOf(
  channel: Pick<OverviewChannel, 'gaps' | 'messages'>,
  { from, to }: Span,
  stepMs: number,
  nowMs: number,
): Missing[] {
  const ended = Math.floor((Math.min(to, nowMs) - from) / stepMs)
  const unknown = unknownSteps(channel.messages.slice(0, Math.max(0, ended)), from, stepMs)
  return mergeSpans([...readGaps(channel.gaps, { from, to }), ...unknown])
}

/** Overlapping and touching spans as one each, in order; the cause of the first is kept. */
export function mergeSpans(spans: readonly Missing[]): Missing[] {
  const merged: Missing[] = []
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1)
    if (last !== undefined && span.from <= last.to) {
      merged[merged.length - 1] = { ...last, to: Math.max(last.to, span.to) }
    } else {
      merged.push(span)
    }
  }
  return merged
}

/** Time in `span` that lies in one of the merged, ordered `missing` spans, in ms. */
export function missingMs(missing: readonly Missing[], { from, to }: Span): number {
  let sum = 0
  for (const gap of missing) sum += Math.max(0, Math.min(gap.to, to) - Math.max(gap.from, from))
  return sum
}

/** A step that is drawn: [startMs, startMs + stepMs), as known at nowMs. */
export interface StepTime {
  readonly startMs: number
  readonly stepMs: number
  readonly nowMs: number
}

/** Less than this says nothing about a step: a tenth of it, or ten seconds of a long one, ms. */
const KNOWN_MIN_MS = 10_000

/**
 * Messages per second of a step: over the part of it that has passed and was covered, so that neither the running
 * step nor one with a gap looks quieter than it was. `coveredMs` is the covered time the answer gives for it, or more.
 * Null stays null. A step of which hardly anything is known is null; messages without any coverage count over the
 * whole step.
 */
export function stepRate(
  messages: number | null,
  { startMs, stepMs, nowMs }: StepTime,
  gaps: readonly Missing[],
  coveredMs: number = stepMs,
): number | null {
  if (messages === null) return null
  const passed = { from: startMs, to: Math.min(startMs + stepMs, nowMs) }
  const knownMs = Math.min(coveredMs, passed.to - passed.from - missingMs(gaps, passed))
  if (knownMs <= 0) return messages > 0 ? messages / (stepMs / 1000) : null
  return knownMs < Math.min(stepMs / 10, KNOWN_MIN_MS) ? null : messages / (knownMs / 1000)
}
