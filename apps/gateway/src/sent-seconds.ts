import { RECENT_SECONDS, SECOND_MS, type SecondPoint } from '@smacktalk/contract'
import { AHEAD_SECONDS } from './second-ring.ts'

const SLOTS = RECENT_SECONDS + AHEAD_SECONDS

const UNSENT = -2
const NULL = -1

/** Messages of an epoch second; null when nobody heard it. */
export type MessagesOf = (second: number) => number | null

/** Seconds of the live window, oldest first: what a snapshot holds. */
export function secondsOf(nowMs: number, messagesOf: MessagesOf): SecondPoint[] {
  const points: SecondPoint[] = []
  for (const { second, messages } of windowOf(nowMs, messagesOf)) points.push(pointOf(second, messages))
  return points
}

/** Remembers what the watchers of a target were sent, so that a tick holds only what differs. */
export class SentSeconds {
  readonly #seconds = new Float64Array(SLOTS).fill(UNSENT)
  readonly #messages = new Float64Array(SLOTS)

  /** What differs from the last call, oldest first; the first call gives the whole window, as a snapshot holds it. */
  changes(nowMs: number, messagesOf: MessagesOf): SecondPoint[] {
    const changed: SecondPoint[] = []
    for (const { second, messages } of windowOf(nowMs, messagesOf)) {
      const slot = second % SLOTS
      const value = messages ?? NULL
      if (this.#seconds[slot] === second && this.#messages[slot] === value) continue
      this.#seconds[slot] = second
      this.#messages[slot] = value
      changed.push(pointOf(second, messages))
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

function pointOf(second: number, messages: number | null): SecondPoint {
  return { t: new Date(second * SECOND_MS).toISOString(), messages }
}
