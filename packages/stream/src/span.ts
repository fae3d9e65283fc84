import {
  type Counts,
  emptyClasses,
  emptyCounts,
  type OpenSeconds,
  SECOND_MS,
  type SpanRow,
  type SpanSummary,
  type Tally,
} from '@smacktalk/contract'
import { GrowingChatters } from './chatter-set.ts'

/** Runs whose seconds a span keeps open at once; further imports cost the oldest name its exact peak. */
const OPEN_RUNS_MAX = 8
/** Beyond this many open seconds of a run the closed ones among them are let go early. */
const OPEN_SECONDS_SWEEP = 4_096

/** A minute, hour or day of a channel while it is being folded. */
export class Span {
  readonly start: number
  ownerRun: string
  ownerPosition: number
  readonly messages: number[]
  readonly characters: number[]
  readonly emoteUses: number[]
  readonly counts: Counts
  readonly otherNotices: Map<string, number>
  readonly dropped: Map<string, number>
  readonly chatters: GrowingChatters
  peakPerSecond: number
  readonly #open = new Map<string, { limit: number; counts: Map<number, number> }>()

  constructor(start: number, stored?: SpanRow) {
    this.start = start
    this.ownerRun = stored?.ownerRun ?? ''
    this.ownerPosition = stored?.ownerPosition ?? 0
    this.messages = stored ? [...stored.messages] : emptyClasses()
    this.characters = stored ? [...stored.characters] : emptyClasses()
    this.emoteUses = stored ? [...stored.emoteUses] : emptyClasses()
    this.counts = stored ? { ...stored.counts } : emptyCounts()
    this.otherNotices = fromTallies(stored?.otherNoticesByKind)
    this.dropped = fromTallies(stored?.droppedByReason)
    this.chatters = new GrowingChatters(stored?.chatters)
    this.peakPerSecond = stored?.peakPerSecond ?? 0
    for (const { run, seconds, counts } of stored?.openSeconds ?? []) {
      const open = new Map(seconds.map((second, index) => [second, counts[index]!]))
      this.#open.set(run, { limit: 0, counts: open })
    }
  }

  /**
   * Counts one message in its second. `limit` is the send time below which nothing of this run can come any
   * more: seconds before it are closed and need not be kept to know the peak.
   */
  countSecond(run: string, sentAt: number, limit: number): void {
    let open = this.#open.get(run)
    if (open === undefined) {
      if (this.#open.size >= OPEN_RUNS_MAX) this.#open.delete([...this.#open.keys()].sort()[0]!)
      open = { limit, counts: new Map() }
      this.#open.set(run, open)
    }
    open.limit = limit
    const second = Math.floor((sentAt - this.start) / SECOND_MS)
    const count = (open.counts.get(second) ?? 0) + 1
    open.counts.set(second, count)
    if (count > this.peakPerSecond) this.peakPerSecond = count
    if (open.counts.size > OPEN_SECONDS_SWEEP) {
      for (const known of open.counts.keys()) if (!this.#isOpen(known, limit)) open.counts.delete(known)
    }
  }

  /** The numbers without the sketches, for live views. */
  summary(position: number): SpanSummary {
    const { count, approximate } = this.chatters.count()
    return {
      start: this.start,
      position,
      messages: [...this.messages],
      characters: [...this.characters],
      emoteUses: [...this.emoteUses],
      counts: { ...this.counts },
      otherNoticesByKind: toTallies(this.otherNotices),
      droppedByReason: toTallies(this.dropped),
      peakPerSecond: this.peakPerSecond,
      chatters: count,
      chattersApproximate: approximate,
    }
  }

  toStored(): SpanRow {
    return {
      ownerRun: this.ownerRun,
      ownerPosition: this.ownerPosition,
      messages: [...this.messages],
      characters: [...this.characters],
      emoteUses: [...this.emoteUses],
      counts: { ...this.counts },
      otherNoticesByKind: toTallies(this.otherNotices),
      droppedByReason: toTallies(this.dropped),
      peakPerSecond: this.peakPerSecond,
      chatters: this.chatters.toStored(),
      openSeconds: this.#openToStored(),
    }
  }

  #openToStored(): OpenSeconds[] {
    const stored: OpenSeconds[] = []
    for (const [run, { limit, counts }] of this.#open) {
      const seconds = [...counts.keys()].filter((second) => this.#isOpen(second, limit)).sort((a, b) => a - b)
      if (seconds.length > 0)
        stored.push({ run, seconds, counts: seconds.map((second) => counts.get(second)!) })
    }
    return stored.sort((a, b) => (a.run < b.run ? -1 : 1))
  }

  #isOpen(second: number, limit: number): boolean {
    return this.start + (second + 1) * SECOND_MS > limit
  }
}

function fromTallies(tallies: readonly Tally[] = []): Map<string, number> {
  return new Map(tallies.map(({ name, count }) => [name, count]))
}

function toTallies(counts: ReadonlyMap<string, number>): Tally[] {
  return [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => (a.name < b.name ? -1 : 1))
}

export function increment(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}
