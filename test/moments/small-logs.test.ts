/** Moments of small logs: announced late, in a quiet channel, by one person or by many. */
import { type AnyRecord, LIVE_RUN, type MomentRow } from '@smacktalk/contract'
import { decodeRow } from '@smacktalk/wire'
import { expect, test } from 'vitest'
import { foldLog, ONE_BATCH, rowsOf } from '../oracle/fold-rows.ts'
import {
  CHANNEL,
  coverage,
  imported,
  logOf,
  message,
  NOON,
  notice,
  OPTIONS,
  roomState,
} from '../oracle/hand-written.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND

type Entry = readonly [appendedAt: number, AnyRecord]

/** Moments that a log of one channel leaves, in the order of their beginnings; the same with a restart anywhere. */
async function momentsOf(entries: readonly Entry[]): Promise<MomentRow[]> {
  const log = logOf(...entries)
  const found = async (cuts: typeof ONE_BATCH): Promise<MomentRow[]> =>
    rowsOf(await foldLog(log, OPTIONS, cuts), 'moments', CHANNEL).map(({ value }) =>
      decodeRow('moment', value),
    )
  const moments = await found(ONE_BATCH)
  expect(await found({ batches: [1], acts: ['commit', 'restart'] })).toEqual(moments)
  return moments
}

/** Somebody says something every few seconds. */
function talk(from: number, to: number, everyMs = 5 * SECOND, name = 'talk'): Entry[] {
  const said: Entry[] = []
  for (let at = from; at < to; at += everyMs)
    said.push([at, message(at, `${name}${at}`, { userId: `${at}` })])
  return said
}

const raid = (at: number, viewers = 80) =>
  notice(at, `raid${at}`, 'raid', { viewerCount: viewers, login: 'wren', userId: '77' })

test('a raid of which a backfill tells after a gap is a moment of its time, and none of what happens now', async () => {
  const back = 12 * MINUTE
  const moments = await momentsOf([
    ...talk(0, 6 * MINUTE),
    ...talk(back, back + 8 * MINUTE),
    ...talk(back + 8 * MINUTE, back + 8 * MINUTE + 20 * SECOND, 250, 'surge'),
    [back + 8 * MINUTE + 20 * SECOND, raid(8 * MINUTE)],
    [back + 8 * MINUTE + 20 * SECOND, message(8 * MINUTE + 2 * SECOND, 'raider')],
    ...talk(back + 8 * MINUTE + 21 * SECOND, back + 10 * MINUTE),
  ])
  expect(moments.map(({ cause, from }) => [cause, from])).toEqual([
    ['raid', NOON + 8 * MINUTE],
    ['unexplained', expect.any(Number)],
  ])
  const [past, surge] = moments
  expect(past).toMatchObject({ to: NOON + 8 * MINUTE + 30 * SECOND, raidViewers: 80, messages: 1 })
  expect(surge).toMatchObject({ raids: 0, raider: null })
})

test('a raid that is heard of when its surge is over explains the surge', async () => {
  const moments = await momentsOf([
    ...talk(0, 6 * MINUTE),
    ...talk(6 * MINUTE, 6 * MINUTE + 20 * SECOND, 250, 'surge'),
    ...talk(6 * MINUTE + 21 * SECOND, 9 * MINUTE),
    [9 * MINUTE, raid(6 * MINUTE - 2 * SECOND)],
    ...talk(9 * MINUTE + SECOND, 10 * MINUTE),
  ])
  expect(moments).toHaveLength(1)
  expect(moments[0]).toMatchObject({ cause: 'raid', raider: 'wren', raiderId: '77', raidViewers: 80 })
  expect(moments[0]?.messages).toBeGreaterThan(70)
})

test('a mode that is switched on in a quiet channel is a moment, one of hours ago that is told now is none', async () => {
  const quiet = 40 * MINUTE
  const heard = (at: number): Entry => [at, coverage(at - 5 * SECOND, at)]
  const slow = (at: number, receivedAt: number): Entry => [
    at,
    roomState(at, { slow: 30, sentAt: null, receivedAt: NOON + receivedAt } as object),
  ]
  const said: Entry = [0, message(0, 'a')]
  const later = [heard(quiet + MINUTE), heard(quiet + 6 * MINUTE)]
  const [mode, ...others] = await momentsOf([said, slow(quiet, quiet), ...later])
  expect(others).toEqual([])
  expect(mode).toMatchObject({ cause: 'mode', mode: 'slow', modeValue: 30, run: LIVE_RUN })
  expect(mode).toMatchObject({ from: NOON + quiet, to: NOON + quiet + 5 * MINUTE })
  expect(await momentsOf([said, slow(quiet, 2 * MINUTE), ...later])).toEqual([])
})

test('of a finished import the clock row keeps the baseline alone', async () => {
  const lines = talk(0, 8 * MINUTE).map(([, record], index) => imported(record, index + 1))
  const told = imported(raid(8 * MINUTE), lines.length + 1)
  const finished: AnyRecord = {
    kind: 'importFinished',
    value: { channelId: CHANNEL, run: 'import-a' },
  }
  const store = await foldLog(logOf(...lines, told, finished), OPTIONS, ONE_BATCH)
  const [clock] = [...store.rows.values()].filter(({ table }) => table === 'clocks')
  const { detector } = decodeRow('clock', clock!.value).runs.find(({ run }) => run === 'import-a')!
  expect(detector).toMatchObject({ warmth: 300, recent: [], open: null, closed: [] })
  expect(detector?.mean).toBeGreaterThan(0)
  expect(rowsOf(store, 'moments', CHANNEL)).toHaveLength(1)
})

test('the same text by many people is a copy-pasta, by one with other signs each time it is none', async () => {
  const wave = (people: number, sign = '!'): Entry[] =>
    talk(6 * MINUTE, 6 * MINUTE + 15 * SECOND, 500, 'wave').map(([at], index) => {
      const text = `Buy this great thing now${sign.repeat(index + 1)}`
      return [at, message(at, `wave${at}`, { text, userId: `8${index % people}` })]
    })
  const causeOf = async (people: number, sign?: string): Promise<string[]> => {
    const found = await momentsOf([
      ...talk(0, 6 * MINUTE),
      ...wave(people, sign),
      ...talk(6.5 * MINUTE, 8 * MINUTE),
    ])
    return found.map(({ cause }) => cause)
  }
  expect(await causeOf(10)).toEqual(['copyPasta'])
  expect(await causeOf(1)).toEqual(['unexplained'])
  expect(await causeOf(1, '')).toEqual(['unexplained'])
})
