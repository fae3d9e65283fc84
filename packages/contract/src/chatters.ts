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

/** Distinct chatters over several spans or channels. Sets of any mix; the order does not matter. */
export function unionChatters(sets: Iterable<ChatterSet>): ChatterCount {
  const exact = new Set<string>()
  let registers: Uint8Array | null = null
  for (const set of sets) {
    if (set.registers !== null) {
      registers ??= new Uint8Array(HLL_REGISTERS)
      hllMerge(registers, set.registers)
    }
    for (const id of set.exact) {
      if (registers === null) exact.add(id)
      else hllAdd(registers, id)
    }
    if (registers === null && exact.size > EXACT_CHATTERS_MAX * UNION_FACTOR)
      registers = new Uint8Array(HLL_REGISTERS)
    if (registers !== null && exact.size > 0) {
      for (const id of exact) hllAdd(registers, id)
      exact.clear()
    }
  }
  return registers === null
    ? { count: exact.size, approximate: false }
    : { count: hllEstimate(registers), approximate: true }
}

/** A union of exact sets stays exact up to this many times the size of one: some 64,000 ids, a few MB. */
const UNION_FACTOR = 128

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
