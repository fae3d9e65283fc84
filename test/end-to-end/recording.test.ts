import {
  type CountName,
  DEFAULT_BOTS,
  MINUTE_MS,
  type Point,
  type SeriesAnswer,
  type StatusAnswer,
  userDaysPartition,
} from '@smacktalk/contract'
import { startFakeTwitch } from '@smacktalk/fake-twitch'
import { decodeRow } from '@smacktalk/wire'
import { describe, expect, it } from 'vitest'
import { linesOf, liveLog, readPlainly } from '../oracle/capture-lines.ts'
import { type ChannelCount, countByHand, type SpanCount, type UserDays } from '../oracle/oracle.ts'
import { eventually } from '../support/eventually.ts'
import { sharedFile } from '../support/shared-data.ts'
import { startProduct } from '../support/start-product.ts'
import { openStoredData, rowsIn } from '../support/stored-data.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const SEED = 5
const path = sharedFile('twitch-irc/captures/busy-channel-48min.irc')

/** The recording's 48 minutes become two, which end half a minute ago: an ingestor may be that late. */
const TIMES_FASTER = 24
const ENDED_MS_AGO = 30_000

const OPTIONS = { horizonMs: 900_000, spoolMs: 21_600_000, defaultBots: DEFAULT_BOTS, defaultPrefix: '!' }

/** Where the connection is cut, and from which line on they come again. */
const CUT_AT = 1_200
const AGAIN_FROM = 1_000

describe.skipIf(path === null)('the recording of a busy channel, played to the running program', () => {
  it(`is counted as a count by hand counts it, also when the connection is cut (seed ${SEED})`, async () => {
    const { lines, channel, roomId } = playable(linesOf(path ?? ''))
    const byHand = countByHand(liveLog(lines.map(readPlainly)), OPTIONS).get(roomId)
    if (byHand === undefined) throw new Error('the count by hand is of another channel')

    using folder = temporaryFolder()
    const framing = { seed: SEED, fragment: true }
    await using twitch = await startFakeTwitch({ idOf: () => roomId, framing })
    await using product = startProduct({
      dataDir: folder.path,
      env: {
        SMACKTALK_SOURCE: 'twitch',
        SMACKTALK_TWITCH_URL: twitch.url,
        SMACKTALK_CHANNELS: channel,
      },
    })
    const { context } = product
    const joined = () => eventually('it has joined', () => twitch.joined(channel) > 0, { context })
    const heard = async () => product.metric('smacktalk_ingestor_lines')
    await joined()
    for (const line of lines.slice(0, CUT_AT)) twitch.send(channel, line)
    await eventually('most of them are heard', async () => (await heard()) > AGAIN_FROM + 50, { context })
    twitch.dropAll()
    await joined()
    for (const line of lines.slice(AGAIN_FROM)) twitch.send(channel, line)
    const { account } = await eventually(
      'every message is counted',
      async () => {
        const status = await product.ask<StatusAnswer>('/status')
        return status.account.messages >= byHand.totals.messages && status
      },
      { context },
    )
    expect(account).toMatchObject({ messages: byHand.totals.messages, late: 0, dropped: 0 })
    expect(account.duplicates).toBeGreaterThan(40)

    const starts = [...byHand.minutes.keys()]
    const range = `from=${Math.min(...starts)}&to=${Math.max(...starts) + MINUTE_MS}`
    const series = await product.ask<SeriesAnswer>(`/channels/${channel}/series?${range}&step=minute`)
    // Every step but seconds has whole points.
    expect(countedSpans(series.points as Point[])).toEqual(handCountedSpans(byHand))
    expect(series.totals['chatters']).toBe(new Set(starts.flatMap((at) => [...chattersAt(byHand, at)])).size)

    expect((await product.stop()).code).toBe(0)
    expect(await storedUsers(folder.path, roomId, starts)).toEqual(handCountedUsers(roomId, byHand.users))
  })
})

/** The lines with times as of now, compressed; ids, people and texts stay. */
function playable(recorded: readonly string[]): { lines: string[]; channel: string; roomId: string } {
  const time = (line: string): number => Number(/[@;]tmi-sent-ts=(\d+)/.exec(line)?.[1])
  const last = time(recorded.at(-1) ?? '')
  const end = Date.now() - ENDED_MS_AGO
  const lines = recorded.map((line) => {
    const at = Math.round(end - (last - time(line)) / TIMES_FASTER)
    return line.replace(/([@;]tmi-sent-ts=)\d+/, `$1${at}`)
  })
  const [, roomId = ''] = /[@;]room-id=(\d+)/.exec(lines[0] ?? '') ?? []
  const [, channel = ''] = / #(\w+)/.exec(lines[0] ?? '') ?? []
  return { lines, channel, roomId }
}

function chattersAt(byHand: ChannelCount, minute: number): ReadonlySet<string> {
  return byHand.minutes.get(minute)?.chatters ?? new Set()
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0)

/** What both sides tell of a minute; duplicates are the test's own doing. */
type Told = Record<Exclude<CountName, 'duplicates'>, number | null> & {
  messages: number | null
  characters: number | null
  emoteUses: number | null
  chatters: number | null
  peakPerSecond: number | null
}

function countedSpans(points: readonly Point[]): Map<number, Told> {
  return new Map(
    points
      .filter(({ messages, timeouts, gifts }) => (messages ?? 0) + (timeouts ?? 0) + (gifts ?? 0) > 0)
      .map(({ t, coveredMs, chattersError, otherNoticesByKind, droppedByReason, duplicates, ...told }) => [
        Date.parse(t),
        told,
      ]),
  )
}

function handCountedSpans({ minutes }: ChannelCount): Map<number, Told> {
  return new Map([...minutes].map(([start, span]) => [start, told(span)]))
}

function told({ messages, characters, emoteUses, chatters, counts, peakPerSecond }: SpanCount): Told {
  const { duplicates, ...others } = counts
  return {
    messages: sumOf(messages),
    characters: sumOf(characters),
    emoteUses: sumOf(emoteUses),
    chatters: chatters.size,
    peakPerSecond,
    ...others,
  }
}

/** Messages, characters, emotes, time-outs and first and last message of each user, by day and id. */
type Users = Map<string, readonly (number | null)[]>

async function storedUsers(dataDir: string, roomId: string, minutes: readonly number[]): Promise<Users> {
  await using data = await openStoredData(dataDir, 'twitch')
  const days = new Set(minutes.map((at) => userDaysPartition(roomId, at)))
  const rows = await rowsIn(data, 'user_days', [...days])
  return new Map(
    rows.map(({ partition, row, value }) => {
      const { messages, characters, emoteUses, timeouts, firstAt, lastAt } = decodeRow('userDay', value)
      return [`${partition} ${row}`, [sumOf(messages), characters, emoteUses, timeouts, firstAt, lastAt]]
    }),
  )
}

function handCountedUsers(roomId: string, users: UserDays): Users {
  return new Map(
    [...users].flatMap(([userId, days]) =>
      [...days].map(([day, { messages, characters, emoteUses, timeouts, firstAt, lastAt }]) => {
        const key = `${userDaysPartition(roomId, day)} ${userId}`
        return [key, [sumOf(messages), characters, emoteUses, timeouts, firstAt, lastAt]] as const
      }),
    ),
  )
}
