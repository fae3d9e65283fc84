/** Words, mentions and commands of a text (metrics.md, Top lists). */
import { codePoints, withoutInvisible } from '@smacktalk/contract'
import type { EmoteUse } from './emote-ranges.ts'
import type { MessageText } from './message-text.ts'
import type { Vocabulary } from './vocabulary.ts'

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

/** Words of a text, each occurrence, in order. Emote ranges count the code points of the unwrapped text. */
export function wordsOf(
  { unwrapped, ascii }: MessageText,
  emotes: readonly EmoteUse[],
  vocabulary: Vocabulary,
): string[] {
  return ascii ? asciiWordsOf(unwrapped, emotes, vocabulary) : unicodeWordsOf(unwrapped, emotes, vocabulary)
}

function asciiWordsOf(text: string, emotes: readonly EmoteUse[], vocabulary: Vocabulary): string[] {
  const words: string[] = []
  let start = 0
  for (let index = 0; index <= text.length; index++) {
    if (index < text.length && !isAsciiSpace(text.charCodeAt(index))) continue
    // Code points are code units here. Fewer than three characters hold no three letters.
    if (index - start >= 3 && !touchesEmote(emotes, start, index)) {
      const word = vocabulary.wordOf(text.slice(start, index))
      if (word !== null) words.push(word)
    }
    start = index + 1
  }
  return words
}

function unicodeWordsOf(text: string, emotes: readonly EmoteUse[], vocabulary: Vocabulary): string[] {
  const words: string[] = []
  let at = 0
  let scanned = 0
  for (const match of text.matchAll(TOKEN)) {
    const raw = match[0]
    if (emotes.length > 0) {
      at += codePoints(text.slice(scanned, match.index))
      scanned = match.index
      if (touchesEmote(emotes, at, at + codePoints(raw))) continue
    }
    const word = vocabulary.wordOf(raw)
    if (word !== null) words.push(word)
  }
  return words
}

function touchesEmote(emotes: readonly EmoteUse[], start: number, end: number): boolean {
  for (let index = 0; index < emotes.length; index++) {
    const emote = emotes[index]!
    if (emote.start < end && emote.end >= start) return true
  }
  return false
}

/** White_Space among the ASCII characters: tab to carriage return, and the space. */
function isAsciiSpace(unit: number): boolean {
  return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d)
}

/** The word a token between white space stands for, whatever the stop list says; null when it is none. */
export function wordOf(token: string): string | null {
  const lower = withoutInvisible(token).toLowerCase()
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
    if (!token.startsWith('@')) continue
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
