/** The modes a channel switches, and what Twitch writes about it. */
import type { Mode } from './lines.ts'

export interface ModeSwitch {
  readonly mode: Mode
  readonly on: number
  readonly notices: readonly [onId: string, onText: string, offId: string, offText: string]
}
/** Durations: slow in seconds, followers-only in minutes. */
export const MODE_SWITCHES: readonly ModeSwitch[] = [
  {
    mode: 'emote-only',
    on: 1,
    notices: [
      'emote_only_on',
      'This room is now in emote-only mode.',
      'emote_only_off',
      'This room is no longer in emote-only mode.',
    ],
  },
  {
    mode: 'slow',
    on: 10,
    notices: [
      'slow_on',
      'This room is now in slow mode. You may send messages every 10 seconds.',
      'slow_off',
      'This room is no longer in slow mode.',
    ],
  },
  {
    mode: 'subs-only',
    on: 1,
    notices: [
      'subs_on',
      'This room is now in subscribers-only mode.',
      'subs_off',
      'This room is no longer in subscribers-only mode.',
    ],
  },
  {
    mode: 'followers-only',
    on: 10,
    notices: [
      'followers_on',
      'This room is now in 10 minutes followers-only mode.',
      'followers_off',
      'This room is no longer in followers-only mode.',
    ],
  },
]
