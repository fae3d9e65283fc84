/** Distinct chatters of spans: exact while small, a sketch beyond (metrics.md). */
import { HLL_REGISTERS, hllAdd, hllEstimate, hllMerge } from './hyperloglog.ts'
import { EXACT_CHATTERS_MAX } from './limits.ts'
import type { ChatterSet, SpanRow, SpanSummary } from './rows.ts'

export interface ChatterCount {
  count: number
  /** True when it is a HyperLogLog estimate. */
  approximate: boolean
}

/** How many a stored set stands for. */
export function countChatters(set: ChatterSet): ChatterCount {
  return set.registers === null
    ? { count: set.exact.length, approximate: false }
    : { count: hllEstimate(set.registers), approximate: true }
}

/** A union of exact sets stays exact up to this many times the size of one: some 64,000 ids, a few MB. */
const UNION_FACTOR = 128

/** Distinct chatters over sets that come one by one, so that a long range need not be held at once. */
export class ChatterUnion {
  readonly #exact = new Set<string>()
  #registers: Uint8Array | null = null

  /** Adds a set; the order of sets does not matter. */
  add(set: ChatterSet): void {
    if (set.registers !== null) {
      this.#registers ??= new Uint8Array(HLL_REGISTERS)
      hllMerge(this.#registers, set.registers)
    }
    for (const id of set.exact) {
      if (this.#registers === null) this.#exact.add(id)
      else hllAdd(this.#registers, id)
    }
    if (this.#registers === null && this.#exact.size > EXACT_CHATTERS_MAX * UNION_FACTOR) {
      this.#registers = new Uint8Array(HLL_REGISTERS)
    }
    if (this.#registers !== null && this.#exact.size > 0) {
      for (const id of this.#exact) hllAdd(this.#registers, id)
      this.#exact.clear()
    }
  }

  count(): ChatterCount {
    return this.#registers === null
      ? { count: this.#exact.size, approximate: false }
      : { count: hllEstimate(this.#registers), approximate: true }
  }
}

/** Distinct chatters over several spans or channels. Sets of any mix; the order does not matter. */
export function unionChatters(sets: Iterable<ChatterSet>): ChatterCount {
  const union = new ChatterUnion()
  for (const set of sets) union.add(set)
  return union.count()
}

/** The numbers of a stored span without its sketches. */
export function summarise(start: number, position: number, row: SpanRow): SpanSummary {
  const { count, approximate } = countChatters(row.chatters)
  return {
    start,
    position,
    messages: row.messages,
    characters: row.characters,
    emoteUses: row.emoteUses,
    counts: row.counts,
    otherNoticesByKind: row.otherNoticesByKind,
    droppedByReason: row.droppedByReason,
    peakPerSecond: row.peakPerSecond,
    chatters: count,
    chattersApproximate: approximate,
  }
}
