/** Notices that refuse a JOIN, with what Twitch writes. */
export const REFUSALS = {
  msg_channel_suspended: 'This channel does not exist or has been suspended.',
  msg_banned: 'You are permanently banned from talking in this channel.',
  msg_room_not_found: 'This room does not exist.',
  msg_concurrent_channel_limit_reached: 'You are connected to too many chat channels.',
  msg_channel_blocked: 'This channel is closed to you.',
  tos_ban: 'The community has closed this channel due to Terms of Service violations.',
} as const
export type Refusal = keyof typeof REFUSALS
