/** How values of tags are read (metrics.md, "Needed tags" and "Numbers in tags"). */
import { UNREADABLE_TIME } from '@smacktalk/contract'

/** Digits of an id; Twitch's ids are 64-bit numbers at most, and ids are part of row keys. */
const ID_DIGITS_MAX = 20

/** Digits of a number in a tag; one with more is as if absent. */
const NUMBER_DIGITS_MAX = 9

/** An empty tag is a missing tag. */
export function nonEmpty(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value
}

/** A room's or user's id; null when it is missing or not decimal digits. 0 is nobody's id. */
export function decimalId(value: string | undefined): string | null {
  if (value === undefined || value.length > ID_DIGITS_MAX || !isDigits(value) || value === '0') return null
  return value
}

/** Epoch ms; UNREADABLE_TIME when missing, not decimal digits or beyond what a number holds exactly. */
export function tagTime(value: string | undefined): number {
  if (value === undefined || !isDigits(value)) return UNREADABLE_TIME
  const time = Number(value)
  return time <= Number.MAX_SAFE_INTEGER ? time : UNREADABLE_TIME
}

/** A whole number of at most nine digits, else null. */
export function tagNumber(value: string | undefined): number | null {
  if (value === undefined || value.length > NUMBER_DIGITS_MAX || !isDigits(value)) return null
  return Number(value)
}

/** As `tagNumber`, with a sign: `followers-only` is -1 when off. */
export function modeNumber(value: string | undefined): number | null {
  if (value === undefined || !value.startsWith('-')) return tagNumber(value)
  const size = tagNumber(value.slice(1))
  // Never -0: it would not survive the log.
  return size === null ? null : 0 - size
}

function isDigits(value: string): boolean {
  if (value.length === 0) return false
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index)
    if (code < 48 || code > 57) return false
  }
  return true
}
