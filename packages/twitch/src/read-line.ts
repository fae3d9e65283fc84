/**
 * Raw lines into chat records, exactly as metrics.md, "Judging a record", says. Used for live lines and for
 * imports alike; the fold never sees a raw line.
 */
import {
  type ChatRecord,
  type DropReason,
  LINE_CHARACTERS_MAX,
  NO_CHANNEL,
  type ThirdPartyEmote,
  UNREADABLE_TIME,
} from '@smacktalk/contract'
import { type IrcLine, nickOf, parseTags, splitIrcLine } from './irc-line.ts'
import { createRoomNames } from './room-names.ts'
import { decimalId, modeNumber, nonEmpty, tagNumber, tagTime } from './tag-values.ts'

export type ReadLine =
  /** `key` is the record's key in the log: the channel id, or NO_CHANNEL. */
  | { readonly kind: 'record'; readonly record: ChatRecord; readonly key: string }
  /** Well-formed but no chat record; an empty line has the command ''. */
  | { readonly kind: 'ignored'; readonly command: string }

export interface LineReader {
  /**
   * @param raw one line, with or without its line end's carriage return
   * @param receivedAt epoch ms by the reader's clock
   * @param line number of the line within an import, from 1; 0 when heard live
   */
  read(raw: string, receivedAt: number, line?: number): ReadLine
  /** Says which room a name is, for lines that name none. */
  know(channelLogin: string, roomId: string): void
}

export interface LineOrigin {
  readonly run: string
  readonly ingestor: string
  /** Finds emotes of other providers in a room's text; without it there are none, as in an import. */
  readonly recognise?: Recognise
}

type Recognise = (roomId: string, text: string) => ThirdPartyEmote[]

/** Names stand in stored rows; Twitch's own are at most 25 characters, so this is generous. */
const NAME_CHARACTERS_MAX = 100

/**
 * A reader for one stream of lines; it remembers which room a name last belonged to.
 *
 * - An empty line is ignored, as IRC has it (RFC 2812, 2.3.1); a line without a command, or longer than
 *   LINE_CHARACTERS_MAX, is dropped as `malformed`.
 * - Commands are compared as Twitch sends them, in upper case.
 */
export function createLineReader(origin: LineOrigin): LineReader {
  const { run, ingestor, recognise = () => [] } = origin
  const rooms = createRoomNames()

  function read(raw: string, receivedAt: number, line = 0): ReadLine {
    const text = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    if (text === '') return { kind: 'ignored', command: '' }
    const heard = { run, line, ingestor, receivedAt }
    const parsed = text.length > LINE_CHARACTERS_MAX ? null : splitIrcLine(text)
    if (parsed === null) {
      const value = { channelId: NO_CHANNEL, channelLogin: '', ...heard, sentAt: null, reason: 'malformed' }
      return { kind: 'record', record: { kind: 'broken', value }, key: NO_CHANNEL }
    }
    const readRecord = readers.get(parsed.command)
    if (readRecord === undefined) return { kind: 'ignored', command: parsed.command }

    const tags = parseTags(parsed.rawTags)
    const channelLogin = channelOf(parsed)
    const roomId = decimalId(tags.get('room-id'))
    if (roomId !== null && channelLogin !== '') rooms.set(channelLogin, roomId)
    const knownRoomId = roomId ?? rooms.get(channelLogin)
    const outcome = readRecord({
      line: parsed,
      tags,
      roomId,
      knownRoomId,
      heard: { channelId: knownRoomId ?? NO_CHANNEL, channelLogin, ...heard },
      recognise,
    })
    if (typeof outcome !== 'string') return { kind: 'record', record: outcome, key: outcome.value.channelId }
    const sentAt = tagTime(tags.get(parsed.command === 'ROOMSTATE' ? 'rm-received-ts' : 'tmi-sent-ts'))
    const value = {
      channelId: knownRoomId ?? NO_CHANNEL,
      channelLogin,
      ...heard,
      sentAt: sentAt === UNREADABLE_TIME ? null : sentAt,
      reason: outcome,
    }
    return { kind: 'record', record: { kind: 'broken', value }, key: value.channelId }
  }

  return { read, know: rooms.set }
}

interface Parts {
  readonly line: IrcLine
  readonly tags: Map<string, string>
  /** The line's own room id. */
  readonly roomId: string | null
  /** The line's own, else the one last seen with its `#name`. */
  readonly knownRoomId: string | null
  readonly heard: {
    channelId: string
    channelLogin: string
    run: string
    line: number
    ingestor: string
    receivedAt: number
  }
  readonly recognise: Recognise
}

/** A record, or the reason why a needed tag is missing. */
type Read = (parts: Parts) => ChatRecord | DropReason

