/** What an audit has compared and found. */

/** A number that the log and the rows do not agree on. */
export interface Difference {
  readonly channelId: string
  /** Its name, or empty. */
  readonly channelLogin: string
  /** `minute 2026-01-05T12:03Z`, `channel totals`, ... */
  readonly span: string
  /** What is counted: `messages`, `dropped as overlap`, ... */
  readonly name: string
  /** What the recount says, and what the rows say. */
  readonly log: string
  readonly rows: string
}

export const SPAN_KINDS = ['minutes', 'hours', 'days', 'totals'] as const
/** `totals` are those of a channel, by verdict. */
export type SpanKind = (typeof SPAN_KINDS)[number]

export interface Compared {
  compared: number
  /** Not certain from the log alone. */
  leftOut: number
  different: number
}

/** Differences told in full; of the rest there is the number. */
export const DIFFERENCES_SHOWN_MAX = 50

export class AuditOutcome {
  readonly spans: Readonly<Record<SpanKind, Compared>> = {
    minutes: { compared: 0, leftOut: 0, different: 0 },
    hours: { compared: 0, leftOut: 0, different: 0 },
    days: { compared: 0, leftOut: 0, different: 0 },
    totals: { compared: 0, leftOut: 0, different: 0 },
  }
  readonly shown: Difference[] = []
  /** Numbers that differ, those that are not shown among them. */
  differences = 0
  /** Chat records recounted. */
  records = 0
  /** Bytes in the log that are no record. */
  unreadable = 0
  channels = 0
  /** Extent of the compared spans, ms, half open; null when there were none. */
  extent: { from: number; to: number } | null = null

  /** Takes what one span or channel has come to. */
  add(kind: SpanKind, differences: readonly Difference[]): void {
    const spans = this.spans[kind]
    spans.compared++
    if (differences.length === 0) return
    spans.different++
    this.differences += differences.length
    this.shown.push(...differences.slice(0, DIFFERENCES_SHOWN_MAX - this.shown.length))
  }

  reach(from: number, to: number): void {
    this.extent =
      this.extent === null
        ? { from, to }
        : { from: Math.min(this.extent.from, from), to: Math.max(this.extent.to, to) }
  }
}
