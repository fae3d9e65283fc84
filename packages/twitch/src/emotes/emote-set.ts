/** The emotes of one provider in one place: everywhere, or in one room. */
import { withoutInvisible } from '@smacktalk/contract'

/** Ids by code. */
export type EmoteSet = ReadonlyMap<string, string>

/** The largest 7TV set holds 1,000; what comes beyond this is left out. */
export const SET_EMOTES_MAX = 2_000

/** Codes are names a person types; the longest allowed by a provider has 100 characters. */
const CODE_CHARACTERS_MAX = 100
const WHITE_SPACE = /\p{White_Space}/u
/** Ids stand in keys of rows and in addresses of pictures: nothing in them may mean more than itself. */
const ID = /^[A-Za-z0-9_-]{1,64}$/

/** A set of pairs that can be emotes; others could never be met in a text, or shown. The first of a code counts. */
export function emoteSetOf(pairs: Iterable<{ readonly code: unknown; readonly id: unknown }>): EmoteSet {
  const set = new Map<string, string>()
  for (const { code, id: raw } of pairs) {
    if (set.size >= SET_EMOTES_MAX) break
    const id = typeof raw === 'number' ? String(raw) : raw
    if (typeof code !== 'string' || typeof id !== 'string') continue
    if (isCode(code) && ID.test(id) && !set.has(code)) set.set(code, id)
  }
  return set
}

/** A whole token of a plain text (metrics.md, Text). */
function isCode(code: string): boolean {
  return (
    code !== '' &&
    code.length <= CODE_CHARACTERS_MAX &&
    code.isWellFormed() &&
    !WHITE_SPACE.test(code) &&
    withoutInvisible(code) === code
  )
}
