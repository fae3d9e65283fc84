/**
 * Reads the well-formed lines of a recording into records, the plain way and apart from the product's reader:
 * only what the recording holds (PRIVMSG, USERNOTICE, CLEARCHAT), and a line it does not understand is an error.
 */
import { readFileSync } from 'node:fs'
import { type AnyRecord, LIVE_RUN } from '@smacktalk/contract'
import type { LogEntry } from './log-entry.ts'

/** Delay between the sending of a line and its appending, ms; any will do below the limits of judging. */
const APPEND_DELAY_MS = 200

/** Lines of a file of the test data; some hold other Unicode line ends, so they are split at LF alone. */
export function linesOf(path: string): string[] {
  return readFileSync(path, 'utf8').split('\n').slice(0, -1)
}

/** A log that holds the records as if heard live, each appended shortly after it was sent. */
export function liveLog(records: readonly AnyRecord[]): LogEntry[] {
  return records.map((record, offset) => {
    const sentAt = 'sentAt' in record.value ? record.value.sentAt : null
    if (sentAt === null) throw new Error(`record ${offset} has no time`)
    return { offset, appendMs: sentAt + APPEND_DELAY_MS, record }
  })
}

export function readPlainly(line: string): AnyRecord {
  const parts =
    /^@(?<tags>\S+) :(?<prefix>\S+) (?<command>[A-Z]+) #(?<channel>\S+)(?: :(?<text>.*))?$/su.exec(line)
  if (parts?.groups === undefined) throw new Error('a line of the recording is not as expected')
  const { tags = '', prefix = '', command, channel = '', text } = parts.groups
  const tag = (name: string): string | null => {
    const found = tags.split(';').findLast((each) => each.startsWith(`${name}=`))
    const value = found?.slice(name.length + 1) ?? ''
    return value === '' ? null : value.replaceAll('\\s', ' ')
  }
  const number = (name: string): number | null => (tag(name) === null ? null : Number(tag(name)))
  const heard = {
    channelId: tag('room-id') ?? '',
    channelLogin: channel,
    run: LIVE_RUN,
    line: 0,
    ingestor: 'recording',
    receivedAt: number('tmi-sent-ts') ?? 0,
    sentAt: number('tmi-sent-ts') ?? 0,
  }
  const sender = {
    id: tag('id') ?? '',
    displayName: tag('display-name') ?? '',
    badges: tag('badges') ?? '',
    sourceRoomId: tag('source-room-id'),
  }
  if (command === 'PRIVMSG') {
    return {
      kind: 'message',
      value: {
        ...heard,
        ...sender,
        userId: tag('user-id') ?? '',
        login: prefix.split('!')[0] ?? '',
        text: text ?? null,
        emotes: tag('emotes') ?? '',
        thirdPartyEmotes: [],
        bits: number('bits'),
        firstMessage: tag('first-msg') === '1',
        returningChatter: tag('returning-chatter') === '1',
        replyParentId: tag('reply-parent-msg-id'),
      },
    }
  }
  if (command === 'USERNOTICE') {
    return {
      kind: 'notice',
      value: {
        ...heard,
        ...sender,
        userId: tag('user-id'),
        login: tag('login') ?? '',
        msgId: tag('msg-id') ?? '',
        sourceMsgId: tag('source-msg-id'),
        recipientId: tag('msg-param-recipient-id'),
        recipientLogin: tag('msg-param-recipient-user-name'),
        plan: tag('msg-param-sub-plan'),
        months: number('msg-param-months'),
        massGiftCount: number('msg-param-mass-gift-count'),
        viewerCount: number('msg-param-viewerCount'),
        originId: tag('msg-param-origin-id'),
      },
    }
  }
  if (command !== 'CLEARCHAT') throw new Error(`the recording is not expected to hold ${command}`)
  return {
    kind: 'clearChat',
    value: {
      ...heard,
      targetUserId: tag('target-user-id'),
      targetLogin: text ?? null,
      durationSeconds: number('ban-duration'),
      sourceRoomId: tag('source-room-id'),
    },
  }
}
