/**
 * A top list that grows: exact up to `capacity` distinct keys, SpaceSaving (Metwally, Agrawal, El Abbadi, 2005)
 * beyond. Its stored form is canonical: the same updates in the same order give the same bytes, across restarts.
 */
import { CountRanking, type RankedEntry } from './count-ranking.ts'
import type { TopEntries, TopEntry } from './top-entries.ts'

/** Up to this many entries are looked through one by one: most people of a day use no more emotes than that. */
const SCANNED_MAX = 8

export class TopList {
  readonly #capacity: number
  /** Exact entries by key, except those that came since the list was last stored. */
  #sorted: RankedEntry[] = []
  #unsorted: RankedEntry[] = []
  /** Made when there are more than SCANNED_MAX. */
  #byKey: Map<string, RankedEntry> | null = null
  /** Only once the capacity was exceeded; then nothing is in the two lists. */
  #ranking: CountRanking | null = null

  constructor(capacity: number, stored?: TopEntries) {
    this.#capacity = capacity
    if (stored === undefined) return
    this.#sorted = stored.entries.map(rankable)
    if (this.#sorted.length > SCANNED_MAX || stored.approximate) this.#index()
    if (stored.approximate) this.#rank()
  }

  get size(): number {
    return this.#byKey?.size ?? this.#sorted.length + this.#unsorted.length
  }
  get approximate(): boolean {
    return this.#ranking !== null
  }

  /** The label that a key was last counted with; null when it is not kept. */
  labelOf(key: string): string | null {
    return this.#find(key)?.label ?? null
  }

  /** Counts `count` occurrences in one message. */
  add(key: string, label: string, count: number): void {
    const known = this.#find(key)
    if (known !== undefined) {
      known.messages++
      // Nearly always it is the same text in another string; keeping the old one lets the new one go at once.
      if (known.label !== label) known.label = label
      if (this.#ranking === null) known.count += count
      else this.#ranking.raise(known, count)
      return
    }
    if (this.#ranking === null && this.size < this.#capacity) {
      const entry = rankable({ key, label, count, messages: 1, error: 0 })
      this.#unsorted.push(entry)
      if (this.#byKey !== null) this.#byKey.set(key, entry)
      else if (this.#unsorted.length + this.#sorted.length > SCANNED_MAX) this.#index()
      return
    }
    this.#replaceSmallest(this.#ranking ?? this.#rank(), key, label, count)
  }

  /** The canonical form; a copy. */
  toStored(): TopEntries {
    const entries: TopEntry[] = []
    for (const { key, label, count, messages, error } of this.#ranking?.inOrder() ?? this.#inOrder()) {
      entries.push({ key, label, count, messages, error })
    }
    return { approximate: this.#ranking !== null, entries }
  }

  #find(key: string): RankedEntry | undefined {
    if (this.#byKey !== null) return this.#byKey.get(key)
    for (let index = 0; index < this.#sorted.length; index++) {
      if (this.#sorted[index]!.key === key) return this.#sorted[index]
    }
    for (let index = 0; index < this.#unsorted.length; index++) {
      if (this.#unsorted[index]!.key === key) return this.#unsorted[index]
    }
    return undefined
  }

  #index(): void {
    this.#byKey = new Map()
    for (const entry of this.#sorted) this.#byKey.set(entry.key, entry)
    for (const entry of this.#unsorted) this.#byKey.set(entry.key, entry)
  }

  /** The new key takes over the count of the one it replaces: it cannot have come more often than that. */
  #replaceSmallest(ranking: CountRanking, key: string, label: string, count: number): void {
    const entry = ranking.smallest
    this.#byKey!.delete(entry.key)
    entry.key = key
    entry.label = label
    entry.messages = 1
    entry.error = entry.count
    ranking.raise(entry, count)
    this.#byKey!.set(key, entry)
  }

  /** Sorting a sorted list with a few new ones behind it takes little more than a look at each. */
  #inOrder(): RankedEntry[] {
    if (this.#unsorted.length > 0) {
      this.#sorted = [...this.#sorted, ...this.#unsorted].sort(byKey)
      this.#unsorted = []
    }
    return this.#sorted
  }

  #rank(): CountRanking {
    if (this.#byKey === null) this.#index()
    this.#ranking = new CountRanking(this.#inOrder())
    this.#sorted = []
    return this.#ranking
  }
}

function rankable({ key, label, count, messages, error }: TopEntry): RankedEntry {
  return { key, label, count, messages, error, bucket: null, before: null, after: null }
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
