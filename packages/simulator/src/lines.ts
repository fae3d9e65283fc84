/** Raw IRC lines as Twitch sends them, tags in Twitch's alphabetical order, without the line end. */
import { escapeTag, type Member } from './member.ts'

/** The channel a line belongs to. */
export interface Place {
  readonly id: string
  readonly login: string
}

/** Where a line shared between rooms comes from. */
export interface Origin {
  readonly roomId: string
  readonly messageId: string
  readonly badges: string
  readonly badgeInfo: string
}

export interface MessageParts {
  readonly id: string
  readonly sentMs: number
  /** As in the line, ACTION wrapper included. */
  readonly text: string
  readonly emotes: string
  readonly emoteOnly: boolean
  readonly bits: number
  readonly first: boolean
  readonly returning: boolean
  /** Finished `reply-*` tags with a semicolon at the end, or empty. */
  readonly replyTags: string
  readonly origin: Origin | null
}

/** Where a message came from, as tags that end with a semicolon. */
function originTags(origin: Origin): string {
  return (
    `source-badge-info=${origin.badgeInfo};source-badges=${origin.badges};source-id=${origin.messageId};` +
    `source-room-id=${origin.roomId};`
  )
}

export function messageLine(place: Place, member: Member, parts: MessageParts): string {
  const { id, sentMs, text, emotes } = parts
  const usual =
    parts.bits === 0 &&
    !parts.emoteOnly &&
    !parts.first &&
    !parts.returning &&
    parts.replyTags === '' &&
    parts.origin === null
  if (usual) {
    // Joined, not added: adding leaves a tree of small strings per line, and collecting those cost most of the time.
    return [
      member.usualHead,
      emotes,
      ';first-msg=0;flags=;id=',
      id,
      member.usualMiddle,
      sentMs,
      member.tail,
      text,
    ].join('')
  }
  return [
    `@${member.headTags}`,
    parts.bits > 0 ? `bits=${parts.bits};` : '',
    member.nameTags,
    parts.emoteOnly ? 'emote-only=1;emotes=' : 'emotes=',
    emotes,
    parts.first ? ';first-msg=1;flags=;id=' : ';first-msg=0;flags=;id=',
    id,
    member.moderator ? ';mod=1;' : ';mod=0;',
    parts.replyTags,
    parts.returning ? 'returning-chatter=1;room-id=' : 'returning-chatter=0;room-id=',
    place.id,
    ';',
    parts.origin === null ? '' : originTags(parts.origin),
    member.subscriber ? 'subscriber=1;tmi-sent-ts=' : 'subscriber=0;tmi-sent-ts=',
    sentMs,
    member.tail,
    text,
  ].join('')
}

export interface NoticeParts {
  readonly id: string
  readonly sentMs: number
  /** Kind at the origin; a mirrored one goes out as `sharedchatnotice`. */
  readonly msgId: string
  /** `msg-param-*` by the rest of the name, alphabetical, values not yet escaped. */
  readonly params: Readonly<Record<string, string | number>>
  readonly system: string
  /** What the person wrote with it; empty for nothing. */
  readonly text: string
  readonly origin: Origin | null
}

export function noticeLine(place: Place, member: Member, parts: NoticeParts): string {
  const { person } = member
  const mirrored = parts.origin !== null && parts.origin.roomId !== place.id
  let params = ''
  for (const [name, value] of Object.entries(parts.params)) {
    params += `msg-param-${name}=${escapeTag(String(value))};`
  }
  const source =
    parts.origin === null
      ? ''
      : originTags(parts.origin).replace('source-room-id=', `source-msg-id=${parts.msgId};source-room-id=`)
  return (
    `@${member.headTags}${member.nameTags}emotes=;flags=;id=${parts.id};login=${person.login};` +
    `mod=${member.moderator ? 1 : 0};msg-id=${mirrored ? 'sharedchatnotice' : parts.msgId};${params}` +
    `room-id=${place.id};${source}subscriber=${member.subscriber ? 1 : 0};` +
    `system-msg=${escapeTag(parts.system)};tmi-sent-ts=${parts.sentMs};user-id=${person.id};` +
    `user-type=${member.userType};vip=${member.vip ? 1 : 0} :tmi.twitch.tv USERNOTICE #${place.login}` +
    `${parts.text === '' ? '' : ` :${parts.text}`}`
  )
}

/** Without a target the chat is cleared; a target without a duration is a ban. Durations in seconds. */
export function clearChatLine(
  place: Place,
  sentMs: number,
  target: Member | null,
  durationSeconds: number | null,
  sourceRoomId: string | null,
): string {
  const duration = target !== null && durationSeconds !== null ? `ban-duration=${durationSeconds};` : ''
  const source = sourceRoomId === null ? '' : `source-room-id=${sourceRoomId};`
  const user = target === null ? '' : `target-user-id=${target.person.id};`
  return (
    `@${duration}room-id=${place.id};${source}${user}tmi-sent-ts=${sentMs} :tmi.twitch.tv CLEARCHAT ` +
    `#${place.login}${target === null ? '' : ` :${target.person.login}`}`
  )
}

export function clearMessageLine(
  place: Place,
  sentMs: number,
  login: string,
  messageId: string,
  text: string,
  sourceRoomId: string | null,
): string {
  const source = sourceRoomId === null ? '' : `source-room-id=${sourceRoomId};`
  return (
    `@login=${login};room-id=${place.id};${source}target-msg-id=${messageId};tmi-sent-ts=${sentMs} ` +
    `:tmi.twitch.tv CLEARMSG #${place.login} :${text}`
  )
}

/** Modes and their values when off. */
export const MODES_OFF = {
  'emote-only': 0,
  'followers-only': -1,
  r9k: 0,
  slow: 0,
  'subs-only': 0,
} as const
export type Mode = keyof typeof MODES_OFF

/** The change of one mode. */
export function modeLine(place: Place, mode: Mode, value: number): string {
  const tags =
    mode < 'room-id' ? `${mode}=${value};room-id=${place.id}` : `room-id=${place.id};${mode}=${value}`
  return `@${tags} :tmi.twitch.tv ROOMSTATE #${place.login}`
}

/** All modes, as sent when somebody joins. */
export function fullStateLine(place: Place, modes: Readonly<Record<Mode, number>>): string {
  return (
    `@emote-only=${modes['emote-only']};followers-only=${modes['followers-only']};r9k=${modes.r9k};` +
    `room-id=${place.id};slow=${modes.slow};subs-only=${modes['subs-only']} :tmi.twitch.tv ROOMSTATE ` +
    `#${place.login}`
  )
}

export function roomNoticeLine(place: Place, msgId: string, text: string): string {
  return `@msg-id=${msgId} :tmi.twitch.tv NOTICE #${place.login} :${text}`
}
