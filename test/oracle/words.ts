/** Words of one message (metrics.md, Words), without the rule about repeated texts, which is judging. */
import { DEFAULT_STOP_WORDS, type Message } from '@smacktalk/contract'
import { emotesIn, withoutAction, withoutPadding } from './message-facts.ts'

const HOST = /^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}(\/\S*)?$/
const CHARACTERS_MAX = 50
const LETTERS_MIN = 3

/** What stands between white space, which is Unicode's White_Space. */
export function tokens(text: string): string[] {
  return text.split(/\p{White_Space}+/u).filter((token) => token !== '')
}

/** The words of a message that is neither a command nor by a bot, one for each occurrence. */
export function wordsOf(message: Message): string[] {
  const characters = [...withoutAction(message.text ?? '')]
  const ranges = emotesIn(message).counted
  const words: string[] = []
  for (const { token, start, end } of placedTokens(characters)) {
    if (ranges.some((range) => range.start <= end && range.end >= start)) continue
    const lowered = withoutPadding(token)
      .toLowerCase()
      .replace(/[\ufe00-\ufe0f]/g, '')
    if (isSkipped(lowered)) continue
    const word = trimmed(lowered)
    if (isWord(word)) words.push(word)
  }
  return words
}

/** Tokens with the places of their first and last code point. */
function placedTokens(characters: readonly string[]): { token: string; start: number; end: number }[] {
  const found: { token: string; start: number; end: number }[] = []
  let start = 0
  for (let end = 0; end <= characters.length; end++) {
    const character = characters[end]
    if (character !== undefined && !/^\p{White_Space}$/u.test(character)) continue
    if (end > start) found.push({ token: characters.slice(start, end).join(''), start, end: end - 1 })
    start = end + 1
  }
  return found
}

function isSkipped(lowered: string): boolean {
  return (
    lowered.startsWith('@') || lowered.includes('://') || lowered.startsWith('www.') || HOST.test(lowered)
  )
}

function trimmed(lowered: string): string {
  const characters = [...lowered]
  const counts = (character: string | undefined) =>
    character === undefined || /^[\p{L}\p{M}\p{N}]$/u.test(character)
  while (!counts(characters[0])) characters.shift()
  while (!counts(characters.at(-1))) characters.pop()
  return characters.join('')
}

function isWord(word: string): boolean {
  const characters = [...word]
  const letters = characters.filter((character) => /^\p{L}$/u.test(character))
  if (letters.length < LETTERS_MIN || characters.length > CHARACTERS_MAX) return false
  return !DEFAULT_STOP_WORDS.has(word)
}
