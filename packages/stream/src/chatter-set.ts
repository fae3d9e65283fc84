import {
  type ChatterCount,
  type ChatterSet,
  EXACT_CHATTERS_MAX,
  HLL_REGISTERS,
  hllAdd,
  hllEstimate,
} from '@smacktalk/contract'

/** Distinct chatters of a span while it grows: exact ids up to EXACT_CHATTERS_MAX, then HyperLogLog. */
export class GrowingChatters {
  #exact: Set<string>
  #registers: Uint8Array | null

  constructor(stored?: ChatterSet) {
    this.#exact = new Set(stored?.exact)
    this.#registers = stored?.registers ? new Uint8Array(stored.registers) : null
  }

  add(id: string): void {
    if (this.#registers !== null) {
      hllAdd(this.#registers, id)
      return
    }
    this.#exact.add(id)
    if (this.#exact.size <= EXACT_CHATTERS_MAX) return
    const registers = new Uint8Array(HLL_REGISTERS)
    for (const exact of this.#exact) hllAdd(registers, exact)
    this.#registers = registers
    this.#exact = new Set()
  }

  count(): ChatterCount {
    return this.#registers === null
      ? { count: this.#exact.size, approximate: false }
      : { count: hllEstimate(this.#registers), approximate: true }
  }

  /** Sorted, so that equal sets have equal bytes whatever the order of arrival; a copy. */
  toStored(): ChatterSet {
    return {
      exact: [...this.#exact].sort(),
      registers: this.#registers === null ? null : new Uint8Array(this.#registers),
    }
  }
}
