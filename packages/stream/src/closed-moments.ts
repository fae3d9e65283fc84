import type { DetectorClock } from '@smacktalk/contract'
import { FoundMoment } from './found-moment.ts'

/** Late records correct moments that ended up to this long ago, and this many of them. */
const CORRECTED_SECONDS = 900
const CORRECTED_MAX = 4
/** No surge begins so soon after a moment; what is announced may. */
const AFTERSHOCK_MS = 30_000

/** Moments of a run that are over and that late records may still correct, by their ends. */
export class ClosedMoments {
  readonly #moments: FoundMoment[]

  constructor(stored: DetectorClock['closed']) {
    this.#moments = stored.map(({ id, row }) => new FoundMoment({ id, moment: row }))
  }

  /** One that is told of late may have ended before others. */
  keep(moment: FoundMoment): void {
    this.#moments.push(moment)
    this.#moments.sort((a, b) => a.row.to! - b.row.to!)
    if (this.#moments.length > CORRECTED_MAX) this.#moments.shift()
  }

  /** Forgets what ended too long before a second to be corrected. */
  forget(second: number): void {
    const limit = (second - CORRECTED_SECONDS) * 1_000
    while (this.#moments[0] !== undefined && this.#moments[0].row.to! < limit) this.#moments.shift()
  }

  clear(): void {
    this.#moments.length = 0
  }

  find(is: (moment: FoundMoment) => boolean): FoundMoment | null {
    return this.#moments.find(is) ?? null
  }

  /** What flares up once more belongs to what has just ended. */
  isAftershock(at: number): boolean {
    const last = this.#moments.at(-1)
    return last !== undefined && at < last.row.to! + AFTERSHOCK_MS
  }

  toStored(): DetectorClock['closed'] {
    return this.#moments.map((moment) => ({ id: moment.id, row: moment.toStored() }))
  }
}
