import {
  DAY_MS,
  EMPTY_MOMENT,
  HOUR_MS,
  hourOfWeek,
  LIVE_RUN,
  MINUTE_MS,
  type MomentsAnswer,
  type OverviewAnswer,
} from '@smacktalk/contract'
import { describe, expect, test } from 'vitest'
import { alpha } from './alpha-fixture.ts'
import { SCHEMAS } from './answer-schemas.ts'
import { classes, NOW, openTestGateway, type RowWriter, type TestGateway, viewOf } from './gateway-fixture.ts'
import { misfits } from './json-schema-fixture.ts'
import { LiveChannel } from './live-channel.ts'
import { momentsNow } from './moments-answer.ts'

const DAY = NOW - (NOW % DAY_MS)
const HOUR = NOW - (NOW % HOUR_MS)
const iso = (atMs: number) => new Date(atMs).toISOString()

function withMoments(write: (rows: RowWriter) => Promise<void>): Promise<TestGateway> {
  return openTestGateway(async (parts) => {
    await alpha(parts)
    await write(parts.rows)
  })
}

async function moments(gateway: TestGateway, query = ''): Promise<MomentsAnswer> {
  const { status, body } = await gateway.get(`/api/v1/channels/alpha/moments?${query}`)
  expect([status, body]).toEqual([200, body])
  expect(misfits(body, SCHEMAS.MomentsAnswer)).toEqual([])
  return body as MomentsAnswer
}

describe('moments', () => {
  test('that touch the range come newest first, with evidence in figures', async () => {
    const gateway = await withMoments(async (rows) => {
      await rows.moment('7', 1, { from: NOW - 3 * HOUR_MS, to: NOW - 2 * HOUR_MS, cause: 'mode' })
      await rows.moment('7', 2, { from: NOW - 61 * MINUTE_MS, to: NOW - 59 * MINUTE_MS, cause: 'chatClear' })
      await rows.moment('7', 3, {
        from: NOW - MINUTE_MS,
        cause: 'emoteStorm',
        sizePercent: 420,
        baselinePerHour: 600,
        messages: 80,
        seen: 100,
        emote: 'twitch:25',
        emoteLabel: 'Kappa',
        emoteMessages: 75,
      })
    })
    const answer = await moments(gateway)
    expect(answer.moments.map(({ cause, to }) => [cause, to])).toEqual([
      ['emoteStorm', null],
      ['chatClear', iso(NOW - 59 * MINUTE_MS)],
    ])
    expect(answer.moments[0]).toMatchObject({
      from: iso(NOW - MINUTE_MS),
      size: 4.2,
      baseline: 10,
      messages: 80,
      imported: false,
      evidence: { emote: { key: 'twitch:25', label: 'Kappa', share: 0.75 }, raid: null, bans: 0 },
    })
    expect((await moments(gateway, 'cause=chatClear')).moments).toHaveLength(1)
    expect((await moments(gateway, `from=${NOW - 2.5 * HOUR_MS}`)).moments).toHaveLength(3)
    const refused = await gateway.get('/api/v1/channels/alpha/moments?cause=storm')
    expect(refused.status).toBe(400)
  })

  test('are as new as the views, and the overview counts those that began in its range', async () => {
    const gateway = await withMoments((rows) => rows.moment('7', 5, { from: NOW - MINUTE_MS, messages: 10 }))
    const id = (await moments(gateway)).moments[0]!.id
    const row = {
      ...EMPTY_MOMENT,
      run: LIVE_RUN,
      from: NOW - MINUTE_MS,
      peakAt: NOW - MINUTE_MS,
      messages: 12,
    }
    await gateway.publish(viewOf({ channelId: '7', position: 9, moments: [{ id, position: 9, row }] }))
    await expect.poll(async () => (await moments(gateway)).moments[0]?.messages).toBe(12)
    const { body } = await gateway.get('/api/v1/overview')
    expect((body as OverviewAnswer).moments).toEqual({ unexplained: 1 })
  })

  test('whose end nobody heard end by themselves: none lasts longer than ten minutes', async () => {
    const gateway = await withMoments((rows) =>
      rows.moment('7', 2, { from: NOW - 30 * MINUTE_MS, to: null, cause: 'raid', raids: 1 }),
    )
    const found = await moments(gateway, `from=${NOW - HOUR_MS}`)
    expect(found.moments.map(({ to }) => to)).toEqual([iso(NOW - 20 * MINUTE_MS)])
    expect((await moments(gateway, `from=${NOW - 10 * MINUTE_MS}`)).moments).toEqual([])
    const channel = new LiveChannel('7')
    const row = { ...EMPTY_MOMENT, run: LIVE_RUN, from: NOW - 30 * MINUTE_MS, peakAt: NOW - 30 * MINUTE_MS }
    channel.applyMoment({ id: 'm', position: 9, row })
    const [shown] = momentsNow([channel], NOW, () => false)
    expect(shown?.to).toBe(iso(NOW - 20 * MINUTE_MS))
  })

  test('do not name a raider who asked not to be named since', async () => {
    const gateway = await withMoments(async (rows) => {
      await rows.moment('7', 2, {
        from: NOW - MINUTE_MS,
        cause: 'raid',
        raids: 1,
        raidViewers: 50,
        raider: 'x',
      })
      await rows.moment('7', 3, { from: NOW - 2_000, cause: 'raid', raids: 1, raidViewers: 40, raider: 'y' })
      // They gave an id, and nothing but the raid is known of them.
      await rows.moment('7', 4, {
        ...{
          from: NOW - 2 * MINUTE_MS,
          cause: 'raid',
          raids: 1,
          raidViewers: 30,
          raider: 'z',
          raiderId: '99',
        },
      })
      await rows.optOut('7', 'x', '99')
    })
    const { moments: found } = await moments(gateway)
    expect(found.map(({ evidence }) => evidence.raid)).toEqual([
      { login: 'y', viewers: 40 },
      { login: null, viewers: 50 },
      { login: null, viewers: 30 },
    ])
  })
})

