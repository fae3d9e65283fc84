import type { ChannelRef } from '@smacktalk/contract'

/** Longest name that is shown, in code points; Twitch allows 25, a display name comes from a stranger. */
const NAME_CODE_POINTS_MAX = 40
/** Combining marks kept on one letter: enough for every script, too few to leave the line. */
const MARKS_MAX = 3

const control = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu
const piledMarks = new RegExp(`(\\p{M}{${MARKS_MAX}})\\p{M}+`, 'gu')

/** A stranger's name made harmless for one line: no control or direction characters, no piled marks, capped. */
export function tameName(name: string): string {
  const tame = name.slice(0, 500).replace(control, '').replace(piledMarks, '$1').trim()
  const points = [...tame]
  return points.length > NAME_CODE_POINTS_MAX
    ? `${points.slice(0, NAME_CODE_POINTS_MAX - 1).join('')}…`
    : tame
}

/** The name to show of a channel: its display name, with the login beside it when it is another word. */
export function channelLabel(channel: Pick<ChannelRef, 'name' | 'displayName'>): string {
  const name = tameName(channel.name)
  const shown = tameName(channel.displayName)
  if (shown === '' || shown.toLowerCase() === name.toLowerCase()) return shown === '' ? name : shown
  return `${shown} (${name})`
}

/** Up to two capitals for the tile of a channel. */
export function initials(name: string): string {
  const words = tameName(name)
    .split('_')
    .filter((word) => word !== '')
  return words
    .slice(0, 2)
    .map((word) => [...word][0] ?? '')
    .join('')
    .toUpperCase()
}
