import { wordOf } from './words.ts'

/** Tokens whose word is kept: chat says the same few thousand over and over; a few MB at most. */
const TOKENS_MAX = 32_768
/** Longer tokens are rare, and seldom come again. */
const TOKEN_LENGTH_MAX = 50

/** The words that tokens stand for, without those of a stop list; the same few thousand tokens come over and over. */
export class Vocabulary {
  readonly #stopWords: ReadonlySet<string>
  readonly #words = new Map<string, string | null>()

  constructor(stopWords: ReadonlySet<string>) {
    this.#stopWords = stopWords
  }

  /** The word of a token between white space; null when it gives none. */
  wordOf(token: string): string | null {
    const known = this.#words.get(token)
    if (known !== undefined) return known
    const found = wordOf(token)
    const word = found === null || this.#stopWords.has(found) ? null : found
    if (token.length > TOKEN_LENGTH_MAX) return word
    // Starting over is as good as choosing what to forget: what is common is back at once.
    if (this.#words.size >= TOKENS_MAX) this.#words.clear()
    this.#words.set(token, word)
    return word
  }
}

const vocabularies = new WeakMap<ReadonlySet<string>, Vocabulary>()

/** The vocabulary of a stop list: one for all partitions that are folded with it. */
export function vocabularyOf(stopWords: ReadonlySet<string>): Vocabulary {
  let vocabulary = vocabularies.get(stopWords)
  if (vocabulary === undefined) {
    vocabulary = new Vocabulary(stopWords)
    vocabularies.set(stopWords, vocabulary)
  }
  return vocabulary
}
