/** Charts are drawn at most this often, ms: five times a second (design, Charts). */
const DRAW_EVERY_MS = 200

/**
 * One animation frame for all charts: those that asked are drawn together, at most five times a second. A hidden
 * tab has no frames, so nothing is drawn there; what was asked for meanwhile is drawn once when it is shown again.
 */
class FrameLoop {
  readonly #waiting = new Set<() => void>()
  #requested = false
  #lastAt = Number.NEGATIVE_INFINITY

  /** Draws with the next turn; asking twice draws once. */
  ask(draw: () => void): void {
    this.#waiting.add(draw)
    if (this.#requested) return
    this.#requested = true
    requestAnimationFrame(this.#turn)
  }

  forget(draw: () => void): void {
    this.#waiting.delete(draw)
  }

  readonly #turn = (at: number): void => {
    if (at - this.#lastAt < DRAW_EVERY_MS) {
      requestAnimationFrame(this.#turn)
      return
    }
    this.#requested = false
    this.#lastAt = at
    const draws = [...this.#waiting]
    this.#waiting.clear()
    for (const draw of draws) draw()
  }
}

export const frameLoop = new FrameLoop()
