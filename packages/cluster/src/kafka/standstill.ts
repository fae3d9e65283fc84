/**
 * Has the client stopped moving? kafkajs can end up waiting for an answer that will never come, in a process that
 * looks alive (kafkajs#659, #267). A broker that is away does not look like that: tries fail, and every failure is a
 * sign of life.
 */
export class Standstill {
  readonly #limitMs: number
  #movedAt: number
  #lookedAt: number

  constructor(limitMs: number, now: number) {
    this.#limitMs = limitMs
    this.#movedAt = now
    this.#lookedAt = now
  }

  /** How often to look. */
  get everyMs(): number {
    return this.#limitMs / 10
  }

  moved(now: number): void {
    this.#movedAt = now
  }

  /** True when nothing has moved for the limit. `busy`: records are being worked on, so nothing can. */
  look(now: number, busy: boolean): boolean {
    // Who looks much later than planned was asleep itself, and has no right to judge yet.
    const slept = now - this.#lookedAt > 3 * this.everyMs
    this.#lookedAt = now
    if (busy || slept) this.#movedAt = now
    return now - this.#movedAt >= this.#limitMs
  }
}
