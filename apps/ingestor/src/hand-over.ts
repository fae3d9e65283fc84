/** Channels that have been given to another ingestor of the group: heard on until that one hears them. */

/**
 * The other ones have to JOIN them one after the other, at the pace that Twitch allows; when none has been heard for so
 * long, nobody takes the rest.
 */
export const HAND_OVER_MS_MAX = 60_000

export class HandOver {
  /** When each was given away. */
  readonly #givenAt = new Map<string, number>()
  /** When another ingestor was last found to hear one of them. */
  #takenAt = Number.NEGATIVE_INFINITY
  #mine: ReadonlySet<string> = new Set()

  /** Logins that are still to be heard although they are no longer ours. */
  get pending(): readonly string[] {
    return [...this.#givenAt.keys()]
  }

  /** @param mine those of the wanted logins that are ours */
  update(wanted: ReadonlySet<string>, mine: ReadonlySet<string>, nowMs: number): void {
    for (const login of this.#mine) {
      if (!mine.has(login) && !this.#givenAt.has(login)) this.#givenAt.set(login, nowMs)
    }
    for (const login of this.#givenAt.keys()) {
      if (mine.has(login) || !wanted.has(login)) this.#givenAt.delete(login)
    }
    this.#mine = mine
  }

  /** Lets go of those that others hear, and of those that nobody ever takes; true when there were any. */
  settle(heardByOthers: ReadonlySet<string>, nowMs: number): boolean {
    const before = this.#givenAt.size
    for (const login of this.#givenAt.keys()) {
      if (!heardByOthers.has(login)) continue
      this.#givenAt.delete(login)
      this.#takenAt = nowMs
    }
    for (const [login, at] of this.#givenAt) {
      const since = Math.max(at, this.#takenAt)
      if (nowMs - since >= HAND_OVER_MS_MAX || nowMs < since) this.#givenAt.delete(login)
    }
    return this.#givenAt.size < before
  }
}
