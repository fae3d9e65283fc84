/** The answer to `/users`: who writes most in all listed channels together. */
import { HOUR_MS, TopMerge, type TopUser, type TopUsersAnswer } from '@smacktalk/contract'
import type { KnownChannel } from './channel-directory.ts'
import type { OptOuts } from './opt-outs.ts'
import type { RowReader } from './row-reader.ts'
import { type Span, topTilesOf } from './time-range.ts'

/** Stored lists of one answer: a second of work or two when each of them is full. */
const LISTS_MAX = 1_200

/** Longest range: what somebody wrote over months is told by the person's own page. */
export const TOP_USERS_DAYS_MAX = 31

interface Sum {
  label: string
  messages: number
  maxError: number
  channels: number
  /** Where the person wrote most, as far as lists name it. */
  most: { channel: KnownChannel & { readonly id: string }; messages: number }
}

/**
 * Adds up the lists of chatters, channel by channel, the channels in the order they are given. A person whom a full
 * list does not name counts nothing there: `approximate` says that this may be so.
 */
export async function buildTopUsers(
  { reader, optOuts }: { reader: RowReader; optOuts: OptOuts },
  channels: readonly KnownChannel[],
  range: Span,
  limit: number,
): Promise<TopUsersAnswer> {
  const tiles = topTilesOf(range)
  const lists = tiles.reduce((sum, tile) => sum + (tile.last - tile.from) / HOUR_MS + 1, 0)
  const read = channels.slice(0, Math.max(1, Math.floor(LISTS_MAX / Math.max(1, lists))))
  const leftOut = new Set(await optOuts.anywhere())
  // Who asked in one channel, by login or id, is named by none: a list knows the id and how the name is written.
  for (const { id } of read) {
    if (id === null) continue
    for (const person of (await optOuts.of(id)).ids) leftOut.add(person)
  }
  const people = new Map<string, Sum>()
  let approximate = false
  for (const channel of read) {
    const { id } = channel
    if (id === null) continue
    const merge = new TopMerge()
    for await (const list of reader.tops(id, 'chatters', tiles)) merge.add(list)
    approximate ||= merge.approximate
    for (const { key, label, count, error } of merge.entries()) {
      if (leftOut.has(key) || leftOut.has(label.toLowerCase())) continue
      const here = { channel: { ...channel, id }, messages: count }
      const known = people.get(key)
      if (known === undefined) {
        people.set(key, { label, messages: count, maxError: error, channels: 1, most: here })
        continue
      }
      known.messages += count
      known.maxError += error
      known.channels++
      if (label !== '') known.label = label
      if (count > known.most.messages) known.most = here
    }
  }
  const first = [...people].sort(([a, x], [b, y]) => y.messages - x.messages || (a < b ? -1 : 1))
  return {
    from: new Date(range.from).toISOString(),
    to: new Date(range.to).toISOString(),
    users: first.slice(0, limit).map(([id, sum]) => userOf(id, sum)),
    approximate,
    channels: read.length,
    channelsOmitted: channels.length - read.length,
  }
}

function userOf(id: string, { label, messages, maxError, channels, most }: Sum): TopUser {
  const { id: channelId, name, displayName, slot } = most.channel
  return {
    id,
    displayName: label === '' ? id : label,
    messages,
    maxError,
    channels,
    most: { id: channelId, name, displayName, slot, messages: most.messages },
  }
}
