import { emptyPoint, MINUTE_MS, type SeriesAnswer } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { rangeCsv } from './range-csv.ts'

const FROM = Date.UTC(2026, 2, 1)
const answer: Pick<SeriesAnswer, 'channel' | 'step' | 'without' | 'points'> = {
  channel: { id: '77', name: 'orbit', displayName: 'Orbit', slot: 0 },
  step: 'minute',
  without: ['bots', 'shared'],
  points: [emptyPoint(FROM, 0), { ...emptyPoint(FROM + MINUTE_MS, MINUTE_MS), messages: 12 }],
}

test('a file names channel, source, step and what was left out in every row', () => {
  const [head, first, second] = rangeCsv(answer, 'demo').split('\r\n')
  const columns = head?.split(',') ?? []
  const cell = (line: string | undefined, name: string) => line?.split(',')[columns.indexOf(name)]
  expect(columns.slice(0, 6)).toEqual(['t', 'channelId', 'channel', 'source', 'step', 'without'])
  expect(second).toContain('2026-03-01T00:01:00.000Z,77,orbit,demo,minute,bots shared')
  expect([cell(first, 'messages'), cell(second, 'messages')]).toEqual(['', '12'])
})

test('it holds every number of a point, and no tallies by kind', () => {
  const columns = rangeCsv(answer, 'demo').split('\r\n')[0]?.split(',') ?? []
  for (const name of ['emoteUses', 'chatters', 'peakPerSecond', 'coveredMs', 'bits', 'bans', 'late']) {
    expect(columns).toContain(name)
  }
  expect(columns).not.toContain('droppedByReason')
})

test('of seconds there are messages alone', () => {
  const seconds = {
    ...answer,
    step: 'second' as const,
    points: [{ t: answer.points[0]?.t ?? '', messages: 3 }],
  }
  expect(rangeCsv(seconds, 'twitch').split('\r\n')[0]).toBe(
    't,channelId,channel,source,step,without,messages',
  )
})
