/** The text rules on which the places of emotes in a record depend (metrics.md, Text). */

const ACTION = '\u0001ACTION'
const CLOSE = '\u0001'
const INVISIBLE = /[\u034f\u200b\u2060\ufeff\u{e0000}]/gu

/** Whether every character is ASCII: nearly all texts are, and theirs is the short way everywhere. */
export function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7f) return false
  return true
}

/** The text inside an ACTION wrapper, or the text itself. Emote ranges count from its start. */
export function withoutAction(text: string): string {
  if (text.charCodeAt(0) !== 1 || !text.startsWith(ACTION)) return text
  const after = text.slice(ACTION.length)
  if (after === '' || after === CLOSE) return ''
  if (!after.startsWith(' ')) return text
  return after.endsWith(CLOSE) ? after.slice(1, -1) : after.slice(1)
}

/** Padding that is not seen, taken out of a part of a text. */
export function withoutInvisible(part: string): string {
  return isAscii(part) ? part : part.replace(INVISIBLE, '')
}

/** Unicode code points; a lone surrogate counts as one. */
export function codePoints(text: string): number {
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
