import {
  type ChatterCount,
  type ChatterSet,
  EXACT_CHATTERS_MAX,
  estimateFromHistogram,
  HLL_REGISTERS,
  hllAdd,
  hllHistogram,
} from '@smacktalk/contract'

/** Distinct chatters of a span while it grows: exact ids up to EXACT_CHATTERS_MAX, then HyperLogLog. */
export class GrowingChatters {
  #exact: Set<string>
  /** The exact ids in order, and those that came since they were last put in order. */
  #sorted: readonly string[]
  #unsorted: string[] = []
  #registers: Uint8Array | null
  /** Of the registers; estimates are asked for several times a second. */
  #histogram: Uint16Array = new Uint16Array()

  constructor(stored?: ChatterSet) {
    this.#exact = new Set(stored?.exact)
    this.#sorted = stored ? [...stored.exact] : []
    this.#registers = stored?.registers ? new Uint8Array(stored.registers) : null
    if (this.#registers !== null) this.#histogram = hllHistogram(this.#registers)
  }

  add(id: string): void {
    if (this.#registers !== null) {
      hllAdd(this.#registers, id, this.#histogram)
      return
    }
    const before = this.#exact.size
    if (this.#exact.add(id).size === before) return
    this.#unsorted.push(id)
    if (before + 1 <= EXACT_CHATTERS_MAX) return
    const registers = new Uint8Array(HLL_REGISTERS)
    for (const exact of this.#exact) hllAdd(registers, exact)
    this.#registers = registers
    this.#histogram = hllHistogram(registers)
    this.#exact = new Set()
    this.#sorted = []
    this.#unsorted = []
  }

  count(): ChatterCount {
    return this.#registers === null
      ? { count: this.#exact.size, approximate: false }
      : { count: estimateFromHistogram(this.#histogram), approximate: true }
  }

  /** Sorted, so that equal sets have equal bytes whatever the order of arrival; a copy. */
  toStored(): ChatterSet {
    if (this.#unsorted.length > 0) {
      // Two sorted runs behind each other are merged in one pass.
      this.#sorted = [...this.#sorted, ...this.#unsorted.sort()].sort()
      this.#unsorted = []
    }
    return {
      exact: [...this.#sorted],
      registers: this.#registers === null ? null : new Uint8Array(this.#registers),
    }
  }
}
