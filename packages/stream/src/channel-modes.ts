import type { ModeClock, RoomState } from '@smacktalk/contract'

/** Copies of one change from two ingestors are at most this far apart (metrics.md, modeChanges). */
const COPY_MS = 60_000
/** Values per mode whose last counted change is kept; slow mode has the most, and few are used in a minute. */
const COUNTED_MAX = 16

const MODES = [
  ['emote-only', 'emoteOnly', 0],
  ['followers-only', 'followersOnly', -1],
  ['r9k', 'r9k', 0],
  ['slow', 'slow', 0],
  ['subs-only', 'subsOnly', 0],
] as const

export type ModeOutcome =
  | { kind: 'state' }
  | { kind: 'changed'; mode: string; value: number }
  | { kind: 'copy' }

/** The last known value of each room mode of a channel, and which changes were counted. */
export class ChannelModes {
  readonly #modes = new Map<string, ModeClock>()

  constructor(stored: readonly ModeClock[] = []) {
    for (const mode of stored) this.#modes.set(mode.mode, { ...mode, counted: [...mode.counted] })
  }

  /** What a ROOMSTATE with send time `at` is. Only `apply` changes anything. */
  outcome(state: RoomState, at: number): ModeOutcome {
    const given = MODES.filter(([, field]) => state[field] !== null)
    if (given.length !== 1) return { kind: 'state' }
    const [mode, field, off] = given[0]!
    const value = state[field]!
    const known = this.#modes.get(mode)
    if (known === undefined) return { kind: 'changed', mode, value }
    const copy = known.counted.some(
      (counted) =>
        counted.value === value && counted.by !== state.ingestor && Math.abs(counted.at - at) <= COPY_MS,
    )
    if (copy) return { kind: 'copy' }
    if (at < known.at - COPY_MS) return { kind: 'state' }
    return (known.value === off) === (value === off) ? { kind: 'state' } : { kind: 'changed', mode, value }
  }

  /** Takes over the values of a counted ROOMSTATE; a single one much older than what is known changes nothing. */
  apply(state: RoomState, at: number, outcome: ModeOutcome): void {
    const given = MODES.filter(([, field]) => state[field] !== null)
    for (const [mode, field] of given) {
      const value = state[field]!
      const known = this.#modes.get(mode)
      if (given.length === 1 && known !== undefined && at < known.at - COPY_MS) continue
      let counted = known?.counted ?? []
      if (outcome.kind === 'changed') {
        counted = counted.filter((other) => other.value !== value)
        counted.push({ value, at, by: state.ingestor })
        if (counted.length > COUNTED_MAX) counted.shift()
      }
      this.#modes.set(mode, { mode, value, at, counted })
    }
  }

  toStored(): ModeClock[] {
    return [...this.#modes.values()]
      .map((mode) => ({ ...mode, counted: [...mode.counted] }))
      .sort((a, b) => (a.mode < b.mode ? -1 : 1))
  }
}
