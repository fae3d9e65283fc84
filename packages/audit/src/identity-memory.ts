/** The identities that one run has shown in one channel within the horizon (metrics.md, Duplicate). */

/** The words rule looks this much further back, so that much more is remembered and takes room. */
const LONGER_MS = 30_000

export class IdentityMemory {
  /** Newest send time per identity. */
  readonly #sentAt = new Map<string, number>()
  readonly #bySecond = new Map<number, string[]>()
  /** Seconds below it are forgotten. */
  #forgotten = Number.NEGATIVE_INFINITY
  #size = 0

  /** Sightings remembered. */
  get size(): number {
    return this.#size
  }

  /** Whether a sighting of it is not older than the limit, ms. */
  has(identity: string, limit: number): boolean {
    const sentAt = this.#sentAt.get(identity)
    return sentAt !== undefined && sentAt >= limit
  }

  add(identity: string, sentAt: number): void {
    const second = Math.floor(sentAt / 1_000)
    const before = this.#sentAt.get(identity)
    if (before === sentAt || second < this.#forgotten) return
    if (before === undefined || sentAt > before) this.#sentAt.set(identity, sentAt)
    const others = this.#bySecond.get(second)
    if (others === undefined) this.#bySecond.set(second, [identity])
    else others.push(identity)
    this.#size++
  }

  /** Forgets what no record can ask for once the limit has come this far. */
  forget(limit: number): void {
    const until = Math.floor((limit - LONGER_MS) / 1_000)
    if (this.#forgotten >= until) return
    this.#forgotten = until
    for (const [second, identities] of this.#bySecond) {
      if (second >= until) continue
      this.#bySecond.delete(second)
      this.#size -= identities.length
      for (const identity of identities) {
        if (Math.floor((this.#sentAt.get(identity) ?? 0) / 1_000) === second) this.#sentAt.delete(identity)
      }
    }
  }

  clear(): void {
    this.#sentAt.clear()
    this.#bySecond.clear()
    this.#size = 0
  }
}
