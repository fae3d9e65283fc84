/** Top lists of a channel's hour and day (metrics.md, Top lists). */
import { BOT, COMMAND, type Message, type TopKind } from '@smacktalk/contract'
import type { CountingContext } from './counting-context.ts'
import type { MinuteRows } from './day-rows.ts'
import type { EmoteUse } from './emote-ranges.ts'
import type { GrowingTop } from './growing-top.ts'
import type { MessageText } from './message-text.ts'
import { type Occurrence, occurrences } from './occurrence.ts'
import type { CachedRow, RowCache } from './row-cache.ts'
import { commandOf, mentionsOf, wordsOf } from './words.ts'

/** Counts a message of this room; `named` is false for people who are not counted by name. */
export function countTops(
  { cache, clock, vocabulary }: CountingContext,
  rows: MinuteRows,
  message: Message,
  text: MessageText,
  emotes: { readonly uses: readonly EmoteUse[]; readonly counted: readonly Occurrence[] },
  messageClass: number,
  named: boolean,
  repeated: boolean,
): void {
  if (named) countOne(cache, rows, 'chatters', message.userId, message.displayName || message.login)
  if (emotes.counted.length > 0) countEach(cache, rows, 'emotes', emotes.counted)
  const isCommand = (messageClass & COMMAND) !== 0
  if (isCommand) countOne(cache, rows, 'commands', commandOf(text.plain), '')
  const mentioned = mentionsOf(text.plain).filter((login) => !clock.isHiddenLogin(login))
  if (mentioned.length > 0) countEach(cache, rows, 'mentions', occurrences(mentioned))
  if (isCommand || repeated || (messageClass & BOT) !== 0) return
  const words = wordsOf(text, emotes.uses, vocabulary)
  if (words.length > 0) countEach(cache, rows, 'words', occurrences(words))
}

function countOne(cache: RowCache, rows: MinuteRows, kind: TopKind, key: string, label: string): void {
  const hour = rows.hourTops.get(kind)
  if (cache.touch(hour)) hour.state.list.add(key, label, 1)
  const day = rows.dayTops.get(kind)
  if (cache.touch(day)) day.state.list.add(key, label, 1)
}

function countEach(cache: RowCache, rows: MinuteRows, kind: TopKind, found: readonly Occurrence[]): void {
  countIn(cache, rows.hourTops.get(kind), found)
  countIn(cache, rows.dayTops.get(kind), found)
}

function countIn(cache: RowCache, row: CachedRow<GrowingTop>, found: readonly Occurrence[]): void {
  if (!cache.touch(row)) return
  const { list } = row.state
  for (let index = 0; index < found.length; index++) {
    const { key, label, count } = found[index]!
    list.add(key, label, count)
  }
}
