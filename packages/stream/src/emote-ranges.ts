/**
 * The emotes in a text (metrics.md, Emotes): Twitch's own from the `emotes` tag, `id:start-end,start-end/id:start-end`,
 * and those of other providers as they were recognised.
 */
import {
  type Message,
  THIRD_PARTY_EMOTES_MAX,
  type ThirdPartyEmote,
  withoutInvisible,
} from '@smacktalk/contract'
import { type MessageText, unwrappedLength } from './message-text.ts'
import type { Occurrence } from './occurrence.ts'

/** One emote at one place. */
export interface EmoteUse {
  /** Provider and id: `twitch:25`. */
  readonly key: string
  /** Code points from the start of the text after the ACTION wrapper, end inclusive. */
  readonly start: number
  readonly end: number
}

export interface EmoteRanges {
  readonly uses: readonly EmoteUse[]
  /** Ranges that are not 0 <= start <= end < length. */
  readonly bad: number
}

const NONE: EmoteRanges = { uses: [], bad: 0 }
/** Twitch sends at most one range per two code points of a 500 code point text; more is an attack. */
const RANGES_MAX = 1_000
const DIGITS_MAX = 9

/** All emotes of a message that count. */
export function emotesOf({ emotes, thirdPartyEmotes }: Message, text: MessageText): EmoteRanges {
  if (emotes === '' && thirdPartyEmotes.length === 0) return NONE
  const length = unwrappedLength(text)
  const own = parseEmoteRanges(emotes, length)
  if (thirdPartyEmotes.length === 0) return own
  return { uses: withThirdParty(own.uses, thirdPartyEmotes, length), bad: own.bad }
}

/** Of other providers' emotes those count that lie in the text and touch none that counts before them. */
function withThirdParty(
  own: readonly EmoteUse[],
  others: readonly ThirdPartyEmote[],
  textCodePoints: number,
): EmoteUse[] {
  const uses = [...own]
  const taken = Math.min(others.length, THIRD_PARTY_EMOTES_MAX)
  for (let index = 0; index < taken; index++) {
    const other = others[index]!
    const { start, end } = other
    if (start < 0 || start > end || end >= textCodePoints) continue
    if (!uses.some((use) => use.start <= end && use.end >= start)) uses.push(other)
  }
  return uses
}

export function parseEmoteRanges(tag: string, textCodePoints: number): EmoteRanges {
  if (tag === '') return NONE
  const uses: EmoteUse[] = []
  const starts = new Set<number>()
  let bad = 0
  let seen = 0
  for (const section of tag.split('/')) {
    if (section === '') continue
    const colon = section.indexOf(':')
    const id = section.slice(0, Math.max(colon, 0))
    // A section without an id or a colon holds no range that could be good: it is one bad range.
    for (let at = colon > 0 ? colon + 1 : section.length; at <= section.length; ) {
      const comma = section.indexOf(',', at)
      const until = comma < 0 ? section.length : comma
      if (++seen > RANGES_MAX) return { uses, bad: bad + 1 }
      const dash = section.indexOf('-', at)
      const start = decimal(section, at, dash)
      const end = decimal(section, dash + 1, until)
      if (start < 0 || end < 0 || start > end || end >= textCodePoints) bad++
      else if (!starts.has(start)) {
        starts.add(start)
        uses.push({ key: keyOf(id), start, end })
      }
      at = until + 1
    }
  }
  return { uses, bad }
}

/** The number of one to nine digits that fills a part of a text; -1 when something else does. */
function decimal(text: string, from: number, to: number): number {
  if (to <= from || to - from > DIGITS_MAX) return -1
  let value = 0
  for (let index = from; index < to; index++) {
    const digit = text.charCodeAt(index) - 0x30
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}

/** The emotes of a message, each once with what people typed for it, in the order of their first range. */
export function countEmotes(uses: readonly EmoteUse[], { unwrapped, ascii }: MessageText): Occurrence[] {
  const counts: Occurrence[] = []
  for (let index = 0; index < uses.length; index++) {
    const { key, start, end } = uses[index]!
    // A message seldom has more than a few different ones.
    const known = counts.find((count) => count.key === key)
    if (known !== undefined) known.count++
    else counts.push({ key, label: codeAt(unwrapped, ascii, start, end), count: 1 })
  }
  return counts
}

/** Keys of emotes that were seen; beyond the limit the cache starts over. */
const KEYS_MAX = 8_192
const keys = new Map<string, string>()

function keyOf(id: string): string {
  let key = keys.get(id)
  if (key === undefined) {
    key = `twitch:${id}`
    if (keys.size >= KEYS_MAX) keys.clear()
    keys.set(id, key)
  }
  return key
}

/** The code points from `start` to `end`, inclusive, without padding. */
function codeAt(text: string, ascii: boolean, start: number, end: number): string {
  // Without surrogates code points are code units; most texts are like that.
  if (ascii) return text.slice(start, end + 1)
  if (!HAS_SURROGATES.test(text)) return withoutInvisible(text.slice(start, end + 1))
  return withoutInvisible([...text].slice(start, end + 1).join(''))
}

const HAS_SURROGATES = /[\ud800-\udfff]/
