/** What a message says about itself (metrics.md: Text, Classes, Emotes), read apart from the fold. */
import {
  BOT,
  COMMAND,
  type Message,
  SHARED,
  THIRD_PARTY_EMOTES_MAX,
  type ThirdPartyEmote,
} from '@smacktalk/contract'

/** Settings in force for a channel's records. */
export interface SettingsInForce {
  readonly bots: ReadonlySet<string>
  readonly commandPrefix: string
  readonly optOut: ReadonlySet<string>
}

export interface MessageFacts {
  /** Index of its class: bot 1, command 2, shared 4. */
  readonly messageClass: number
  readonly characters: number
  readonly emoteUses: number
  readonly badEmoteRanges: number
}

export function factsOf(message: Message, settings: SettingsInForce): MessageFacts {
  const inside = insideAction(message.text ?? '')
  const plain = inside.replace(PADDING, '').replace(SPACE_AROUND, '')
  const isBot = settings.bots.has(message.login) || hasBadge(message.badges, 'bot-badge')
  const isShared = isForeign(message.sourceRoomId, message.channelId)
  return {
    messageClass:
      (isBot ? BOT : 0) | (isCommand(plain, settings.commandPrefix) ? COMMAND : 0) | (isShared ? SHARED : 0),
    characters: lengthOf(plain),
    ...countEmotes(message.emotes, message.thirdPartyEmotes, inside),
  }
}

/** Whether Shared Chat brought it from another room. */
export function isForeign(sourceRoomId: string | null, channelId: string): boolean {
  return sourceRoomId !== null && sourceRoomId !== channelId
}

export function hasBadge(badges: string, ...names: readonly string[]): boolean {
  return badges.split(',').some((badge) => names.includes(badge.split('/')[0] ?? ''))
}

const PADDING = /[\u034f\u200b\u2060\ufeff\u{e0000}]/gu
const SPACE_AROUND = /^\p{White_Space}+|\p{White_Space}+$/gu
const ACTION = /^\u0001ACTION(?: (.*?)|)\u0001?$/s

function insideAction(text: string): string {
  if (!text.startsWith('\u0001')) return text
  const wrapped = ACTION.exec(text)
  return wrapped === null ? text : (wrapped[1] ?? '')
}

function lengthOf(text: string): number {
  let length = 0
  for (const _codePoint of text) length++
  return length
}

function isCommand(plain: string, prefix: string): boolean {
  return prefix !== '' && plain.startsWith(prefix) && /^[\p{L}\p{Nd}]/u.test(plain.slice(prefix.length))
}

/** A text of 500 code points has no room for more; beyond that the rest of the tag is one bad range. */
const RANGES_MAX = 1_000

function countEmotes(
  tag: string,
  thirdParty: readonly ThirdPartyEmote[],
  text: string,
): { emoteUses: number; badEmoteRanges: number } {
  if (tag === '' && thirdParty.length === 0) return { emoteUses: 0, badEmoteRanges: 0 }
  const length = lengthOf(text)
  /** Ends of the emotes that count, by their starts. */
  const ends = new Map<number, number>()
  const badEmoteRanges = readTag(tag, length, ends)
  for (const { start, end } of thirdParty.slice(0, THIRD_PARTY_EMOTES_MAX)) {
    if (start < 0 || end < start || end >= length) continue
    const isFree = ![...ends].some(([from, to]) => from <= end && start <= to)
    if (isFree) ends.set(start, end)
  }
  return { emoteUses: ends.size, badEmoteRanges }
}

/** Puts the places of Twitch's own emotes into `ends`; returns how many are bad. */
function readTag(tag: string, length: number, ends: Map<number, number>): number {
  let badEmoteRanges = 0
  let ranges = 0
  for (const emote of tag.split('/')) {
    if (emote === '') continue
    const [, list] = /^[^:]+:(.*)$/s.exec(emote) ?? []
    for (const range of list?.split(',') ?? ['']) {
      if (++ranges > RANGES_MAX) return badEmoteRanges + 1
      const [, from, to] = /^(\d{1,9})-(\d{1,9})$/.exec(range) ?? []
      if (from === undefined || Number(from) > Number(to) || Number(to) >= length) badEmoteRanges++
      else if (!ends.has(Number(from))) ends.set(Number(from), Number(to))
    }
  }
  return badEmoteRanges
}
