/** Twitch's own emotes as the tag names them: a few global ones and some of each channel. */
import { hexName } from './random.ts'

export interface Emote {
  readonly id: string
  readonly code: string
}

/** Global emotes by their public ids; the first are used most. */
export const GLOBAL_EMOTES: readonly Emote[] = [
  { id: '25', code: 'Kappa' },
  { id: '425618', code: 'LUL' },
  { id: '305954156', code: 'PogChamp' },
  { id: '30259', code: 'HeyGuys' },
  { id: '64138', code: 'SeemsGood' },
  { id: '58765', code: 'NotLikeThis' },
  { id: '81274', code: 'VoHiYo' },
  { id: '9', code: '<3' },
  { id: '86', code: 'BibleThump' },
  { id: '1902', code: 'Keepo' },
  { id: '245', code: 'ResidentSleeper' },
  { id: '1', code: ':)' },
  { id: '354', code: '4Head' },
  { id: '112291', code: 'GivePLZ' },
]

const CHANNEL_ENDINGS = ['Hype', 'Wave', 'Love', 'Sip', 'Wow', 'Cry'] as const

/** A channel's own emotes: its name's beginning and a mood; the id depends on the channel alone. */
export function channelEmotes(login: string): Emote[] {
  const stem = login.replace(/[^a-z0-9]/g, '').slice(0, 6) || 'room'
  return CHANNEL_ENDINGS.map((ending) => ({
    code: `${stem}${ending}`,
    id: `emotesv2_${hexName(`${login}/${ending}`, 7)}`,
  }))
}
