/** Numbers of a minute, and of hours and days as sums of minutes (metrics.md). */
import {
  type Counts,
  EXACT_CHATTERS_MAX,
  emptyClasses,
  emptyCounts,
  MINUTE_MS,
  SECOND_MS,
} from '@smacktalk/contract'

export class SpanCount {
  readonly messages = emptyClasses()
  readonly characters = emptyClasses()
  readonly emoteUses = emptyClasses()
  readonly counts: Counts = emptyCounts()
  readonly otherNotices = new Map<string, number>()
  readonly dropped = new Map<string, number>()
  /** Up to one more than are counted exactly: enough to know that there are more. */
  readonly chatters = new Set<string>()
  peakPerSecond = 0

  addChatter(userId: string): void {
    if (this.chatters.size <= EXACT_CHATTERS_MAX) this.chatters.add(userId)
  }

  /** Takes a part of this span in. */
  addPart(part: SpanCount): void {
    addAll(this.messages, part.messages)
    addAll(this.characters, part.characters)
    addAll(this.emoteUses, part.emoteUses)
    for (const name of Object.keys(this.counts) as (keyof Counts)[]) this.counts[name] += part.counts[name]
    for (const [name, count] of part.otherNotices) increase(this.otherNotices, name, count)
    for (const [name, count] of part.dropped) increase(this.dropped, name, count)
    for (const userId of part.chatters) this.addChatter(userId)
    this.peakPerSecond = Math.max(this.peakPerSecond, part.peakPerSecond)
  }
}

/** A minute, with its seconds for the peak. */
export class MinuteCount extends SpanCount {
  #seconds: Uint32Array | null = null

  addSecond(sentAt: number): void {
    this.#seconds ??= new Uint32Array(MINUTE_MS / SECOND_MS)
    const second = Math.floor((sentAt % MINUTE_MS) / SECOND_MS)
    const count = this.#seconds[second]! + 1
    this.#seconds[second] = count
    this.peakPerSecond = Math.max(this.peakPerSecond, count)
  }
}

export function increase(counts: Map<string, number>, name: string, by = 1): void {
  counts.set(name, (counts.get(name) ?? 0) + by)
}

function addAll(into: number[], other: readonly number[]): void {
  for (let index = 0; index < into.length; index++) into[index]! += other[index]!
}
