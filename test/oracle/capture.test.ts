import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type AnyRecord, LIVE_RUN } from '@smacktalk/contract'
import { createLineReader } from '@smacktalk/twitch'
import { describe, expect, it } from 'vitest'
import { linesOf, liveLog, readPlainly } from './capture-lines.ts'
import { type ChannelCount, countByHand } from './oracle.ts'

const shared = process.env['SMACKTALK_SHARED'] ?? join(import.meta.dirname, '../../../shared')
const path = join(shared, 'twitch-irc/captures/busy-channel-48min.irc')
const missing = !existsSync(path)
if (missing) console.warn(`SKIPPED: the recording of a busy channel is not at ${path}; set SMACKTALK_SHARED`)

const OPTIONS = { horizonMs: 900_000, spoolMs: 21_600_000, defaultBots: [], defaultPrefix: '!' }

describe.skipIf(missing)('the recording of a busy channel', () => {
  const count = missing ? undefined : onlyChannel(linesOf(path).map(readPlainly))

  it('is judged without a refusal', () => {
    expect(count?.totals).toMatchObject({
      messages: 1_941,
      events: 59,
      duplicates: 0,
      late: 0,
      dropped: 0,
    })
  })

  it('has the numbers of its description', () => {
    const [day, ...others] = count?.days.values() ?? []
    expect(others).toEqual([])
    expect(day?.chatters.size).toBe(165)
    expect(day?.messages).toEqual([1_938, 0, 3, 0, 0, 0, 0, 0])
    expect(day?.emoteUses.reduce((a, b) => a + b)).toBe(1_792)
    expect(day?.peakPerSecond).toBe(6)
    expect(day?.counts).toMatchObject({
      emoteMessages: 465,
      badEmoteRanges: 0,
      timeouts: 58,
      bans: 0,
      gifts: 1,
      replies: 3,
      newChatters: 2,
      bits: 0,
    })
  })

  it('touches 49 minutes, the busiest with 112 messages', () => {
    const perMinute = [...(count?.minutes.values() ?? [])].map(({ messages }) =>
      messages.reduce((a, b) => a + b),
    )
    expect(perMinute.length).toBe(49)
    expect(Math.max(...perMinute)).toBe(112)
  })

  it('has three people who wrote most, and 22 who were timed out', () => {
    const rows = [...(count?.users.values() ?? [])].flatMap((days) => [...days.values()])
    const written = rows.map(({ messages }) => messages.reduce((a, b) => a + b)).sort((a, b) => b - a)
    expect(written.slice(0, 3)).toEqual([140, 114, 93])
    expect(rows.filter(({ timeouts }) => timeouts > 0).length).toBe(22)
    expect(rows.reduce((sum, { timeouts }) => sum + timeouts, 0)).toBe(58)
  })

  it('gives the same count when the line reader of the product reads it', () => {
    const reader = createLineReader({ run: LIVE_RUN, ingestor: 'recording' })
    const records = linesOf(path).map((line) => {
      const read = reader.read(line, 0)
      if (read.kind === 'ignored') throw new Error(`the reader ignored ${read.command}`)
      return read.record
    })
    expect(onlyChannel(records)).toEqual(count)
  })

  it('counts every message once when each is heard twice and the last ones again', () => {
    const lines = linesOf(path).slice(0, 600)
    const records = lines.map(readPlainly)
    const again = [...records.flatMap((record) => [record, record]), ...records.slice(-50)]
    const newest = liveLog(records).reduce((max, { appendMs }) => Math.max(max, appendMs), 0)
    const log = again.map((record, offset) => ({ offset, appendMs: newest, record }))
    const twice = [...countByHand(log, OPTIONS).values()][0]
    const once = onlyChannel(records)
    expect(twice?.users).toEqual(once.users)
    expect(twice?.totals).toMatchObject({
      messages: once.totals.messages,
      events: once.totals.events,
      duplicates: 650,
    })
  })
})

function onlyChannel(records: readonly AnyRecord[]): ChannelCount {
  const [count, ...others] = countByHand(liveLog(records), OPTIONS).values()
  if (count === undefined || others.length > 0) throw new Error('the recording is of one channel')
  return count
}
