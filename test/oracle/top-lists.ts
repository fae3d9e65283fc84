/**
 * Top lists of a channel's hours and days (metrics.md, Top lists), every key counted exactly. Each span gathers
 * its messages and counts them from nothing.
 */
import { BOT, COMMAND, SHARED, spanStart, TOP_KINDS, type TopKind } from '@smacktalk/contract'
import type { Judged } from './judging.ts'
import { emotesIn, messageFacts, plainText } from './message-facts.ts'
import { isOptedOut } from './opt-out.ts'
import { tokens, wordsOf } from './words.ts'

export interface KeyCount {
  /** Occurrences. */
  count: number
  /** Messages with at least one. */
  messages: number
}

export type TopLists = Record<TopKind, Map<string, KeyCount>>

/** By start of the span, ms, ascending; spans whose lists are all empty are not there. */
export function countTopLists(ofChannel: readonly Judged[], sizeMs: number): Map<number, TopLists> {
  const messages = ofChannel.flatMap((judged) =>
    judged.verdict === 'message' && judged.at !== null ? [{ judged, at: judged.at }] : [],
  )
  const spans = new Map<number, TopLists>()
  const starts = new Set(messages.map(({ at }) => spanStart(at, sizeMs)))
  for (const start of [...starts].sort((a, b) => a - b)) {
    const inIt = messages.filter(({ at }) => spanStart(at, sizeMs) === start)
    const lists = listsOf(
      inIt.map(({ judged }) => judged),
      ofChannel,
    )
    if (TOP_KINDS.some((kind) => lists[kind].size > 0)) spans.set(start, lists)
  }
  return spans
}

function listsOf(messages: readonly Judged[], ofChannel: readonly Judged[]): TopLists {
  const keys = messages.map((judged) => keysOf(judged, ofChannel))
  const listOf = (kind: TopKind): Map<string, KeyCount> => countKeys(keys.map((ofMessage) => ofMessage[kind]))
  return {
    chatters: listOf('chatters'),
    emotes: listOf('emotes'),
    words: listOf('words'),
    commands: listOf('commands'),
    mentions: listOf('mentions'),
  }
}

/** Counts the keys of several messages, each with its keys, one for each occurrence. */
export function countKeys(keysByMessage: readonly (readonly string[])[]): Map<string, KeyCount> {
  const counts = new Map<string, KeyCount>()
  for (const key of new Set(keysByMessage.flat())) {
    counts.set(key, {
      count: keysByMessage.flat().filter((other) => other === key).length,
      messages: keysByMessage.filter((keys) => keys.includes(key)).length,
    })
  }
  return counts
}

function keysOf(judged: Judged, ofChannel: readonly Judged[]): Record<TopKind, string[]> {
  const { record, settings, repeated } = judged
  const none = { chatters: [], emotes: [], words: [], commands: [], mentions: [] }
  if (record.kind !== 'message') return none
  const message = record.value
  const { messageClass } = messageFacts(message, settings)
  if ((messageClass & SHARED) !== 0) return none

  const parts = tokens(plainText(message.text ?? ''))
  const givesWords = (messageClass & (BOT | COMMAND)) === 0 && !repeated
  return {
    chatters: isOptedOut(settings, message.userId, message.login) ? [] : [message.userId],
    emotes: emotesIn(message).counted.map(({ key }) => key),
    words: givesWords ? wordsOf(message) : [],
    commands: (messageClass & COMMAND) !== 0 ? parts.slice(0, 1).map((token) => token.toLowerCase()) : [],
    mentions: parts
      .flatMap((token) => /^@([\p{L}\p{N}_]{1,25})/u.exec(token)?.[1]?.toLowerCase() ?? [])
      .filter((login) => !isOptedOut(settings, null, login) && !isHidden(login, judged, ofChannel)),
  }
}

/** Whether somebody who is opted out by id now wrote under this login, up to here, while opted out by id. */
function isHidden(login: string, { offset, settings }: Judged, ofChannel: readonly Judged[]): boolean {
  const holder = ofChannel.findLast(
    (other) =>
      other.offset <= offset &&
      other.verdict === 'message' &&
      other.record.kind === 'message' &&
      other.record.value.login === login &&
      other.settings.optOut.includes(other.record.value.userId),
  )
  return holder?.record.kind === 'message' && settings.optOut.includes(holder.record.value.userId)
}
