/** A person's place among the chatters of a channel, from the stored top lists. */
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
   * 1 + how many people wrote more; null when a list of the range is approximate, when the person is on none, and
   * when earlier channels have used up what one answer may read.
   */
  async in(channelId: string): Promise<number | null> {
    // Newest first: a channel that has outgrown exact lists mostly shows it at once.
    const tiles = topTilesOf(this.#range).reverse()
    if (tiles.length > this.#daysLeft) return null
    this.#daysLeft -= tiles.length
    const messages = new Map<string, number>()
    for await (const { approximate, entries } of this.#reader.tops(channelId, 'chatters', tiles)) {
      this.#entriesLeft -= entries.length
      if (approximate || this.#entriesLeft < 0) return null
      for (const { key, count } of entries) messages.set(key, (messages.get(key) ?? 0) + count)
    }
    return placeOf(this.#userId, messages, await this.#optOuts.of(channelId))
  }
}

function placeOf(userId: string, messages: ReadonlyMap<string, number>, { ids }: LeftOut): number | null {
  const own = messages.get(userId)
  if (own === undefined) return null
  let place = 1
  for (const [id, count] of messages) if (count > own && !ids.has(id)) place++
  return place
}
