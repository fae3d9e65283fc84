/** The rules of the wanted list, without log and clock. Changes are records; the newest per login is in force. */
import { hash53, type WantedChannel } from '@smacktalk/contract'

/** Twitch allows about 100 channels per account; ten times that is room for several accounts and for tests. */
export const CHANNELS_WANTED_MAX = 1_000

/** Channels remembered with their colour after they left the list; beyond it the oldest are forgotten. */
const CHANNELS_KNOWN_MAX = 5 * CHANNELS_WANTED_MAX

/** Origin of a channel that an import has met: listed as paused while it is not wanted. */
export const IMPORT_ORIGIN = 'import'

/** Channels listed because of imports; an import of thousands must not make the list unusable. */
export const CHANNELS_IMPORTED_MAX = CHANNELS_WANTED_MAX

/** Colours of the page (interface.md, `slot`). */
export const SLOTS = 16

/**
 * Key of the record that names the configured list in force (`removedUnder`), so that whoever removes a channel
 * knows under which list, in whatever process. No channel has this name.
 */
const CONFIGURED_KEY = '#configured'

/** Names the configured list: the same logins in any order are the same list. */
export function configHash(logins: readonly string[]): string {
  return hash53([...new Set(logins)].sort().join(',')).toString(36)
}

const UNWANTED = { wanted: false, slot: 0 } as const

export class WantedList {
  readonly #known = new Map<string, WantedChannel>()
  #configured: WantedChannel | null = null

  /** Takes a record as the newest of its login; false when it changes no channel. */
  put(channel: WantedChannel): boolean {
    if (channel.login === CONFIGURED_KEY) {
      this.#configured = channel
      return false
    }
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

  /** Everything known, as records that make an equal list. */
  records(): WantedChannel[] {
    return [...(this.#configured === null ? [] : [this.#configured]), ...this.#known.values()]
  }

  /** Hash of the configured list in force; null when none was ever applied. */
  get configured(): string | null {
    return this.#configured?.removedUnder ?? null
  }

  /** The record that puts a configured list in force; null when it is. */
  configuring(hash: string, now: number): WantedChannel | null {
    if (this.configured === hash) return null
    return { ...UNWANTED, login: CONFIGURED_KEY, origin: 'configured', addedAt: now, removedUnder: hash }
  }

  /** Those wanted now, in the order of their adding. */
  wanted(): WantedChannel[] {
    return [...this.#known.values()].filter(({ wanted }) => wanted).sort(byAdding)
  }

  /** Those that are listed only because an import met them, in the order of their adding. */
  imported(): WantedChannel[] {
    return [...this.#known.values()].filter(isImported).sort(byAdding)
  }

  /** The record that lists an imported channel; null when it is listed already, a reason when there is no room. */
  importing(login: string, now: number): WantedChannel | string | null {
    const before = this.#known.get(login)
    if (before !== undefined && (before.wanted || isImported(before))) return null
    let count = 0
    for (const channel of this.#known.values()) if (isImported(channel)) count++
    if (count >= CHANNELS_IMPORTED_MAX) {
      return `There are ${CHANNELS_IMPORTED_MAX} imported channels on the list already, which is the most.`
    }
    const slot = before?.slot ?? this.#leastUsedSlot()
    const removedUnder = before?.removedUnder ?? null
    return { login, wanted: false, origin: IMPORT_ORIGIN, addedAt: now, slot, removedUnder }
  }

  /** The record that adds a channel, or the reason why it cannot be added; null when it is there already. */
  adding(login: string, origin: string, now: number): WantedChannel | string | null {
    const before = this.#known.get(login)
    if (before?.wanted) return null
    let count = 0
    for (const { wanted } of this.#known.values()) if (wanted) count++
    if (count >= CHANNELS_WANTED_MAX) {
      return `There are ${CHANNELS_WANTED_MAX} channels already, which is the most; remove one first.`
    }
    const slot = before?.slot ?? this.#leastUsedSlot()
    return { login, wanted: true, origin, addedAt: now, slot, removedUnder: null }
  }

  /** The record that takes a channel off the list; null when it is not on it. */
  removing(login: string): WantedChannel | null {
    const before = this.#known.get(login)
    if (before === undefined) return null
    if (isImported(before)) return { ...before, origin: 'runtime' }
    if (!before.wanted) return null
    return { ...before, wanted: false, removedUnder: this.configured }
  }

  /** Channels that somebody removed under another configured list than this one. */
  removedUnderOther(configured: string): WantedChannel[] {
    return [...this.#known.values()].filter(
      ({ wanted, removedUnder }) => !wanted && removedUnder !== null && removedUnder !== configured,
    )
  }

  #leastUsedSlot(): number {
    const uses = Array.from({ length: SLOTS }, () => 0)
    for (const channel of this.#known.values()) {
      if (channel.wanted || isImported(channel)) uses[channel.slot] = (uses[channel.slot] ?? 0) + 1
    }
    return uses.indexOf(Math.min(...uses))
  }

  #forgetOne(): void {
    for (const [login, { wanted }] of this.#known) {
      if (wanted) continue
      this.#known.delete(login)
      return
    }
  }
}

function isImported({ wanted, origin }: WantedChannel): boolean {
  return !wanted && origin === IMPORT_ORIGIN
}

function byAdding(a: WantedChannel, b: WantedChannel): number {
  return a.addedAt - b.addedAt || (a.login < b.login ? -1 : 1)
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
