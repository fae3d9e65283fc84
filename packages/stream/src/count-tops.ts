/** Top lists of a channel's hour and day (metrics.md, Top lists). */
import { BOT, COMMAND, type Message, type TopKind } from '@smacktalk/contract'
import type { CountingContext } from './counting-context.ts'
import type { EmoteCount, EmoteUse } from './emote-ranges.ts'
import type { GrowingTop } from './growing-top.ts'
import type { Judgement } from './judge.ts'
import type { MessageText } from './message-text.ts'
import { commandOf, mentionsOf, wordsOf } from './words.ts'

/** Occurrences of one key in one message. */
interface Occurrence {
  readonly label: string
  count: number
}

/** Counts a message of this room; `named` is false for people who are not counted by name. */
export function countTops(
  context: CountingContext,
  message: Message,
  text: MessageText,
  emotes: { readonly ranges: readonly EmoteUse[]; readonly counted: readonly EmoteCount[] },
  messageClass: number,
  named: boolean,
  judgement: Extract<Judgement, { kind: 'counted' }>,
): void {
  const { sentAt, repeated } = judgement
  const { clock, stopWords } = context
  const isCommand = (messageClass & COMMAND) !== 0
  if (named) {
    add(
      context,
      sentAt,
      'chatters',
      new Map([[message.userId, { label: message.displayName || message.login, count: 1 }]]),
    )
  }
  if (emotes.counted.length > 0) {
    const found = emotes.counted.map(({ key, code, count }) => [key, { label: code, count }] as const)
    add(context, sentAt, 'emotes', new Map(found))
  }
  if (isCommand) add(context, sentAt, 'commands', occurrences([[commandOf(text.plain), '']]))
  const mentioned = mentionsOf(text.plain).filter((login) => !clock.isHiddenLogin(login))
  if (mentioned.length > 0)
    add(context, sentAt, 'mentions', occurrences(mentioned.map((login) => [login, ''])))
  if (isCommand || repeated || (messageClass & BOT) !== 0) return
  const words = wordsOf(text.unwrapped, emotes.ranges, stopWords)
  if (words.length > 0) add(context, sentAt, 'words', occurrences(words.map((word) => [word, ''])))
}

function occurrences(keys: Iterable<readonly [key: string, label: string]>): Map<string, Occurrence> {
  const found = new Map<string, Occurrence>()
  for (const [key, label] of keys) {
    const known = found.get(key)
    if (known === undefined) found.set(key, { label, count: 1 })
    else known.count++
  }
  return found
}

function add(
  context: CountingContext,
  at: number,
  kind: TopKind,
  found: ReadonlyMap<string, Occurrence>,
): void {
  const count = ({ list }: GrowingTop): void => {
    for (const [key, occurrence] of found) list.add(key, occurrence.label, occurrence.count)
  }
  context.touch(context.rows.top('hour', at, kind), count)
  context.touch(context.rows.top('day', at, kind), count)
}
