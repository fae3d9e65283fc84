import { EARLIEST_SENT_MS, NO_CHANNEL, UNREADABLE_TIME } from '@smacktalk/contract'
import { describe, expect, it } from 'vitest'
import {
  broken,
  CHANNEL,
  clearChat,
  countOf,
  deletion,
  fromWest,
  imported,
  logOf,
  message,
  NOON,
  notice,
  OPTIONS,
  roomState,
  verdictsOf,
} from './hand-written.ts'
import { countByHand } from './oracle.ts'

const MINUTE = 60_000
const HORIZON = OPTIONS.horizonMs

describe('a time', () => {
  it('is believed from 2005 on and up to five minutes ahead of the log, both ends included', () => {
    const log = logOf(
      [0, message(5 * MINUTE + 1, 'ahead')],
      [0, message(0, 'early', { sentAt: EARLIEST_SENT_MS - 1 })],
      [0, message(0, 'unreadable', { sentAt: UNREADABLE_TIME })],
      [0, message(5 * MINUTE, 'just in time')],
    )
    expect(verdictsOf(log)).toEqual([...Array(3).fill('dropped: bad-time'), 'message'])
    const first = logOf([0, message(0, 'first', { sentAt: EARLIEST_SENT_MS })])
    expect(verdictsOf(first, { spoolMs: Number.MAX_SAFE_INTEGER })).toEqual(['message'])
  })

  it('is measured against the highest append time so far, even when the clock of the log is set back', () => {
    const log = logOf(
      [10 * MINUTE, message(0, 'a')],
      [0, message(15 * MINUTE, 'b')],
      [0, message(900_001, 'c')],
    )
    expect(verdictsOf(log)).toEqual(['message', 'message', 'dropped: bad-time'])
  })

  it('of a room state without one is the time of appending', () => {
    const log = logOf([90_000, roomState(0, { sentAt: null, slow: 30 })])
    expect([...countOf(log).minutes.keys()]).toEqual([NOON + MINUTE])
    expect(verdictsOf(log)).toEqual(['event'])
  })
})

describe('late', () => {
  it('is a record older than the newest minus the horizon; equal is in time', () => {
    const log = logOf(message(HORIZON, 'new'), message(0, 'equal'), message(-1, 'older'))
    expect(verdictsOf(log)).toEqual(['message', 'message', 'late'])
  })

  it('is a live record appended later than the spool may reach; equal is in time', () => {
    const { spoolMs } = OPTIONS
    const log = logOf([spoolMs, message(0, 'equal')], [spoolMs, message(-1, 'older')])
    expect(verdictsOf(log)).toEqual(['message', 'late'])
  })

  it('is not decided by the spool for an import', () => {
    const log = logOf([OPTIONS.spoolMs * 9, imported(message(0, 'old'), 1)])
    expect(verdictsOf(log)).toEqual(['message'])
  })

  it('is measured by messages and events, never by a room state', () => {
    const states = logOf(roomState(HORIZON + 1, { slow: 5 }), message(0, 'in time'))
    expect(verdictsOf(states)).toEqual(['event', 'message'])
    const events = logOf(clearChat(HORIZON + 1), message(0, 'late'))
    expect(verdictsOf(events)).toEqual(['event', 'late'])
  })

  it('concerns room states as well', () => {
    const log = logOf(message(HORIZON + 1, 'new'), roomState(0, { slow: 5 }))
    expect(verdictsOf(log)).toEqual(['message', 'late'])
    expect(countOf(log).minutes.get(NOON)).toBeUndefined()
  })

  it('is measured per channel', () => {
    const log = logOf(message(HORIZON * 2, 'other', { channelId: '1002' }), message(0, 'mine'))
    expect(verdictsOf(log)).toEqual(['message'])
  })
})

describe('a duplicate', () => {
  it('has the id of an earlier message or notice of its run, whoever heard it', () => {
    const log = logOf(message(0, 'a'), fromWest(message(0, 'a')), notice(5, 'a', 'sub'), message(1, 'b'))
    expect(verdictsOf(log)).toEqual(['message', 'duplicate', 'duplicate', 'message'])
  })

  it('is found even when the earlier record was itself refused', () => {
    const log = logOf(
      [2 * MINUTE, imported(message(0, 'taken'), 1)],
      [2 * MINUTE, message(1_000, 'overlapping')],
      [2 * MINUTE, message(MINUTE, 'overlapping')],
    )
    expect(verdictsOf(log)).toEqual(['message', 'dropped: overlap', 'duplicate'])
  })

  it('is remembered exactly until it would be late', () => {
    const kept = logOf(message(0, 'a'), message(HORIZON, 'b'), message(HORIZON, 'a'))
    expect(verdictsOf(kept)).toEqual(['message', 'message', 'duplicate'])
    const forgotten = logOf(message(0, 'a'), message(HORIZON + 1, 'b'), message(HORIZON, 'a'))
    expect(verdictsOf(forgotten)).toEqual(['message', 'message', 'message'])
    const spooled = logOf([0, message(0, 'a')], [OPTIONS.spoolMs + 1, message(OPTIONS.spoolMs, 'a')])
    expect(verdictsOf(spooled)).toEqual(['message', 'message'])
  })

  it('of a moderation is the same target, duration and time', () => {
    const log = logOf(
      clearChat(0),
      clearChat(0),
      clearChat(0, { durationSeconds: 601 }),
      clearChat(1),
      clearChat(0, { targetUserId: null }),
      deletion(0, 'a'),
      deletion(0, 'a', { login: null }),
      deletion(1, 'a'),
    )
    expect(verdictsOf(log)).toEqual([
      'event',
      'duplicate',
      'event',
      'event',
      'event',
      'event',
      'duplicate',
      'event',
    ])
  })

  it('is never found in another channel or another run', () => {
    const log = logOf(
      message(0, 'a', { channelId: '1002' }),
      imported(message(0, 'a'), 1),
      message(MINUTE, 'a'),
      imported(message(2 * MINUTE, 'a'), 1, 'import-b'),
    )
    expect(verdictsOf(log)).toEqual(['message', 'message', 'message'])
  })
})

