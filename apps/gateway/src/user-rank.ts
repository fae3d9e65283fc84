/** A person's place among the chatters of a channel, from the stored top lists. */
import { TopMerge } from '@smacktalk/contract'
import type { LeftOut, OptOuts } from './opt-outs.ts'
import type { RowReader } from './row-reader.ts'
import { type Span, topTilesOf } from './time-range.ts'

/** Days of lists and entries in them that one answer may read: about a second of work. */
const DAYS_MAX = 5_000
const ENTRIES_MAX = 500_000

export class UserRanks {
  readonly #reader: RowReader
  readonly #optOuts: OptOuts
  readonly #userId: string
  readonly #range: Span
  #daysLeft = DAYS_MAX
  #entriesLeft = ENTRIES_MAX

  /** The range is of whole UTC days. */
  constructor(sources: { reader: RowReader; optOuts: OptOuts }, userId: string, range: Span) {
    this.#reader = sources.reader
    this.#optOuts = sources.optOuts
    this.#userId = userId
    this.#range = range
  }

  /**
   * 1 + how many people wrote more than `own` messages; null when that is not certain: when somebody whose count is
   * only known to a bound may have, when the person is on no exact list, and when earlier channels have used up what
   * one answer may read.
   */
  async in(channelId: string, own: number): Promise<number | null> {
    // Newest first: a channel that has outgrown exact lists mostly shows it at once.
    const tiles = topTilesOf(this.#range).reverse()
    if (tiles.length > this.#daysLeft) return null
    this.#daysLeft -= tiles.length
    const merged = new TopMerge()
    for await (const list of this.#reader.tops(channelId, 'chatters', tiles)) {
      this.#entriesLeft -= list.entries.length
      merged.add(list)
      if (merged.unnamed > own || this.#entriesLeft < 0) return null
    }
    return placeOf(this.#userId, own, merged, await this.#optOuts.of(channelId))
  }
}

function placeOf(userId: string, own: number, merged: TopMerge, { ids }: LeftOut): number | null {
  let place = 1
  let listed = merged.approximate
  for (const { key, count, error } of merged.entries()) {
    if (key === userId) listed = true
    else if (count > own && !ids.has(key)) {
      // A count is at most so much too high.
      if (count - error <= own) return null
      place++
    }
  }
  return listed && own > 0 ? place : null
}
