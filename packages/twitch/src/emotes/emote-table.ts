/** The sets in force, and the tokens of a text that stand in one of them. */
import {
  codePoints,
  type EmoteProvider,
  emoteKey,
  isAscii,
  THIRD_PARTY_EMOTES_MAX,
  type ThirdPartyEmote,
  withoutAction,
  withoutInvisible,
} from '@smacktalk/contract'
import type { EmoteSet } from './emote-set.ts'
import { GLOBAL } from './providers.ts'

const TOKEN = /\P{White_Space}+/gu
const NONE: EmoteSet = new Map()

/** Emotes of all sets together: a thousand channels with ordinary ones; some 100 MB. */
const EMOTES_MAX = 500_000

/** Keys by code, of all providers in one place. */
type Merged = Map<string, string>

export class EmoteTable {
  readonly #providers: readonly EmoteProvider[]
  /** By place: one set per provider. */
  readonly #sets = new Map<string, Map<EmoteProvider, EmoteSet>>()
  readonly #merged = new Map<string, Merged>()
  #global: Merged = new Map()
  #size = 0
  readonly #emotesMax: number

  /** @param providers the first that has a code counts */
  constructor(providers: readonly EmoteProvider[], emotesMax = EMOTES_MAX) {
    this.#providers = providers
    this.#emotesMax = emotesMax
  }

  /**
   * Puts a set in force. False when there is no room for it; then nothing changes.
   * @param place a room id, or GLOBAL
   */
  put(provider: EmoteProvider, place: string, set: EmoteSet): boolean {
    const sets = this.#sets.get(place) ?? new Map<EmoteProvider, EmoteSet>()
    const size = this.#size - (sets.get(provider)?.size ?? 0) + set.size
    if (size > this.#emotesMax) return false
    this.#size = size
    this.#sets.set(place, sets.set(provider, set))
    const merged: Merged = new Map()
    for (const each of this.#providers) {
      for (const [code, id] of sets.get(each) ?? NONE) {
        if (!merged.has(code)) merged.set(code, emoteKey(each, id))
      }
    }
    if (place === GLOBAL) this.#global = merged
    else this.#merged.set(place, merged)
    return true
  }

  setOf(provider: EmoteProvider, place: string): EmoteSet | null {
    return this.#sets.get(place)?.get(provider) ?? null
  }

  forget(place: string): void {
    for (const set of this.#sets.get(place)?.values() ?? []) this.#size -= set.size
    this.#sets.delete(place)
    this.#merged.delete(place)
  }

  /**
   * Tokens between white space that are emotes, in order; a room's sets win over global ones. Whether Twitch has an
   * emote of its own there is judged where the message is counted.
   */
  recognise(roomId: string, text: string): ThirdPartyEmote[] {
    const room = this.#merged.get(roomId)
    if (this.#global.size === 0 && (room === undefined || room.size === 0)) return []
    const unwrapped = withoutAction(text)
    return isAscii(unwrapped) ? this.#inAscii(room, unwrapped) : this.#inUnicode(room, unwrapped)
  }

  /** Code points are code units here, and nothing in it is invisible. */
  #inAscii(room: Merged | undefined, text: string): ThirdPartyEmote[] {
    const found: ThirdPartyEmote[] = []
    let start = 0
    for (let index = 0; index <= text.length; index++) {
      if (index < text.length) {
        const unit = text.charCodeAt(index)
        if (unit > 0x20 || (unit !== 0x20 && (unit < 0x09 || unit > 0x0d))) continue
      }
      if (index > start) {
        const key = this.#keyOf(room, text.slice(start, index))
        if (key !== undefined) {
          found.push({ key, start, end: index - 1 })
          if (found.length === THIRD_PARTY_EMOTES_MAX) return found
        }
      }
      start = index + 1
    }
    return found
  }

  #inUnicode(room: Merged | undefined, text: string): ThirdPartyEmote[] {
    const found: ThirdPartyEmote[] = []
    let start = 0
    let scanned = 0
    for (const match of text.matchAll(TOKEN)) {
      const raw = match[0]
      const key = this.#keyOf(room, withoutInvisible(raw))
      if (key === undefined) continue
      start += codePoints(text.slice(scanned, match.index))
      scanned = match.index
      found.push({ key, start, end: start + codePoints(raw) - 1 })
      if (found.length === THIRD_PARTY_EMOTES_MAX) break
    }
    return found
  }

  #keyOf(room: Merged | undefined, token: string): string | undefined {
    return room?.get(token) ?? this.#global.get(token)
  }
}
