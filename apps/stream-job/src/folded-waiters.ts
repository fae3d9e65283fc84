/** Those who wait until the job has folded what is in the log. */

interface Waiter {
  /** Partitions it still waits for. */
  readonly open: Set<number>
  readonly ends: readonly number[]
  resolve(): void
  reject(error: unknown): void
}

export class FoldedWaiters {
  /** Position of a partition's last folded record; null while it is not ours. */
  readonly #positionOf: (partition: number) => number | null
  readonly #waiters = new Set<Waiter>()
  #ended: { readonly error: unknown } | null = null

  constructor(positionOf: (partition: number) => number | null) {
    this.#positionOf = positionOf
  }

  /** Resolves when each partition is folded up to its end, an offset; rejects when the job ends before. */
  until(ends: readonly number[]): Promise<void> {
    if (this.#ended !== null) return Promise.reject(this.#ended.error)
    const open = new Set(ends.keys())
    for (const partition of ends.keys()) if (this.#isFolded(partition, ends)) open.delete(partition)
    if (open.size === 0) return Promise.resolve()
    return new Promise((resolve, reject) => {
      this.#waiters.add({ open, ends, resolve, reject })
    })
  }

  /** A partition was opened or has moved on. */
  reached(partition: number): void {
    for (const waiter of this.#waiters) {
      if (!waiter.open.has(partition) || !this.#isFolded(partition, waiter.ends)) continue
      waiter.open.delete(partition)
      if (waiter.open.size > 0) continue
      this.#waiters.delete(waiter)
      waiter.resolve()
    }
  }

  /** Nothing is folded any more; whoever waits is told why. */
  end(error: unknown): void {
    this.#ended = { error }
    for (const waiter of this.#waiters) waiter.reject(error)
    this.#waiters.clear()
  }

  #isFolded(partition: number, ends: readonly number[]): boolean {
    const end = ends[partition]!
    const position = this.#positionOf(partition)
    return end === 0 || (position !== null && position + 1 >= end)
  }
}
