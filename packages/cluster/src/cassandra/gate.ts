/** Bounds work under way by weight; who finds it full waits in line. */
export class Gate {
  readonly #capacity: number
  readonly #waiting: { readonly weight: number; readonly pass: () => void }[] = []
  #used = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  /** Weight under way. */
  get used(): number {
    return this.#used
  }

  /** Resolves when there is room; what is heavier than the gate passes alone. Returns what `leave` has to give back. */
  async enter(weight: number): Promise<number> {
    const held = Math.min(weight, this.#capacity)
    if (this.#waiting.length === 0 && this.#used + held <= this.#capacity) {
      this.#used += held
      return held
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.push({ weight: held, pass: resolve })
    await promise
    return held
  }

  leave(held: number): void {
    this.#used -= held
    for (;;) {
      const first = this.#waiting[0]
      if (first === undefined || this.#used + first.weight > this.#capacity) return
      this.#waiting.shift()
      this.#used += first.weight
      first.pass()
    }
  }
}
