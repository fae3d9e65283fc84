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
import type { Badges } from './badges.ts'
import { GrowingChatters } from './chatter-set.ts'
import { OpenSecondsOfRun } from './open-seconds.ts'

/** What a message adds to each of its spans. */
export interface MessageFigures {
  readonly run: string
  readonly sentAt: number
  /** Send times below it can change nothing any more in this run. */
  readonly limit: number
  readonly messageClass: number
  readonly characters: number
  readonly emoteUses: number
  /** A copy from another room: it counts in nothing but its class and the peak. */
  readonly shared: boolean
  readonly badEmoteRanges: number
  readonly bits: number
  readonly firstMessage: boolean
  readonly returningChatter: boolean
  readonly reply: boolean
  readonly badges: Badges
}

/** Runs whose seconds a span keeps open at once; further imports cost the oldest name its exact peak. */
const OPEN_RUNS_MAX = 8

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
  readonly #open = new Map<string, OpenSecondsOfRun>()
  /** The run of the message before, nearly always that of the next. */
  #lastOpen: OpenSecondsOfRun | null = null

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
      this.#open.set(run, new OpenSecondsOfRun(run, seconds, counts))
    }
  }

  countMessage(figures: MessageFigures): void {
    const { messageClass, emoteUses } = figures
    this.messages[messageClass]!++
    this.characters[messageClass]! += figures.characters
    this.emoteUses[messageClass]! += emoteUses
    this.#countSecond(figures.run, figures.sentAt, figures.limit)
    if (figures.shared) return
    const { counts } = this
    const { badges, bits } = figures
    counts.badEmoteRanges += figures.badEmoteRanges
    if (emoteUses > 0) counts.emoteMessages++
    if (figures.firstMessage) counts.newChatters++
    if (figures.returningChatter) counts.returningChatters++
    if (figures.reply) counts.replies++
    if (badges.subscriber) counts.subscriberMessages++
    if (badges.moderator) counts.moderatorMessages++
    if (badges.vip) counts.vipMessages++
    if (bits > 0) {
      counts.bits += bits
      counts.cheers++
    }
  }

  #countSecond(run: string, sentAt: number, limit: number): void {
    let open = this.#lastOpen
    if (open === null || open.run !== run) {
      open = this.#openOf(run)
      this.#lastOpen = open
    }
    const count = open.count(Math.floor((sentAt - this.start) / SECOND_MS), limit - this.start)
    if (count > this.peakPerSecond) this.peakPerSecond = count
  }

  #openOf(run: string): OpenSecondsOfRun {
    let open = this.#open.get(run)
    if (open === undefined) {
      if (this.#open.size >= OPEN_RUNS_MAX) this.#open.delete([...this.#open.keys()].sort()[0]!)
      open = new OpenSecondsOfRun(run)
      this.#open.set(run, open)
    }
    return open
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
    for (const open of this.#open.values()) {
      const seconds = open.toStored()
      if (seconds.seconds.length > 0) stored.push(seconds)
    }
    return stored.sort((a, b) => (a.run < b.run ? -1 : 1))
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
