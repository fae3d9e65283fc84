import { HttpProblem } from './http-problem.ts'

/** Long reads at once: each holds up to some 10 MB and shares one core with the live path. */
const RUNNING_MAX = 4

/** More than this waiting means seconds of delay; then it is better to say so. */
const WAITING_MAX = 32

/** Lets only a few long reads run at once; the others wait their turn. */
export class RequestGate {
  #running = 0
  readonly #waiting: (() => void)[] = []

  /** Throws HttpProblem 503 when too many wait already. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= RUNNING_MAX) {
      if (this.#waiting.length >= WAITING_MAX) {
        throw new HttpProblem(503, 'Too many long reads at once; try again in a few seconds.', {
          headers: { 'retry-after': '5' },
        })
      }
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#waiting.push(resolve)
      await promise
    } else {
      this.#running++
    }
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#running--
      else next()
    }
  }
}

/** Kept answers of shared work; few, because each may be a megabyte. */
const KEPT_MAX = 20

/** Many viewers who open the same page at the same moment share one read. */
export class SharedAnswers<T> {
  readonly #freshMs: number
  readonly #now: () => number
  readonly #kept = new Map<string, { answer: Promise<T>; at: number }>()

  constructor(freshMs: number, now: () => number) {
    this.#freshMs = freshMs
    this.#now = now
  }

  async get(key: string, make: () => Promise<T>): Promise<T> {
    const nowMs = this.#now()
    const known = this.#kept.get(key)
    if (known !== undefined && nowMs - known.at < this.#freshMs) return known.answer
    this.#kept.delete(key)
    const oldest = this.#kept.keys().next()
    if (this.#kept.size >= KEPT_MAX && !oldest.done) this.#kept.delete(oldest.value)
    const entry = { answer: make(), at: nowMs }
    this.#kept.set(key, entry)
    try {
      const answer = await entry.answer
      // Fresh is counted from the end: a read that takes seconds is not repeated at once.
      entry.at = this.#now()
      return answer
    } catch (error) {
      if (this.#kept.get(key) === entry) this.#kept.delete(key)
      throw error
    }
  }
}