describe('an import', () => {
  it('judges each line once, whatever it became', () => {
    const log = logOf(
      imported(message(0, 'a'), 3),
      imported(broken('no-id', NOON), 4),
      imported(message(0, 'a'), 3),
      imported(broken('no-id', NOON), 4),
      imported(message(1, 'never seen'), 2),
      imported(message(1, 'b'), 5),
    )
    expect(verdictsOf(log)).toEqual([
      'message',
      'dropped: no-id',
      'already-judged',
      'already-judged',
      'already-judged',
      'message',
    ])
    expect(countOf(log).totals).toMatchObject({ messages: 2, dropped: 1, duplicates: 0, alreadyJudged: 3 })
  })

  it('takes no minute that has not ended by the time of appending', () => {
    const log = logOf(
      [MINUTE - 1, imported(message(0, 'running'), 1)],
      [MINUTE, imported(message(0, 'ended'), 2)],
    )
    expect(verdictsOf(log)).toEqual(['dropped: too-new', 'message'])
  })

  it('shares a minute with no other run: the first counted record takes it', () => {
    const log = logOf(
      imported(message(0, 'a'), 1),
      message(MINUTE - 1, 'live in it'),
      message(MINUTE, 'live after it'),
      imported(message(MINUTE + 1, 'b'), 2),
      imported(message(1, 'c'), 1, 'import-b'),
    )
    expect(verdictsOf(log)).toEqual([
      'message',
      'dropped: overlap',
      'message',
      'dropped: overlap',
      'dropped: overlap',
    ])
    expect([...countOf(log).owners.values()]).toEqual([
      { run: 'import-a', offset: 0 },
      { run: 'live', offset: 2 },
    ])
  })

  it('forgets what it saw when it is finished, not its line, and remembers what comes again', () => {
    const finished = { kind: 'importFinished', value: { channelId: CHANNEL, run: 'import-a' } } as const
    const log = logOf(
      imported(message(0, 'a'), 1),
      finished,
      imported(message(0, 'a'), 1),
      imported(message(0, 'a'), 2),
    )
    expect(verdictsOf(log)).toEqual(['message', 'already-judged', 'duplicate'])
  })

  it('is dropped as overlap before it is dropped as too new', () => {
    const log = logOf([0, message(0, 'live')], [1, imported(message(1, 'import'), 1)])
    expect(verdictsOf(log)).toEqual(['message', 'dropped: overlap'])
  })
})

describe('a refused record', () => {
  it('counts in the minute of the newest send time of its run', () => {
    const log = logOf(message(0, 'a'), message(5 * MINUTE, 'b'), message(0, 'a'), broken('no-user', NOON))
    const count = countOf(log)
    expect(count.minutes.get(NOON)?.counts).toMatchObject({ duplicates: 0, dropped: 0 })
    expect(count.minutes.get(NOON + 5 * MINUTE)?.counts).toMatchObject({ duplicates: 1, dropped: 1 })
    expect(count.minutes.get(NOON + 5 * MINUTE)?.droppedByReason).toEqual(new Map([['no-user', 1]]))
  })

  it('counts in its own minute before any is counted, or in that of appending without a time', () => {
    const own = logOf([2 * MINUTE, broken('no-user', NOON)])
    expect([...countOf(own).minutes.keys()]).toEqual([NOON])
    const none = logOf([2 * MINUTE, broken('no-user', null)], [MINUTE, message(0, 'a', { sentAt: 9e15 })])
    expect([...countOf(none).minutes.keys()]).toEqual([NOON + 2 * MINUTE])
  })

  it('without a channel is in the totals alone', () => {
    const log = logOf(broken('malformed', null, { channelId: NO_CHANNEL }))
    const count = countByHand(log, OPTIONS).get(NO_CHANNEL)
    expect(count?.totals.droppedByReason).toEqual(new Map([['malformed', 1]]))
    expect(count?.days.size).toBe(0)
  })
})
