/** A person in a channel: badges, and the parts of their lines that never change. */
import type { Person } from './names.ts'
import { hashNumber } from './random.ts'
import type { Text } from './text.ts'

export type Standing = 'regular' | 'lurker' | 'newcomer' | 'bot' | 'broadcaster' | 'visitor'

export interface Member {
  readonly person: Person
  readonly standing: Standing
  readonly badges: string
  readonly badgeInfo: string
  readonly subscriber: boolean
  /** Months of the subscription; 0 without one. */
  readonly months: number
  readonly moderator: boolean
  readonly vip: boolean
  readonly userType: string
  /** `badge-info` and `badges`. */
  readonly headTags: string
  /** `color` and `display-name`. */
  readonly nameTags: string
  /** `turbo`, `user-id`, `user-type`, the prefix with the login, the command and the channel, up to the text. */
  readonly tail: string
  /** All tags before and after the id of an ordinary message, the values of `emotes` and time left out. */
  readonly usualHead: string
  readonly usualMiddle: string
  /** What this person wrote last, for repeating it. */
  last: Text | null
}

const TIERS = [0, 2, 3, 6, 9, 12, 18, 24, 30, 36, 42, 48]

function subscriberBadge(months: number): string {
  let tier = 0
  for (const step of TIERS) if (months >= step) tier = step
  return `subscriber/${tier}`
}

/** Escapes a tag value as IRCv3 wants it. */
export function escapeTag(value: string): string {
  return value
    .replaceAll('\\', '\\\\')
    .replaceAll(';', '\\:')
    .replaceAll(' ', '\\s')
    .replaceAll('\r', '\\r')
    .replaceAll('\n', '\\n')
}

/** The person in the channel with this room id; the same two always have the same badges. */
export function makeMember(
  person: Person,
  room: { readonly id: string; readonly login: string },
  standing: Standing,
  rank: number,
): Member {
  const draw = hashNumber(person.number, hashNumber(Number(room.id), 3))
  const share = (draw % 1_000) / 1_000
  const badges: string[] = []
  let months = 0
  let moderator = false
  let vip = false
  let founder = false
  if (standing === 'broadcaster') badges.push('broadcaster/1')
  else if (standing === 'bot') {
    moderator = true
    badges.push('moderator/1')
  } else if (standing === 'regular') {
    moderator = rank % 83 === 7
    vip = !moderator && rank % 61 === 3
    founder = rank % 149 === 11
    if (founder || share < 0.5) months = 1 + ((draw >>> 12) % 50)
    if (moderator) badges.push((draw >>> 5) % 4 === 0 ? 'lead_moderator/1' : 'moderator/1')
    if (vip) badges.push('vip/1')
  } else if (standing === 'lurker' && share < 0.15) months = 1 + ((draw >>> 12) % 14)
  if (founder) badges.push('founder/0')
  else if (months > 0) badges.push(subscriberBadge(months))
  if (standing === 'bot' && draw % 3 === 0) badges.push('bot-badge/1')
  else if (standing === 'broadcaster') badges.push('partner/1')
  else if (standing !== 'visitor' && draw % 9 === 0) badges.push('bits/100')
  else if (person.turbo) badges.push('turbo/1')
  else if (draw % 5 === 0) badges.push('premium/1')
  const badgeInfo = months === 0 ? '' : `${founder ? 'founder' : 'subscriber'}/${months}`
  const userType = moderator ? 'mod' : ''
  const { login } = person
  const headTags = `badge-info=${badgeInfo};badges=${badges.join(',')};`
  const nameTags = `color=${person.color};display-name=${escapeTag(person.displayName)};`
  const subscriber = months > 0
  return {
    person,
    standing,
    badges: badges.join(','),
    badgeInfo,
    subscriber,
    months,
    moderator,
    vip,
    userType,
    headTags,
    nameTags,
    tail:
      `;turbo=${person.turbo ? 1 : 0};user-id=${person.id};user-type=${userType}${vip ? ';vip=1' : ''}` +
      ` :${login}!${login}@${login}.tmi.twitch.tv PRIVMSG #${room.login} :`,
    usualHead: `@${headTags}${nameTags}emotes=`,
    usualMiddle:
      `;mod=${moderator ? 1 : 0};returning-chatter=0;room-id=${room.id};` +
      `subscriber=${subscriber ? 1 : 0};tmi-sent-ts=`,
    last: null,
  }
}
