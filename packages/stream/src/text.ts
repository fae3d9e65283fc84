/** What a chat text is made of (metrics.md, Text). */
import { isAscii, withoutInvisible } from '@smacktalk/contract'

const OUTER_SPACE = /^\p{White_Space}+|\p{White_Space}+$/gu
const AFTER_PREFIX = /^[\p{L}\p{Nd}]/u

/** Text without wrapper, invisible padding and outer white space. */
export function plainText(unwrapped: string): string {
  // Among ASCII characters `trim` and Unicode mean the same by white space.
  if (isAscii(unwrapped)) return unwrapped.trim()
  return withoutInvisible(unwrapped).replace(OUTER_SPACE, '')
}

/** A command starts with the channel's prefix, followed by a letter or a decimal digit. */
export function isCommand(plain: string, prefix: string): boolean {
  if (plain.charCodeAt(0) !== prefix.charCodeAt(0) || prefix === '' || !plain.startsWith(prefix)) return false
  return AFTER_PREFIX.test(plain.slice(prefix.length, prefix.length + 2))
}
