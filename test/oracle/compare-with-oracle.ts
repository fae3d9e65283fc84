/** Everything the fold stored of a log against what is counted by hand. */
import {
  DAY_MS,
  eventRow,
  eventsPartition,
  HOUR_MS,
  MINUTE_MS,
  NO_CHANNEL,
  spanStart,
  TOP_KINDS,
  topRow,
  topsPartition,
  userChannelsPartition,
  userNamesPartition,
  utcDay,
} from '@smacktalk/contract'
import { decodeRecord, decodeRow, encodeRecord } from '@smacktalk/wire'
import { expect } from 'vitest'
import type { MemoryStore } from '../support/memory-store.ts'
import {
  coveredOf,
  eventsOf,
  exactCounts,
  factsOf,
  foldLog,
  ONE_BATCH,
  readable,
  recentsOf,
  type StoredTops,
  spansOf,
  topsOf,
  userDaysOf,
} from './fold-rows.ts'
import {
  type ChannelCount,
  countByHand,
  emptySpan,
  type LogEntry,
  type OracleCount,
  type OracleOptions,
  type TopLists,
} from './oracle.ts'

/** Folds a log in one go and expects every row to say what the oracle says. */
export async function compareWithOracle(entries: readonly LogEntry[], options: OracleOptions): Promise<void> {
  const store = await foldLog(entries, options, ONE_BATCH)
  // The oracle counts what the log holds: lone surrogates do not survive UTF-8.
  const held = entries.map((entry) => ({ ...entry, record: decodeRecord(encodeRecord(entry.record)) }))
  const count = countByHand(held, options)
  for (const [channelId, expected] of count) compareChannel(store, channelId, expected)
  compareFacts(store, count)
}

function compareChannel(store: MemoryStore, channelId: string, expected: ChannelCount): void {
  const clockRow = [...store.rows.values()].find((row) => row.table === 'clocks' && row.row === channelId)
  if (clockRow !== undefined) {
    const clock = decodeRow('clock', clockRow.value).account
    const dropped = new Map(clock.dropped.map(({ name, count }) => [name, count]))
    const { messages, events, duplicates, late } = clock
    const { totals } = expected
    expect({ messages, events, duplicates, late, dropped }, `account of ${channelId}`).toEqual({
      messages: totals.messages,
      events: totals.events,
      duplicates: totals.duplicates,
      late: totals.late,
      dropped: totals.droppedByReason,
    })
  }
  if (channelId === NO_CHANNEL) return
  for (const [table, sizeMs] of [
    ['minutes', MINUTE_MS],
    ['hours', HOUR_MS],
    ['days', DAY_MS],
  ] as const) {
    const stored = spansOf(store, table, channelId)
    for (const start of new Set([...stored.keys(), ...expected[table].keys()])) {
      const own = stored.get(start)
      const should = expected[table].get(start) ?? emptySpan()
      expect(own ? readable(own) : emptySpan(), `${table} of ${channelId} at ${start}`).toEqual(should)
      expect(start).toBe(spanStart(start, sizeMs))
    }
  }
  for (const [minute, { run: owner, offset }] of expected.owners) {
    const row = spansOf(store, 'minutes', channelId).get(minute)
    expect([row?.ownerRun, row?.ownerPosition], `owner of ${minute}`).toEqual([owner, offset])
  }
  expect(recentsOf(store, channelId), `recents of ${channelId}`).toEqual(expected.recentSeconds)
  expect(coveredOf(store, channelId), `coverage of ${channelId}`).toEqual(expected.coverage)
  expect(topsOf(store, channelId), `top lists of ${channelId}`).toEqual(expectedTops(channelId, expected))
  const events = expected.events.map(
    ({ offset, event }) =>
      [`${eventsPartition(channelId, event.at)} ${eventRow(event.at, offset)}`, event] as const,
  )
  expect(eventsOf(store, channelId), `events of ${channelId}`).toEqual(new Map(events))
  const people = userDaysOf(store, channelId)
  for (const [user, days] of expected.users) {
    for (const [day, { logins, ...rest }] of days) {
      const should = { ...rest, logins: [...logins].sort() }
      const own = people.get(user)?.get(day)
      const readableDay = own && {
        ...own,
        favourites: exactCounts(own.favourites),
        // What people see of somebody without a display name.
        displayName: own.displayName || own.login,
      }
      expect(readableDay, `day ${day} of ${user} in ${channelId}`).toMatchObject(should)
    }
    expect([...(people.get(user)?.keys() ?? [])].sort(), `days of ${user}`).toEqual([...days.keys()].sort())
  }
  expect(new Set(people.keys()), `people of ${channelId}`).toEqual(new Set(expected.users.keys()))
}

function expectedTops(channelId: string, { topsOfHours, topsOfDays }: ChannelCount): StoredTops {
  const rows = (size: 'hour' | 'day', lists: Map<number, TopLists>) =>
    [...lists].flatMap(([start, ofSpan]) =>
      TOP_KINDS.map(
        (kind) => [`${topsPartition(channelId, start, kind)} ${topRow(size, start)}`, ofSpan[kind]] as const,
      ),
    )
  const all = [...rows('hour', topsOfHours), ...rows('day', topsOfDays)]
  return new Map(all.filter(([, list]) => list.size > 0))
}

/** The rows by which a person is found: each day in a channel, and each login carried on it. */
function compareFacts(store: MemoryStore, count: OracleCount): void {
  const days = [...count].flatMap(([channelId, { users }]) =>
    [...users].flatMap(([userId, ofUser]) =>
      [...ofUser].map(([day, { logins }]) => ({ channelId, userId, day, logins })),
    ),
  )
  const channels = days.map(
    ({ channelId, userId, day }) => `${userChannelsPartition(userId)} ${channelId}/${utcDay(day)} ${day}`,
  )
  const names = days.flatMap(({ channelId, userId, day, logins }) =>
    [...logins].map((login) => `${userNamesPartition(login)} ${userId}/${channelId}/${utcDay(day)} ${day}`),
  )
  expect(factsOf(store, 'user_channels'), 'days in channels').toEqual(new Set(channels))
  expect(factsOf(store, 'user_names'), 'names of people').toEqual(new Set(names))
}
