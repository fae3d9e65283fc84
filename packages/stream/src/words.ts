/** Words, mentions and commands of a text (metrics.md, Top lists). */
import type { EmoteUse } from './emote-ranges.ts'
import { codePoints, withoutInvisible } from './text.ts'

const WHITE_SPACE = /\p{White_Space}/u
const TOKEN = /\P{White_Space}+/gu
const VARIATION_SELECTORS = /[\ufe00-\ufe0f]/g
const OUTER_SIGNS = /^[^\p{L}\p{M}\p{N}]+|[^\p{L}\p{M}\p{N}]+$/gu
const THREE_LETTERS = /\p{L}[^\p{L}]*\p{L}[^\p{L}]*\p{L}/u
const HOST_NAME = /^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}(\/\S*)?$/
const MENTION = /^@([\p{L}\p{N}_]{1,25})/u
const WORD_CODE_POINTS_MAX = 50
/** A host name is at most 253 characters; what is longer needs no look, and no look costs no time. */
const HOST_NAME_MAX = 500
const PLAIN_WORD = /^[a-z]{3,50}$/

/**
 * Words of a text, each occurrence, in order. `unwrapped` is the text after the ACTION wrapper, whose code
 * points the emote ranges count.
 */
export function wordsOf(
  unwrapped: string,
  emotes: readonly EmoteUse[],
  stopWords: ReadonlySet<string>,
): string[] {
  const words: string[] = []
  let at = 0
  let scanned = 0
  for (const match of unwrapped.matchAll(TOKEN)) {
    const raw = match[0]
    if (emotes.length > 0) {
      at += codePoints(unwrapped.slice(scanned, match.index))
      scanned = match.index
      const end = at + codePoints(raw)
      if (emotes.some((emote) => emote.start < end && emote.end >= at)) continue
    }
    const word = wordOf(withoutInvisible(raw))
    if (word !== null && !stopWords.has(word)) words.push(word)
  }
  return words
}

function wordOf(token: string): string | null {
  const lower = token.toLowerCase()
  if (PLAIN_WORD.test(lower)) return lower
  const bare = lower.replace(VARIATION_SELECTORS, '')
  if (bare.startsWith('@') || bare.startsWith('www.') || bare.includes('://')) return null
  if (bare.length <= HOST_NAME_MAX && HOST_NAME.test(bare)) return null
  const word = bare.replace(OUTER_SIGNS, '')
  return THREE_LETTERS.test(word) && codePoints(word) <= WORD_CODE_POINTS_MAX ? word : null
}

/** Logins mentioned in a plain text, each occurrence, lower-cased, without @. */
export function mentionsOf(plain: string): string[] {
  if (!plain.includes('@')) return []
  const mentions: string[] = []
  for (const token of plain.split(/\p{White_Space}+/u)) {
    const match = MENTION.exec(token)
    if (match !== null) mentions.push(match[1]!.toLowerCase())
  }
  return mentions
}

/** First token of a command message, lower-cased, prefix included. */
export function commandOf(plain: string): string {
  const end = plain.search(WHITE_SPACE)
  return (end < 0 ? plain : plain.slice(0, end)).toLowerCase()
}