const readMessage: Read = ({ line, tags, roomId, heard, recognise }) => {
  const id = nonEmpty(tags.get('id'))
  if (id === null) return 'no-id'
  if (roomId === null) return 'no-room'
  const userId = decimalId(tags.get('user-id'))
  if (userId === null) return 'no-user'
  const text = textOf(line)
  return {
    kind: 'message',
    value: {
      ...heard,
      sentAt: tagTime(tags.get('tmi-sent-ts')),
      id,
      userId,
      login: senderLogin(line, tags),
      displayName: shortName(tags.get('display-name') ?? ''),
      text,
      badges: tags.get('badges') ?? '',
      emotes: tags.get('emotes') ?? '',
      thirdPartyEmotes: text === null ? [] : recognise(roomId, text),
      bits: tagNumber(tags.get('bits')),
      firstMessage: tags.get('first-msg') === '1',
      returningChatter: tags.get('returning-chatter') === '1',
      replyParentId: nonEmpty(tags.get('reply-parent-msg-id')),
      sourceRoomId: nonEmpty(tags.get('source-room-id')),
    },
  }
}

const readNotice: Read = ({ tags, roomId, heard }) => {
  const id = nonEmpty(tags.get('id'))
  if (id === null) return 'no-id'
  if (roomId === null) return 'no-room'
  return {
    kind: 'notice',
    value: {
      ...heard,
      sentAt: tagTime(tags.get('tmi-sent-ts')),
      id,
      userId: decimalId(tags.get('user-id')),
      login: shortName((tags.get('login') ?? '').toLowerCase()),
      displayName: shortName(tags.get('display-name') ?? ''),
      badges: tags.get('badges') ?? '',
      msgId: tags.get('msg-id') ?? '',
      sourceMsgId: nonEmpty(tags.get('source-msg-id')),
      sourceRoomId: nonEmpty(tags.get('source-room-id')),
      recipientId: decimalId(tags.get('msg-param-recipient-id')),
      recipientLogin: nonEmpty(shortName((tags.get('msg-param-recipient-user-name') ?? '').toLowerCase())),
      plan: nonEmpty(tags.get('msg-param-sub-plan')),
      // Lines before 2019 know only `months`; where both stand, it may be 0.
      months: tagNumber(tags.get('msg-param-cumulative-months')) ?? tagNumber(tags.get('msg-param-months')),
      massGiftCount: tagNumber(tags.get('msg-param-mass-gift-count')),
      viewerCount: tagNumber(tags.get('msg-param-viewerCount')),
      originId:
        nonEmpty(tags.get('msg-param-origin-id')) ?? nonEmpty(tags.get('msg-param-community-gift-id')),
    },
  }
}

const readClearChat: Read = ({ line, tags, knownRoomId, heard }) => {
  if (knownRoomId === null) return 'no-room'
  return {
    kind: 'clearChat',
    value: {
      ...heard,
      sentAt: tagTime(tags.get('tmi-sent-ts')),
      targetUserId: decimalId(tags.get('target-user-id')),
      targetLogin: nonEmpty(shortName((textOf(line) ?? '').toLowerCase())),
      durationSeconds: tagNumber(tags.get('ban-duration')),
      sourceRoomId: nonEmpty(tags.get('source-room-id')),
    },
  }
}

const readClearMessage: Read = ({ tags, knownRoomId, heard }) => {
  if (knownRoomId === null) return 'no-room'
  return {
    kind: 'clearMessage',
    value: {
      ...heard,
      sentAt: tagTime(tags.get('tmi-sent-ts')),
      targetMessageId: tags.get('target-msg-id') ?? '',
      login: nonEmpty(shortName((tags.get('login') ?? '').toLowerCase())),
      sourceRoomId: nonEmpty(tags.get('source-room-id')),
    },
  }
}

const readRoomState: Read = ({ tags, knownRoomId, heard }) => {
  if (knownRoomId === null) return 'no-room'
  const receivedByHistory = nonEmpty(tags.get('rm-received-ts'))
  return {
    kind: 'roomState',
    value: {
      ...heard,
      sentAt: receivedByHistory === null ? null : tagTime(receivedByHistory),
      emoteOnly: modeNumber(tags.get('emote-only')),
      followersOnly: modeNumber(tags.get('followers-only')),
      r9k: modeNumber(tags.get('r9k')),
      slow: modeNumber(tags.get('slow')),
      subsOnly: modeNumber(tags.get('subs-only')),
    },
  }
}

/** The chat records (metrics.md); every other command is ignored, whispers among them. */
const readers: ReadonlyMap<string, Read> = new Map([
  ['PRIVMSG', readMessage],
  ['USERNOTICE', readNotice],
  ['CLEARCHAT', readClearChat],
  ['CLEARMSG', readClearMessage],
  ['ROOMSTATE', readRoomState],
])

/** The name after `#`, lower-cased; empty when the line is about no channel. */
function channelOf(line: IrcLine): string {
  const name = line.params[0] ?? ''
  return name.startsWith('#') ? shortName(name.slice(1).toLowerCase()) : ''
}

/** The text is the last parameter after the channel; null when there is none (metrics.md, Text). */
function textOf(line: IrcLine): string | null {
  return line.params.length < 2 ? null : (line.params.at(-1) ?? null)
}

function senderLogin(line: IrcLine, tags: Map<string, string>): string {
  const nick = line.prefix === null ? (tags.get('login') ?? '') : nickOf(line.prefix)
  return shortName(nick.toLowerCase())
}

function shortName(name: string): string {
  return name.length <= NAME_CHARACTERS_MAX ? name : name.slice(0, NAME_CHARACTERS_MAX)
}
