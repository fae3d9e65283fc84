/** Whether anything is to be counted: what is heard has grown since something counted arrived last. */
import type { Member } from './roster.ts'
import { REPORTS_OLD_MS } from './trouble-facts.ts'

/**
 * Chat may be silent, and coverage ticks are as rare as proofs of life then: that nothing is counted means something
 * only where an ingestor says that it has put records into the log.
 */
export class Expectation {
  /** Records each ingestor has put into the log, by the id of its process. */
  #appended = new Map<string, number>()
  #isKnown = false
  #grownAt = Number.NEGATIVE_INFINITY

  /** Takes what the rows of processes say now. */
  update(members: readonly Member[], nowMs: number): void {
    const appended = new Map<string, number>()
    this.#isKnown = true
    for (const { instance, liveness } of members) {
      if (instance.role !== 'ingestor') continue
      const records = instance.hops.find(({ name }) => name === 'append')?.records ?? null
      if (records === null) {
        // One of another build, or one that has only begun.
        if (liveness === 'running') this.#isKnown = false
        continue
      }
      const before = this.#appended.get(instance.id)
      if (before !== undefined && records > before) this.#grownAt = nowMs
      appended.set(instance.id, records)
    }
    this.#appended = appended
  }

  /** Null when nobody can say. @param viewAt when something counted arrived last; null before the first time */
  hasGrown(viewAt: number | null): boolean | null {
    if (!this.#isKnown) return null
    // Rows are a second old: what they tell just after a view may be in it.
    return this.#grownAt - (viewAt ?? Number.NEGATIVE_INFINITY) > REPORTS_OLD_MS
  }
}