describe('what is usual', () => {
  const weekAgo = HOUR - 7 * DAY_MS
  const twoWeeksAgo = HOUR - 14 * DAY_MS

  test('is the mean per covered minute of the same hour of the week, of two at least', async () => {
    const gateway = await withMoments(async (rows) => {
      for (const [at, messages, minutes] of [
        [weekAgo, 600, 60],
        [twoWeeksAgo, 150, 30],
        [weekAgo + HOUR_MS, 900, 60],
      ] as const) {
        await rows.span('hours', '7', at, { messages: classes(messages) })
        const day = at - (at % DAY_MS)
        await rows.coverage('7', day, {
          starts: [weekAgo - (weekAgo % DAY_MS) === day ? weekAgo - day : at - day],
          ends: [
            weekAgo - (weekAgo % DAY_MS) === day
              ? weekAgo + 2 * HOUR_MS - day
              : at - day + minutes * MINUTE_MS,
          ],
        })
      }
    })
    const { usual } = await moments(gateway)
    expect(usual?.hours[hourOfWeek(HOUR)]).toBe(Math.round((750 / 90) * 100) / 100)
    expect(usual?.hours.filter((hour) => hour !== null)).toHaveLength(1)
  })

  test('is the last day where the week knows nothing, and nothing with less than an hour of data', async () => {
    const gateway = await withMoments((rows) => rows.span('hours', '7', HOUR, { messages: classes(100) }))
    expect((await moments(gateway)).usual).toBeNull()
    const longer = await withMoments(async (rows) => {
      await rows.span('hours', '7', HOUR, { messages: classes(100) })
      await rows.coverage('7', DAY, { starts: [NOW - 2 * HOUR_MS - DAY], ends: [NOW - DAY] })
    })
    const { usual } = await moments(longer)
    expect(usual?.hours.every((hour) => hour === null)).toBe(true)
    expect(usual?.lastDay).toBeCloseTo(100 / 120, 1)
  })

  test('is nothing when all that was heard of an hour of the week is less than an hour', async () => {
    const gateway = await withMoments(async (rows) => {
      for (const at of [weekAgo, twoWeeksAgo]) {
        const day = at - (at % DAY_MS)
        await rows.span('hours', '7', at, { messages: classes(100) })
        await rows.coverage('7', day, { starts: [at - day], ends: [at - day + 25 * MINUTE_MS] })
      }
    })
    expect((await moments(gateway)).usual).toBeNull()
  })

  test('of all channels is the sum of each without shared copies, a last day in for an hour without a figure', async () => {
    const gateway = await withMoments(async (rows) => {
      for (const at of [weekAgo, twoWeeksAgo]) {
        await rows.span('hours', '7', at, { messages: [600, 0, 0, 0, 120, 0, 0, 0] })
        const day = at - (at % DAY_MS)
        await rows.coverage('7', day, { starts: [at - day], ends: [at - day + HOUR_MS] })
      }
    })
    const overview = async (): Promise<OverviewAnswer> =>
      (await gateway.get('/api/v1/overview')).body as OverviewAnswer
    const own = (await moments(gateway)).usual
    gateway.clock.nowMs += 5_000
    expect(own?.hours[hourOfWeek(HOUR)]).toBe(12)
    expect((await overview()).usual?.hours[hourOfWeek(HOUR)]).toBe(10)
    expect((await overview()).usual?.hours.filter((hour) => hour !== null)).toHaveLength(1)
  })
})
