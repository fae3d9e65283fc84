import type { ModeClock, RoomState } from '@smacktalk/contract'

/** Copies of one change from two ingestors are at most this far apart (metrics.md, modeChanges). */
const COPY_MS = 60_000
/** Counted changes kept per mode: enough for a mode toggled every few seconds within COPY_MS. */
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

  /** Takes over the values of a counted ROOMSTATE; those much older than what is known change nothing. */
  apply(state: RoomState, at: number, outcome: ModeOutcome): void {
    for (const [mode, field] of MODES) {
      const value = state[field]
      if (value === null) continue
      const known = this.#modes.get(mode)
      if (known !== undefined && at < known.at - COPY_MS) continue
      const counted = known?.counted ?? []
      if (outcome.kind === 'changed') {
        counted.push({ value, at, by: state.ingestor })
        if (counted.length > COUNTED_MAX) counted.shift()
      }
      this.#modes.set(mode, { mode, value, at: Math.max(at, known?.at ?? at), counted })
    }
  }

  toStored(): ModeClock[] {
    return [...this.#modes.values()]
      .map((mode) => ({ ...mode, counted: [...mode.counted] }))
      .sort((a, b) => (a.mode < b.mode ? -1 : 1))
  }
}
