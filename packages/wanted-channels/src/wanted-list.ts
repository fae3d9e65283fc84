/** The rules of the wanted list, without log and clock. Changes are records; the newest per login is in force. */
import { hash53, type WantedChannel } from '@smacktalk/contract'

/** Twitch allows about 100 channels per account; ten times that is room for several accounts and for tests. */
export const CHANNELS_WANTED_MAX = 1_000

/** Channels remembered with their colour after they left the list; beyond it the oldest are forgotten. */
const CHANNELS_KNOWN_MAX = 5 * CHANNELS_WANTED_MAX

/** Colours of the page (interface.md, `slot`). */
export const SLOTS = 16

/** Names the configured list: the same logins in any order are the same list. */
export function configHash(logins: readonly string[]): string {
  return hash53([...new Set(logins)].sort().join(',')).toString(36)
}

export class WantedList {
  readonly #known = new Map<string, WantedChannel>()

  /** Takes a record as the newest of its login; false when it says what was known. */
  put(channel: WantedChannel): boolean {
    const before = this.#known.get(channel.login)
    if (before !== undefined && sameChannel(before, channel)) return false
    this.#known.delete(channel.login)
    this.#known.set(channel.login, channel)
    if (this.#known.size > CHANNELS_KNOWN_MAX) this.#forgetOne()
    return true
  }

  get(login: string): WantedChannel | undefined {
    return this.#known.get(login)
  }

  /** Those wanted now, in the order of their adding. */
  wanted(): WantedChannel[] {
    return [...this.#known.values()]
      .filter(({ wanted }) => wanted)
      .sort((a, b) => a.addedAt - b.addedAt || (a.login < b.login ? -1 : 1))
  }

  /** The record that adds a channel, or the reason why it cannot be added; null when it is there already. */
  adding(login: string, origin: string, now: number): WantedChannel | string | null {
    const before = this.#known.get(login)
    if (before?.wanted) return null
    const uses = Array.from({ length: SLOTS }, () => 0)
    let count = 0
    for (const { wanted, slot } of this.#known.values()) {
      if (!wanted) continue
      count++
      uses[slot] = (uses[slot] ?? 0) + 1
    }
    if (count >= CHANNELS_WANTED_MAX) {
      return `There are ${CHANNELS_WANTED_MAX} channels already, which is the most; remove one first.`
    }
    const slot = before?.slot ?? uses.indexOf(Math.min(...uses))
    return { login, wanted: true, origin, addedAt: now, slot, removedUnder: null }
  }

  /** The record that removes a channel; null when it is not wanted. */
  removing(login: string, configured: string | null): WantedChannel | null {
    const before = this.#known.get(login)
    if (!before?.wanted) return null
    return { ...before, wanted: false, removedUnder: configured }
  }

  /** Channels that somebody removed under another configured list than this one. */
  removedUnderOther(configured: string): WantedChannel[] {
    return [...this.#known.values()].filter(
      ({ wanted, removedUnder }) => !wanted && removedUnder !== null && removedUnder !== configured,
    )
  }

  #forgetOne(): void {
    for (const [login, { wanted }] of this.#known) {
      if (wanted) continue
      this.#known.delete(login)
      return
    }
  }
}

function sameChannel(a: WantedChannel, b: WantedChannel): boolean {
  return (
    a.wanted === b.wanted &&
    a.origin === b.origin &&
    a.addedAt === b.addedAt &&
    a.slot === b.slot &&
    a.removedUnder === b.removedUnder
  )
}
