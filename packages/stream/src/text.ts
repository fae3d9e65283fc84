/** What a chat text is made of (metrics.md, Text). */

const ACTION = '\u0001ACTION'
const CLOSE = '\u0001'
const INVISIBLE = /[\u034f\u200b\u2060\ufeff\u{e0000}]/gu
const OUTER_SPACE = /^\p{White_Space}+|\p{White_Space}+$/gu
const AFTER_PREFIX = /^[\p{L}\p{Nd}]/u
const NOT_ASCII = /[^\u0000-\u007f]/

/** The text inside an ACTION wrapper, or the text itself. Emote ranges count from its start. */
export function withoutAction(text: string): string {
  if (!text.startsWith(ACTION)) return text
  const after = text.slice(ACTION.length)
  if (after === '' || after === CLOSE) return ''
  if (!after.startsWith(' ')) return text
  return after.endsWith(CLOSE) ? after.slice(1, -1) : after.slice(1)
}

/** Text without wrapper, invisible padding and outer white space. */
export function plainText(unwrapped: string): string {
  return withoutInvisible(unwrapped).replace(OUTER_SPACE, '')
}

/** Padding that is not seen, taken out of a part of a text. */
export function withoutInvisible(part: string): string {
  return NOT_ASCII.test(part) ? part.replace(INVISIBLE, '') : part
}

/** Unicode code points; a lone surrogate counts as one. */
export function codePoints(text: string): number {
  if (!NOT_ASCII.test(text)) return text.length
  let count = 0
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit >= 0xd800 && unit < 0xdc00) {
      const next = text.charCodeAt(index + 1)
      if (next >= 0xdc00 && next < 0xe000) index++
    }
    count++
  }
  return count
}

/** A command starts with the channel's prefix, followed by a letter or a decimal digit. */
export function isCommand(plain: string, prefix: string): boolean {
  if (prefix === '' || !plain.startsWith(prefix)) return false
  return AFTER_PREFIX.test(plain.slice(prefix.length, prefix.length + 2))
}
