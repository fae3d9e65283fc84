/**
 * What a message says about itself, read from its text and tags the plain way (metrics.md: Text, Classes,
 * Emotes). Nothing here depends on other records.
 */
import { BOT, COMMAND, type Message, SHARED, THIRD_PARTY_EMOTES_MAX } from '@smacktalk/contract'

export interface SettingsInForce {
  readonly bots: readonly string[]
  readonly commandPrefix: string
  readonly optOut: readonly string[]
}

export interface MessageFacts {
  /** bot 1 + command 2 + shared 4. */
  readonly messageClass: number
  readonly characters: number
  readonly emoteUses: number
  readonly badEmoteRanges: number
}

export function messageFacts(message: Message, settings: SettingsInForce): MessageFacts {
  const plain = plainText(message.text ?? '')
  const { counted, badEmoteRanges } = emotesIn(message)
  const bot = settings.bots.includes(message.login) || badgeNames(message.badges).includes('bot-badge')
  const command = isCommand(plain, settings.commandPrefix)
  const shared = isForeign(message.sourceRoomId, message.channelId)
  return {
    messageClass: (bot ? BOT : 0) + (command ? COMMAND : 0) + (shared ? SHARED : 0),
    characters: [...plain].length,
    emoteUses: counted.length,
    badEmoteRanges,
  }
}

/** The text inside the ACTION wrapper, padding kept: what emote ranges count from. */
export function withoutAction(text: string): string {
  const opening = '\u0001ACTION'
  if (!text.startsWith(opening)) return text
  const inside = text.slice(opening.length)
  const open = inside.endsWith('\u0001') ? inside.slice(0, -1) : inside
  if (open === '') return ''
  return open.startsWith(' ') ? open.slice(1) : text
}

const PADDING = ['\u034f', '\u200b', '\u2060', '\ufeff', '\u{e0000}']

export function withoutPadding(text: string): string {
  return [...text].filter((character) => !PADDING.includes(character)).join('')
}

export function plainText(text: string): string {
  const bare = [...withoutPadding(withoutAction(text))]
  const isSpace = (character: string | undefined): boolean => /^\p{White_Space}$/u.test(character ?? '')
  while (isSpace(bare[0])) bare.shift()
  while (isSpace(bare.at(-1))) bare.pop()
  return bare.join('')
}

export function isCommand(plain: string, prefix: string): boolean {
  if (!plain.startsWith(prefix)) return false
  const [next] = [...plain.slice(prefix.length)]
  return next !== undefined && /^[\p{L}\p{Nd}]$/u.test(next)
}

export function badgeNames(badges: string): string[] {
  return badges.split(',').map((badge) => badge.split('/')[0] ?? '')
}

/** True for what Shared Chat brought from another room. */
export function isForeign(sourceRoomId: string | null, channelId: string): boolean {
  return sourceRoomId !== null && sourceRoomId !== '' && sourceRoomId !== channelId
}

/** A place of an emote in the text, in code points, both ends included. */
export interface EmoteRange {
  readonly id: string
  readonly start: number
  readonly end: number
}

/** Reads the `emotes` tag (`id:start-end,start-end/id:...`) against a text of `length` code points. */
export function readEmotes(tag: string, length: number): { valid: EmoteRange[]; badEmoteRanges: number } {
  const valid: EmoteRange[] = []
  let badEmoteRanges = 0
  for (const section of tag.split('/')) {
    if (section === '') continue
    const colon = section.indexOf(':')
    const ranges = colon > 0 ? section.slice(colon + 1).split(',') : ['no id']
    for (const range of ranges) {
      const match = /^(\d{1,9})-(\d{1,9})$/.exec(range)
      const start = Number(match?.[1])
      const end = Number(match?.[2])
      if (match === null || start > end || end >= length) badEmoteRanges++
      else valid.push({ id: section.slice(0, colon), start, end })
    }
  }
  return { valid, badEmoteRanges }
}

/** Of valid ranges with an equal start the first counts. */
export function emotesThatCount(valid: readonly EmoteRange[]): EmoteRange[] {
  return valid.filter(({ start }, index) => valid.findIndex((other) => other.start === start) === index)
}

export function countEmotes(tag: string, length: number): { emoteUses: number; badEmoteRanges: number } {
  const { valid, badEmoteRanges } = readEmotes(tag, length)
  return { emoteUses: emotesThatCount(valid).length, badEmoteRanges }
}

/** An emote of any provider where it stands. */
export interface PlacedEmote {
  readonly key: string
  readonly start: number
  readonly end: number
}

/** The emotes of a message that count: Twitch's, then each recognised one that is free of those before it. */
export function emotesIn(message: Pick<Message, 'text' | 'emotes' | 'thirdPartyEmotes'>): {
  counted: PlacedEmote[]
  badEmoteRanges: number
} {
  const { length } = [...withoutAction(message.text ?? '')]
  const { valid, badEmoteRanges } = readEmotes(message.emotes, length)
  const counted: PlacedEmote[] = emotesThatCount(valid).map(({ id, ...place }) => ({
    key: `twitch:${id}`,
    ...place,
  }))
  message.thirdPartyEmotes.forEach((emote, index) => {
    const lies = emote.start >= 0 && emote.start <= emote.end && emote.end < length
    const isFree = counted.every(({ start, end }) => emote.end < start || emote.start > end)
    if (index < THIRD_PARTY_EMOTES_MAX && lies && isFree) counted.push(emote)
  })
  return { counted, badEmoteRanges }
}

/** A number from a tag; beyond nine digits, or negative, it is as if absent. */
export function nineDigits(value: number | null): number | null {
  return value !== null && value >= 0 && value <= 999_999_999 ? value : null
}
