import { type LiveSecond, RECENT_SECONDS, SECOND_MS } from '@smacktalk/contract'
import { AHEAD_SECONDS, type SecondRing } from './second-ring.ts'

const SLOTS = RECENT_SECONDS + AHEAD_SECONDS

const UNSENT = -2
const NULL = -1

/** Messages of an epoch second; null when nobody heard it. */
export type MessagesOf = (second: number) => number | null

/** What the classes of a second are read from; null: its frames carry sums only. */
export type ClassesOf = Pick<SecondRing, 'byClass' | 'edition'> | null

/** Seconds of the live window, oldest first: what a snapshot holds. */
export function secondsOf(nowMs: number, messagesOf: MessagesOf, classes: ClassesOf = null): LiveSecond[] {
  const points: LiveSecond[] = []
  for (const { second, messages } of windowOf(nowMs, messagesOf)) {
    points.push(pointOf(second, messages, classes))
  }
  return points
}

/** Remembers what the watchers of a target were sent, so that a tick holds only what differs. */
export class SentSeconds {
  readonly #seconds = new Float64Array(SLOTS).fill(UNSENT)
  readonly #messages = new Float64Array(SLOTS)
  readonly #editions = new Uint32Array(SLOTS)

  /** What differs from the last call, oldest first; the first call gives the whole window, as a snapshot holds it. */
  changes(nowMs: number, messagesOf: MessagesOf, classes: ClassesOf = null): LiveSecond[] {
    const changed: LiveSecond[] = []
    for (const { second, messages } of windowOf(nowMs, messagesOf)) {
      const slot = second % SLOTS
      const value = messages ?? NULL
      const edition = classes?.edition(second) ?? 0
      if (
        this.#seconds[slot] === second &&
        this.#messages[slot] === value &&
        this.#editions[slot] === edition
      ) {
        continue
      }
      this.#seconds[slot] = second
      this.#messages[slot] = value
      this.#editions[slot] = edition
      changed.push(pointOf(second, messages, classes))
    }
    return changed
  }
}

/** As many seconds as the ring keeps; ahead of our clock only those with messages. */
function* windowOf(
  nowMs: number,
  messagesOf: MessagesOf,
): Generator<{ second: number; messages: number | null }> {
  const nowSecond = Math.floor(nowMs / SECOND_MS)
  for (let second = nowSecond - RECENT_SECONDS + 1; second <= nowSecond; second++) {
    yield { second, messages: messagesOf(second) }
  }
  for (let second = nowSecond + 1; second <= nowSecond + AHEAD_SECONDS; second++) {
    const messages = messagesOf(second)
    if (messages !== null) yield { second, messages }
  }
}

function pointOf(second: number, messages: number | null, classes: ClassesOf): LiveSecond {
  const point = { t: new Date(second * SECOND_MS).toISOString(), messages }
  const byClass = classes?.byClass(second)
  return byClass === undefined ? point : { ...point, byClass }
}
