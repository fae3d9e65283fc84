/**
 * A top list that grows: exact up to `capacity` distinct keys, SpaceSaving (Metwally, Agrawal, El Abbadi, 2005)
 * beyond. Its stored form is canonical: the same updates in the same order give the same bytes, across restarts.
 */
import type { TopEntries, TopEntry } from './rows.ts'

export class TopList {
  readonly #capacity: number
  readonly #entries = new Map<string, TopEntry>()
  /** Entries by count, each bucket in order of arrival; only once the capacity was exceeded. */
  #byCount: Map<number, Set<TopEntry>> | null = null
  #smallest = 0
  /** Exact entries by key, except those that came since the list was last stored. */
  #sorted: TopEntry[] = []
  #unsorted: TopEntry[] = []

  constructor(capacity: number, stored?: TopEntries) {
    this.#capacity = capacity
    for (const entry of stored?.entries ?? []) this.#entries.set(entry.key, { ...entry })
    if (stored?.approximate) this.#rank(this.#entries.values())
    else this.#sorted = [...this.#entries.values()]
  }

  get size(): number {
    return this.#entries.size
  }
  get approximate(): boolean {
    return this.#byCount !== null
  }

  /** Counts `count` occurrences in one message. */
  add(key: string, label: string, count: number): void {
    const known = this.#entries.get(key)
    if (known !== undefined) {
      this.#grow(known, count)
      known.messages++
      known.label = label
      return
    }
    if (this.#byCount === null && this.#entries.size < this.#capacity) {
      const entry = { key, label, count, messages: 1, error: 0 }
      this.#entries.set(key, entry)
      this.#unsorted.push(entry)
      return
    }
    if (this.#byCount === null) {
      this.#rank(this.#byKey())
      this.#sorted = []
    }
    // The new key takes over the count of the one it replaces: it cannot have come more often than that.
    const bucket = this.#byCount!.get(this.#smallest)!
    const [replaced] = bucket
    const error = replaced!.count
    this.#unrank(replaced!)
    this.#entries.delete(replaced!.key)
    const entry = { key, label, count: error + count, messages: 1, error }
    this.#entries.set(key, entry)
    this.#place(entry)
    this.#findSmallest(error)
  }

  entries(): IterableIterator<TopEntry> {
    return this.#entries.values()
  }

  /** The canonical form; a copy. */
  toStored(): TopEntries {
    if (this.#byCount === null)
      return { approximate: false, entries: this.#byKey().map((entry) => ({ ...entry })) }
    const entries: TopEntry[] = []
    for (const count of [...this.#byCount.keys()].sort((a, b) => a - b)) {
      for (const entry of this.#byCount.get(count)!) entries.push({ ...entry })
    }
    return { approximate: true, entries }
  }

  /** Sorting a sorted list with a few new ones behind it takes little more than a look at each. */
  #byKey(): TopEntry[] {
    if (this.#unsorted.length > 0) {
      this.#sorted = [...this.#sorted, ...this.#unsorted].sort(byKey)
      this.#unsorted = []
    }
    return this.#sorted
  }

  #grow(entry: TopEntry, count: number): void {
    if (this.#byCount === null) {
      entry.count += count
      return
    }
    const before = entry.count
    this.#unrank(entry)
    entry.count += count
    this.#place(entry)
    this.#findSmallest(before)
  }

  #rank(entries: Iterable<TopEntry>): void {
    this.#byCount = new Map()
    this.#smallest = Number.POSITIVE_INFINITY
    for (const entry of entries) {
      this.#place(entry)
      this.#smallest = Math.min(this.#smallest, entry.count)
    }
  }

  #place(entry: TopEntry): void {
    const bucket = this.#byCount!.get(entry.count)
    if (bucket === undefined) this.#byCount!.set(entry.count, new Set([entry]))
    else bucket.add(entry)
  }

  #unrank(entry: TopEntry): void {
    const bucket = this.#byCount!.get(entry.count)!
    bucket.delete(entry)
    if (bucket.size === 0) this.#byCount!.delete(entry.count)
  }

  /** After a change of a bucket: the smallest count can only have risen, and not beyond the changed entry. */
  #findSmallest(changed: number): void {
    if (changed !== this.#smallest) return
    while (!this.#byCount!.has(this.#smallest)) this.#smallest++
  }
}

/** Count descending, then key ascending by code point (metrics.md, Top lists). */
export function byRank(a: TopEntry, b: TopEntry): number {
  return b.count - a.count || byKey(a, b)
}

function byKey(a: TopEntry, b: TopEntry): number {
  return compareCodePoints(a.key, b.key)
}

/** UTF-16 order differs from code point order only where surrogates meet U+E000 to U+FFFF. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index)
    const right = b.charCodeAt(index)
    if (left === right) continue
    const leftSurrogate = left >= 0xd800 && left <= 0xdfff
    const rightSurrogate = right >= 0xd800 && right <= 0xdfff
    if (leftSurrogate !== rightSurrogate) return leftSurrogate ? 1 : -1
    return left - right
  }
  return a.length - b.length
}
