/** Asks the log or the store again and again whether it answers, because no news may be no answer. */
import { type Clock, PipelineError } from '@smacktalk/ports'

export interface Outage {
  /** When it was last heard of, epoch ms. */
  readonly since: number
  /** What its last failure said. */
  readonly reason: string
}

export interface ProbeOptions<T> {
  readonly clock: Clock
  /** Pause between two questions. */
  readonly everyMs: number
  /** An answer that takes longer is none. */
  readonly limitMs: number
  readonly ask: () => Promise<T>
  /** Told of every answer, with the time of asking. */
  readonly answered?: (answer: T, askedAt: number) => void
  /** Told of every outage when it begins, and with null when it is over. */
  readonly changed?: (outage: Outage | null) => void
}

/** One refusal may be a connection that is made anew; this many in a row are an outage. */
const REFUSALS_MIN = 2

export class Probe<T> {
  readonly #options: ProbeOptions<T>
  #outage: Outage | null = null
  #heardAt: number
  #refusals = 0

  constructor(options: ProbeOptions<T>) {
    this.#options = options
    this.#heardAt = options.clock.now()
  }

  /** Null while it answers. */
  get outage(): Outage | null {
    return this.#outage
  }

  /** Asks until the signal; rejects when it is told something that trying again cannot mend. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, everyMs } = this.#options
    while (!signal.aborted) {
      await this.#askOnce(signal)
      await clock.sleep(everyMs, signal)
    }
  }

  async #askOnce(signal: AbortSignal): Promise<void> {
    const { clock, ask, answered, changed } = this.#options
    const askedAt = clock.now()
    const result = await this.#withinTime(ask, signal)
    if (signal.aborted) return
    if (result.kind === 'answer') {
      this.#heardAt = clock.now()
      this.#refusals = 0
      answered?.(result.answer, askedAt)
      if (this.#outage === null) return
      this.#outage = null
      changed?.(null)
      return
    }
    this.#refusals++
    if (result.kind === 'refusal' && this.#refusals < REFUSALS_MIN) return
    const isNew = this.#outage === null
    this.#outage = { since: this.#outage?.since ?? this.#heardAt, reason: result.reason }
    if (isNew) changed?.(this.#outage)
  }

  async #withinTime(
    ask: () => Promise<T>,
    signal: AbortSignal,
  ): Promise<{ kind: 'answer'; answer: T } | { kind: 'refusal' | 'late'; reason: string }> {
    const { clock, limitMs } = this.#options
    const done = new AbortController()
    const late = clock
      .sleep(limitMs, AbortSignal.any([signal, done.signal]))
      .then(() => ({ kind: 'late', reason: `No answer within ${limitMs / 1_000} s.` }) as const)
    try {
      return await Promise.race([ask().then((answer) => ({ kind: 'answer', answer }) as const), late])
    } catch (error) {
      if (!(error instanceof PipelineError && error.retriable)) throw error
      return { kind: 'refusal', reason: error.message }
    } finally {
      done.abort()
    }
  }
}
