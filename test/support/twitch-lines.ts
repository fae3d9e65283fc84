/** Lines as Twitch sends them, for tests that make their own chat. */

export interface ChatLine {
  readonly channel: string
  /** Decimal. */
  readonly roomId: string
  readonly id: string
  /** Decimal. */
  readonly userId: string
  readonly login: string
  /** Epoch ms. */
  readonly sentAt: number
  readonly text: string
  /** As a tag holds it, escaped; default the login. */
  readonly displayName?: string
  /** Room that it was written in, when Shared Chat brings it here. */
  readonly sourceRoomId?: string
}

export function privmsg(line: ChatLine): string {
  const { channel, roomId, id, userId, login, sentAt, text, displayName = login, sourceRoomId } = line
  const tags = [
    'badge-info=',
    'badges=',
    'color=#1E90FF',
    `display-name=${displayName}`,
    'emotes=',
    'first-msg=0',
    'flags=',
    `id=${id}`,
    'mod=0',
    'returning-chatter=0',
    `room-id=${roomId}`,
    ...(sourceRoomId === undefined ? [] : [`source-room-id=${sourceRoomId}`]),
    'subscriber=0',
    `tmi-sent-ts=${sentAt}`,
    'turbo=0',
    `user-id=${userId}`,
    'user-type=',
  ]
  return `@${tags.join(';')} :${login}!${login}@${login}.tmi.twitch.tv PRIVMSG #${channel} :${text}`
}
