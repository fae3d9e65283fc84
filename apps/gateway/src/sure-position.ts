/**
 * The position a gateway may put on what it shows. A client that comes from another gateway compares it with what
 * that one has shown, so it must not be higher than what this one knows without gaps: rows reach the store about a
 * second after their view, so a gateway that begins to listen has neither, for a moment, of what was counted
 * just before. Until then it claims what was committed when it began, of which the store had every row.
 */

/**
 * Between the view of a row and its being stored: a second until the job writes it, and the writing. Rows read so long
 * after listening began hold everything from before.
 */
export const SETTLE_MS = 1_500

export class SurePosition {
  #sure = -1
  #listeningSince = Number.POSITIVE_INFINITY
  #settled = false

  get settled(): boolean {
    return this.#settled
  }

  /** Views are heard from `atMs` on; those before may have been missed. */
  listen(atMs: number): void {
    this.#listeningSince = atMs
    this.#settled = false
  }

  /** Something has joined what is shown and has not been heard for long. */
  unsettle(): void {
    this.#settled = false
  }

  /**
   * Rows have been read, beginning at `atMs`. `committed`: everything up to there was in the store before. With
   * `idle` nothing had been counted lately when listening began, so nothing was on its way to the store.
   */
  read(atMs: number, committed: number, idle: boolean): void {
    if (committed > this.#sure) this.#sure = committed
    if (idle ? atMs >= this.#listeningSince : atMs - this.#listeningSince >= SETTLE_MS) this.#settled = true
  }

  /** What may be claimed when so much is known; never falls. */
  claim(known: number): number {
    if (this.#settled && known > this.#sure) this.#sure = known
    return this.#sure
  }
}
