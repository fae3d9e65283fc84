/** Where the time of a message goes, step by step. */
import type { PipelineHop } from '@smacktalk/contract'

export interface HopTime {
  readonly label: string
  readonly ms: number
  /** What happens in it, as a sentence. */
  readonly meaning: string
  /** False for what happens outside: Twitch, the network, this browser. */
  readonly ours: boolean
}

/**
 * The way in order, medians. `totalMs` is what this page measured from chat to here; what our steps do not explain
 * of it happened outside. Steps nobody has measured are left out.
 */
export function hopTimes(hops: readonly PipelineHop[], totalMs: number | null): HopTime[] {
  const median = (name: PipelineHop['name']): number | null =>
    hops.find((hop) => hop.name === name)?.p50Ms ?? null
  const view = median('view')
  // From the log to the gateway: folding is the first part of it.
  const fold = view === null ? median('fold') : Math.min(view, median('fold') ?? 0)
  const steps: [string, number | null, string][] = [
    ['Append', median('append'), 'From heard by the ingestor to safe in the log.'],
    ['Read, fold', fold, 'From the log into the numbers of the stream job.'],
    [
      'Views',
      view === null ? null : view - (fold ?? 0),
      'Changed numbers, from the stream job to the gateway.',
    ],
    ['Gateway tick', median('frame'), 'Changes wait in the gateway for the next frame, five a second.'],
  ]
  const ours = steps.flatMap(([label, ms, meaning]) =>
    ms === null ? [] : [{ label, ms, meaning, ours: true }],
  )
  if (totalMs === null) return ours
  const outside = Math.max(0, totalMs - oursMs(ours))
  const meaning = 'From sent, as Twitch stamps it, to heard, and from sent here to seen.'
  return [{ label: 'Twitch, network, screen', ms: outside, meaning, ours: false }, ...ours]
}

/** The part that is ours. */
export function oursMs(times: readonly HopTime[]): number {
  return times.reduce((sum, { ms, ours }) => (ours ? sum + ms : sum), 0)
}
