import type { GoalCount, OverlayKind } from './overlay-options.ts'

export const OVERLAY_NAMES: Readonly<Record<OverlayKind, string>> = {
  rate: 'Rate meter',
  emotes: 'Top emotes',
  chatters: 'Top chatters',
  moment: 'Moment flash',
  goal: 'Goal',
}

/** What a goal counts, as a title of it. */
export const GOAL_WORDS: Readonly<Record<GoalCount, string>> = {
  messages: 'Messages',
  chatters: 'Chatters',
  newChatters: 'First-time chatters',
  subs: 'New subs',
  gifts: 'Gifted subs',
  bits: 'Bits',
  emoteUses: 'Emotes',
}
