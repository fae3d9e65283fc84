/** Charts are drawn at most this often, ms: five times a second (design, Charts). */
const DRAW_EVERY_MS = 200
/** Pause of what moves by itself, ms: with the wait for the next frame some twenty drawings a second. */
const MOVE_PAUSE_MS = 45

/**
 * One animation frame for all charts: those that asked are drawn together, at most five times a second. A hidden
 * tab has no frames, so nothing is drawn there; what was asked for meanwhile is drawn once when it is shown again.
 */
class FrameLoop {
  readonly #waiting = new Set<() => void>()
  #requested = false
  #lastAt = Number.NEGATIVE_INFINITY
  readonly #moving = new Set<(atMs: number) => void>()
  #moves = false

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

  /** Draws some twenty times a second, given the time of the page in ms, until the returned function is called. */
  move(draw: (atMs: number) => void): () => void {
    this.#moving.add(draw)
    if (!this.#moves) {
      this.#moves = true
      requestAnimationFrame(this.#moveTurn)
    }
    return () => this.#moving.delete(draw)
  }

  readonly #moveTurn = (at: number): void => {
    this.#moves = this.#moving.size > 0
    for (const draw of this.#moving) draw(at)
    if (this.#moves) setTimeout(() => requestAnimationFrame(this.#moveTurn), MOVE_PAUSE_MS)
  }

  readonly #turn = (at: number): void => {
    const early = this.#lastAt + DRAW_EVERY_MS - at
    if (early > 0) {
      // Not frame by frame: every frame that is asked for costs the browser a pass over the page.
      setTimeout(() => requestAnimationFrame(this.#turn), early)
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
