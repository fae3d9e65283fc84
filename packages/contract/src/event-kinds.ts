/** Kinds of events a channel's list knows (interface.md, events). */
export const EVENT_KINDS = [
  'sub',
  'resub',
  'gift',
  'giftBomb',
  'raid',
  'announcement',
  'notice',
  'timeout',
  'ban',
  'deletion',
  'chatClear',
  'mode',
  'sharedModeration',
] as const
export type EventKind = (typeof EVENT_KINDS)[number]
