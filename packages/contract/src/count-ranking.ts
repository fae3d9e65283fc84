/**
 * Entries in the order of their counts: the "stream summary" of SpaceSaving. Entries of one count hang in one
 * bucket in order of arrival, and the buckets in a chain, so that growing by one is a step to the neighbour.
 */
import type { TopEntry } from './top-entries.ts'

export interface RankedEntry extends TopEntry {
  bucket: Bucket | null
  before: RankedEntry | null
  after: RankedEntry | null
}

interface Bucket {
  count: number
  /** The entry that reached the count first. */
  first: RankedEntry
  last: RankedEntry
  lower: Bucket | null
  higher: Bucket | null
}

export class CountRanking {
  #lowest: Bucket | null = null

  /** Entries of equal count rank in the order given. */
  constructor(entries: Iterable<RankedEntry>) {
    let highest: Bucket | null = null
    for (const entry of [...entries].sort((a, b) => a.count - b.count)) {
      if (highest !== null && highest.count === entry.count) append(highest, entry)
      else highest = this.#insert(entry, highest, null)
    }
  }

  /** The entry that is replaced first: of those with the smallest count the one that reached it first. */
  get smallest(): RankedEntry {
    if (this.#lowest === null) throw new Error('Nothing is ranked.')
    return this.#lowest.first
  }

  /** Adds to the count of an entry, which thereby becomes the last of its new equals. */
  raise(entry: RankedEntry, by: number): void {
    const from = entry.bucket!
    const count = entry.count + by
    entry.count = count
    let higher = from.higher
    if (from.first === from.last && (higher === null || higher.count > count)) {
      from.count = count
      return
    }
    let lower = from
    while (higher !== null && higher.count < count) {
      lower = higher
      higher = higher.higher
    }
    this.#leave(from, entry)
    if (higher !== null && higher.count === count) append(higher, entry)
    // A bucket that was left empty is no neighbour any more.
    else this.#insert(entry, lower.first === entry ? lower.lower : lower, higher)
  }

  /** From the smallest count up. */
  inOrder(): RankedEntry[] {
    const entries: RankedEntry[] = []
    for (let bucket = this.#lowest; bucket !== null; bucket = bucket.higher) {
      for (let entry: RankedEntry | null = bucket.first; entry !== null; entry = entry.after)
        entries.push(entry)
    }
    return entries
  }

  #insert(entry: RankedEntry, lower: Bucket | null, higher: Bucket | null): Bucket {
    const bucket: Bucket = { count: entry.count, first: entry, last: entry, lower, higher }
    if (lower === null) this.#lowest = bucket
    else lower.higher = bucket
    if (higher !== null) higher.lower = bucket
    entry.bucket = bucket
    entry.before = null
    entry.after = null
    return bucket
  }

  /** Takes an entry out of its bucket, and the bucket out of the chain when it was the only one. */
  #leave(bucket: Bucket, { before, after }: RankedEntry): void {
    if (before !== null) before.after = after
    else if (after !== null) bucket.first = after
    if (after !== null) after.before = before
    else if (before !== null) bucket.last = before
    if (before !== null || after !== null) return
    if (bucket.lower === null) this.#lowest = bucket.higher
    else bucket.lower.higher = bucket.higher
    if (bucket.higher !== null) bucket.higher.lower = bucket.lower
  }
}

function append(bucket: Bucket, entry: RankedEntry): void {
  entry.bucket = bucket
  entry.before = bucket.last
  entry.after = null
  bucket.last.after = entry
  bucket.last = entry
}
