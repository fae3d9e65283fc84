import type { TopEntries, TopEntry } from './top-entries.ts'
import { byRank } from './top-list.ts'

/**
 * Top lists of several spans as one: counts and largest over-counts add up, in whatever order the lists come; a
 * key is labelled as in the last list that names it. Lists are added one by one, so that a year of them need
 * not be in memory together.
 */
export class TopMerge {
  readonly #merged = new Map<string, { entry: TopEntry; unnamed: number }>()
  /** What a full list does not name may have come up to its smallest count; that is the price of forgetting. */
  #unnamed = 0
  #approximate = false

  get approximate(): boolean {
    return this.#approximate
  }

  /** How often a key that no list names may have come at most. */
  get unnamed(): number {
    return this.#unnamed
  }

  add({ approximate, entries }: TopEntries): void {
    this.#approximate ||= approximate
    const unnamed = approximate ? (entries[0]?.count ?? 0) : 0
    this.#unnamed += unnamed
    for (const entry of entries) {
      const known = this.#merged.get(entry.key)
      if (known === undefined) {
        this.#merged.set(entry.key, { entry: { ...entry }, unnamed })
        continue
      }
      known.unnamed += unnamed
      known.entry.count += entry.count
      known.entry.messages += entry.messages
      known.entry.error += entry.error
      if (entry.label !== '') known.entry.label = entry.label
    }
  }

  /** Every entry, in no order. */
  *entries(): Generator<TopEntry> {
    for (const { entry, unnamed } of this.#merged.values()) {
      const missing = this.#unnamed - unnamed
      yield missing === 0 ? entry : { ...entry, count: entry.count + missing, error: entry.error + missing }
    }
  }
}

/** All of the lists as one, by rank. */
export function mergeTops(lists: Iterable<TopEntries>): { entries: TopEntry[]; approximate: boolean } {
  const merge = new TopMerge()
  for (const list of lists) merge.add(list)
  return { entries: [...merge.entries()].sort(byRank), approximate: merge.approximate }
}

/** The first `count` entries by rank, without sorting all of them. */
export function firstByRank(entries: Iterable<TopEntry>, count: number): TopEntry[] {
  const first: TopEntry[] = []
  for (const entry of entries) {
    const last = first.at(-1)
    if (first.length >= count && last !== undefined && byRank(entry, last) > 0) continue
    let low = 0
    let high = first.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (byRank(first[middle]!, entry) > 0) high = middle
      else low = middle + 1
    }
    first.splice(low, 0, entry)
    if (first.length > count) first.pop()
  }
  return first
}
