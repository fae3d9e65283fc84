/** Channels that have been given to another ingestor of the group: heard on until that one hears them. */

/** The other one has to JOIN it, at the pace that Twitch allows; if it never says that it did, this is enough. */
export const HAND_OVER_MS_MAX = 60_000

export class HandOver {
  /** When each was given away. */
  readonly #givenAt = new Map<string, number>()
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
    for (const [login, at] of this.#givenAt) {
      if (heardByOthers.has(login) || nowMs - at >= HAND_OVER_MS_MAX || nowMs < at)
        this.#givenAt.delete(login)
    }
    return this.#givenAt.size < before
  }
}
