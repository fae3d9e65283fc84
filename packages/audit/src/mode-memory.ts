/** Room modes of one channel (metrics.md, modeChanges). */
import type { RoomState } from '@smacktalk/contract'

/** Copies of a change come at most this far apart; a state older than that by as much changes nothing. */
const APART_MS = 60_000

const MODES = ['emoteOnly', 'followersOnly', 'r9k', 'slow', 'subsOnly'] as const
type Mode = (typeof MODES)[number]

interface Known {
  value: number
  at: number
  /** The last counted change to each value. */
  readonly counted: Map<number, { readonly at: number; readonly by: string }>
  /** False while the value hangs on what cannot be judged for certain. */
  sure: boolean
  /** When it became certain: changes counted around then are not all known. */
  sureSince: number
}

export interface ModeVerdict {
  readonly kind: 'change' | 'copy' | 'nothing'
  /** False where it hangs on what was said before the log begins. */
  readonly sure: boolean
}

export class ModeMemory {
  readonly #known = new Map<Mode, Known>()
  /** States that were sent before it cannot be judged for certain. */
  readonly #from: number

  constructor(from: number) {
    this.#from = from
  }

  /** Takes a ROOMSTATE in time and says what it was. */
  take(state: RoomState, at: number): ModeVerdict {
    const given = MODES.flatMap((mode) => (state[mode] === null ? [] : [{ mode, value: state[mode] }]))
    const sure = given.every(({ mode }) => this.#isSure(mode, at))
    const [only] = given
    if (only !== undefined && given.length === 1) {
      const kind = this.#takeOne(only.mode, only.value, at, state.ingestor)
      this.#settle(only.mode, at)
      return { kind, sure }
    }
    for (const { mode, value } of given) {
      this.#set(mode, value, at)
      this.#settle(mode, at)
    }
    return { kind: 'nothing', sure: true }
  }

  #takeOne(mode: Mode, value: number, at: number, by: string): ModeVerdict['kind'] {
    const known = this.#known.get(mode)
    if (known === undefined) {
      this.#set(mode, value, at).counted.set(value, { at, by })
      return 'change'
    }
    const last = known.counted.get(value)
    if (last !== undefined && last.by !== by && Math.abs(last.at - at) <= APART_MS) return 'copy'
    if (at < known.at - APART_MS) return 'nothing'
    const isChange = isOn(mode, known.value) !== isOn(mode, value)
    this.#set(mode, value, at)
    if (isChange) known.counted.set(value, { at, by })
    return isChange ? 'change' : 'nothing'
  }

  #isSure(mode: Mode, at: number): boolean {
    if (this.#from === Number.NEGATIVE_INFINITY) return true
    const known = this.#known.get(mode)
    return at >= this.#from && known?.sure === true && Math.abs(at - known.sureSince) > APART_MS
  }

  /** A state that is certain makes its modes certain; one that is not, the other way round. */
  #settle(mode: Mode, at: number): void {
    const known = this.#known.get(mode)
    if (known === undefined) return
    if (at < this.#from) known.sure = false
    else if (!known.sure) {
      known.sure = true
      known.sureSince = at
    }
  }

  #set(mode: Mode, value: number, at: number): Known {
    const known = this.#known.get(mode)
    if (known !== undefined) {
      known.value = value
      known.at = at
      return known
    }
    const fresh = { value, at, counted: new Map(), sure: false, sureSince: at }
    this.#known.set(mode, fresh)
    return fresh
  }
}

function isOn(mode: Mode, value: number): boolean {
  return mode === 'followersOnly' ? value !== -1 : value !== 0
}
