/**
 * When to ask one provider for what: seldom, spread over time, one question at a time, and less and less while it
 * does not answer. Time is an argument.
 */

/** One set that is kept fresh. */
export interface ScheduledSet {
  readonly place: string
  /** Emotes in it. */
  size: number
  /** When the provider last said so, epoch ms; null when it never did. */
  fetchedAt: number | null
  etag: string | null
  /** Asked for from then on. */
  dueAt: number
  /** Questions in a row without a good answer. */
  failures: number
  /** Why the last question had none. */
  problem: string | null
}

const FIRST_DELAY_MS = 5_000
const DELAY_MAX_MS = 15 * 60_000
/** What a provider may ask for at most; one that asks for a day is asked again all the same. */
const RETRY_AFTER_MAX_MS = 3_600_000

/** Before the next question after `failures` in a row, ms. @param random in [0, 1); spreads who failed together */
export function questionDelayMs(failures: number, retryAfterMs: number | null, random: number): number {
  const doubled = FIRST_DELAY_MS * 2 ** Math.min(failures - 1, 20)
  const own = Math.min(doubled, DELAY_MAX_MS) * (0.5 + random / 2)
  return Math.round(Math.max(own, Math.min(retryAfterMs ?? 0, RETRY_AFTER_MAX_MS)))
}

export class ProviderSchedule {
  readonly sets = new Map<string, ScheduledSet>()
  /** Why the provider itself does not answer; null while it does. */
  problem: string | null = null
  #failures = 0
  #pausedUntil = 0
  readonly #refreshMs: number
  readonly #random: () => number

  constructor(refreshMs: number, random: () => number) {
    this.#refreshMs = refreshMs
    this.#random = random
  }

  /** Asked for at once, or, when it is known, once that is old. */
  add(place: string, known: Pick<ScheduledSet, 'size' | 'fetchedAt' | 'etag'> | null, nowMs: number): void {
    const { size, fetchedAt, etag } = known ?? { size: 0, fetchedAt: null, etag: null }
    // A file from the future says nothing about its age.
    const at = fetchedAt === null ? null : Math.min(fetchedAt, nowMs)
    const dueAt = at === null ? nowMs : this.#refreshedAt(at)
    this.sets.set(place, { place, size, fetchedAt: at, etag, dueAt, failures: 0, problem: null })
  }

  /** The set to ask for next, and when; null when there is none. */
  next(): { readonly set: ScheduledSet; readonly at: number } | null {
    let first: ScheduledSet | null = null
    for (const set of this.sets.values()) if (first === null || set.dueAt < first.dueAt) first = set
    return first === null ? null : { set: first, at: Math.max(first.dueAt, this.#pausedUntil) }
  }

  /** A good answer. */
  answered(set: ScheduledSet, nowMs: number): void {
    this.#failures = 0
    this.#pausedUntil = 0
    this.problem = null
    set.failures = 0
    set.problem = null
    set.fetchedAt = nowMs
    set.dueAt = this.#refreshedAt(nowMs)
  }

  /** An answer that makes no sense: the others may be good. */
  misunderstood(set: ScheduledSet, problem: string, nowMs: number): void {
    set.problem = problem
    set.dueAt = nowMs + questionDelayMs(++set.failures, null, this.#random())
  }

  /** No answer: nobody is asked for a while, and this one not first, in case it is the only one that fails. */
  unavailable(set: ScheduledSet, problem: string, retryAfterMs: number | null, nowMs: number): void {
    this.problem = problem
    this.#pausedUntil = nowMs + questionDelayMs(++this.#failures, retryAfterMs, this.#random())
    this.misunderstood(set, problem, nowMs)
  }

  /** Everywhere a little earlier or later, so that what began together does not stay together. */
  #refreshedAt(fetchedAt: number): number {
    return fetchedAt + Math.round(this.#refreshMs * (0.9 + 0.2 * this.#random()))
  }
}
