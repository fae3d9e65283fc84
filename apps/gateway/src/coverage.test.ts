import { DAY_MS, HOUR_MS, MINUTE_MS } from '@smacktalk/contract'
import { describe, expect, test } from 'vitest'
import { coverageOf, coverageRatio, PROVISIONAL_MS_MAX, upToNow, wantedTime } from './coverage.ts'
import { backfilledIn, GAPS_MAX, type GapQuestion, gapsIn } from './gaps.ts'
import { coverageRow } from './gateway-fixture.ts'
import { coveredMsIn, mergeIntervals } from './intervals.ts'

const DAY = Date.UTC(2026, 10, 19)

function question(
  value: Partial<GapQuestion> & Pick<GapQuestion, 'coverage' | 'nowMs'>,
  addedAt: number | null,
): GapQuestion {
  const wanted = wantedTime(value.coverage, addedAt, value.nowMs)
  return { wanted, knownFrom: DAY - DAY_MS, standing: null, ...value }
}

const iso = (atMs: number) => new Date(atMs).toISOString()

describe('covered time', () => {
  test('of several days is one line of merged intervals, imported ones included', () => {
    const coverage = coverageOf([
      {
        day: DAY,
        row: coverageRow({ starts: [0], ends: [1_000], importedStarts: [500], importedEnds: [2_000] }),
      },
      { day: DAY - DAY_MS, row: coverageRow({ starts: [DAY_MS - 10], ends: [DAY_MS] }) },
    ])
    expect(coverage.covered).toEqual([{ from: DAY - 10, to: DAY + 2_000 }])
    expect(coverage.live).toEqual([{ from: DAY - 10, to: DAY + 1_000 }])
  })

  test('is cut to the span, half open', () => {
    const intervals = [
      { from: 10, to: 20 },
      { from: 30, to: 40 },
    ]
    expect(coveredMsIn(intervals, 0, 10)).toBe(0)
    expect(coveredMsIn(intervals, 0, 11)).toBe(1)
    expect(coveredMsIn(intervals, 15, 35)).toBe(10)
    expect(coveredMsIn(intervals, 20, 30)).toBe(0)
    expect(coveredMsIn(intervals, 39, 100)).toBe(1)
    expect(coveredMsIn(intervals, 40, 100)).toBe(0)
  })

  test('merges whatever touches and drops what is empty', () => {
    expect(
      mergeIntervals([
        { from: 5, to: 7 },
        { from: 1, to: 5 },
        { from: 9, to: 9 },
        { from: 2, to: 3 },
      ]),
    ).toEqual([{ from: 1, to: 7 }])
  })

  test('reaches to now while the channel is joined', () => {
    const coverage = coverageOf([{ day: DAY, row: coverageRow({ starts: [0], ends: [10_000] }) }])
    const nowMs = DAY + 14_000
    expect(upToNow(coverage, { state: 'joined', since: DAY }, nowMs).covered).toEqual([
      { from: DAY, to: nowMs },
    ])
    expect(upToNow(coverage, { state: 'lost', since: DAY }, nowMs)).toBe(coverage)
    expect(upToNow(coverage, null, nowMs)).toBe(coverage)
  })

  test('does not bridge the time before a channel was joined again', () => {
    const coverage = coverageOf([{ day: DAY, row: coverageRow({ starts: [0], ends: [10_000] }) }])
    const again = upToNow(coverage, { state: 'joined', since: DAY + 12_000 }, DAY + 14_000)
    expect(again.covered).toEqual([
      { from: DAY, to: DAY + 10_000 },
      { from: DAY + 12_000, to: DAY + 14_000 },
    ])
  })

  test('ends at the last tick when ticks have stopped coming', () => {
    const coverage = coverageOf([{ day: DAY, row: coverageRow({ starts: [0], ends: [10_000] }) }])
    const standing = { state: 'joined', since: DAY } as const
    const last = DAY + 10_000 + PROVISIONAL_MS_MAX
    expect(upToNow(coverage, standing, last).covered.at(-1)?.to).toBe(last)
    expect(upToNow(coverage, standing, last + 1)).toBe(coverage)
  })
})

describe('the ratio', () => {
  const coverage = coverageOf([{ day: DAY, row: coverageRow({ starts: [HOUR_MS], ends: [2 * HOUR_MS] }) }])
  const nowMs = DAY + 3 * HOUR_MS

  test('counts from when the channel was wanted', () => {
    const wanted = wantedTime(coverage, DAY + HOUR_MS, nowMs)
    expect(coverageRatio(coverage, wanted, DAY, nowMs)).toBe(0.5)
    expect(coverageRatio(coverage, wanted, DAY + HOUR_MS, DAY + 2 * HOUR_MS)).toBe(1)
  })

  test('is null when nothing was wanted in the range', () => {
    const wanted = wantedTime(coverage, DAY + HOUR_MS, nowMs)
    expect(coverageRatio(coverage, wanted, DAY, DAY + HOUR_MS)).toBeNull()
    expect(coverageRatio(coverage, [], DAY, nowMs)).toBeNull()
  })

  test('counts earlier coverage too, as of an import', () => {
    expect(wantedTime(coverage, DAY + 2 * HOUR_MS, nowMs)).toEqual([{ from: DAY + HOUR_MS, to: nowMs }])
  })

  test('of a channel that left the list ends with what was heard of it', () => {
    expect(wantedTime(coverage, null, nowMs)).toEqual([{ from: DAY + HOUR_MS, to: DAY + 2 * HOUR_MS }])
    expect(wantedTime(coverageOf([]), null, nowMs)).toEqual([])
  })

  test('is never rounded up to complete', () => {
    const nearly = coverageOf([{ day: DAY, row: coverageRow({ starts: [1], ends: [DAY_MS] }) }])
    const wanted = wantedTime(nearly, DAY, DAY + DAY_MS)
    expect(coverageRatio(nearly, wanted, DAY, DAY + DAY_MS)).toBe(0.9999)
  })
})

describe('gaps', () => {
  const row = coverageRow({
    starts: [HOUR_MS, 2 * HOUR_MS, 3 * HOUR_MS],
    ends: [HOUR_MS + 10 * MINUTE_MS, 2 * HOUR_MS + 10 * MINUTE_MS, 3 * HOUR_MS + 10 * MINUTE_MS],
    losses: [
      { at: 30_000, cause: 'spool full', ingestor: 'a' },
      { at: HOUR_MS + 10 * MINUTE_MS + 40, cause: 'connection lost', ingestor: 'a' },
    ],
  })
  const coverage = coverageOf([{ day: DAY, row }])
  const nowMs = DAY + 4 * HOUR_MS

  test('have the cause of the loss nearest to their start, else say that nobody was there', () => {
    const { gaps, omitted } = gapsIn(question({ coverage, nowMs }, DAY + 50 * MINUTE_MS), DAY, nowMs)
    expect(omitted).toBe(0)
    expect(gaps).toEqual([
      { from: iso(DAY + 50 * MINUTE_MS), to: iso(DAY + HOUR_MS), cause: 'not joined yet' },
      { from: iso(DAY + 70 * MINUTE_MS), to: iso(DAY + 2 * HOUR_MS), cause: 'connection lost' },
      { from: iso(DAY + 130 * MINUTE_MS), to: iso(DAY + 3 * HOUR_MS), cause: 'ingestor down' },
      { from: iso(DAY + 190 * MINUTE_MS), to: iso(nowMs), cause: 'ingestor down' },
    ])
  })

  test('are not explained by a loss that came after them', () => {
    const losses = [{ at: HOUR_MS + 1_000, cause: 'connection lost', ingestor: 'a' }]
    const short = coverageOf([
      { day: DAY, row: coverageRow({ starts: [HOUR_MS], ends: [HOUR_MS + 1_000], losses }) },
    ])
    const added = DAY + HOUR_MS - 500
    const { gaps } = gapsIn(question({ coverage: short, nowMs: DAY + HOUR_MS + 3_000 }, added), DAY, nowMs)
    expect(gaps.map(({ cause }) => cause)).toEqual(['not joined yet', 'connection lost'])
  })

  test('are cut to the range but keep the cause of their beginning', () => {
    const from = DAY + 90 * MINUTE_MS
    const { gaps } = gapsIn(question({ coverage, nowMs }, DAY), from, from + MINUTE_MS)
    expect(gaps).toEqual([{ from: iso(from), to: iso(from + MINUTE_MS), cause: 'connection lost' }])
  })

  test('that last to now say how the channel stands', () => {
    const standing = { state: 'suspended', since: nowMs } as const
    const { gaps } = gapsIn(question({ coverage, nowMs, standing }, DAY), nowMs - MINUTE_MS, nowMs)
    expect(gaps.map(({ cause }) => cause)).toEqual(['suspended'])
  })

  test('are not known yet while an ingestor hears the channel and its word does not come through the log', () => {
    const standing = { state: 'joined', since: DAY + 3 * HOUR_MS } as const
    const asked = question({ coverage: upToNow(coverage, standing, nowMs), nowMs, standing }, DAY)
    expect(gapsIn(asked, nowMs - MINUTE_MS, nowMs).gaps.map(({ cause }) => cause)).toEqual([
      'not counted yet',
    ])
    // What ended before is as it was.
    const before = gapsIn(asked, DAY + 130 * MINUTE_MS, DAY + 3 * HOUR_MS).gaps
    expect(before.map(({ cause }) => cause)).toEqual(['ingestor down'])
  })

  test('of a channel added long ago and never heard in what was read are not called unjoined', () => {
    const nothing = coverageOf([])
    const old = question({ coverage: nothing, nowMs }, DAY - 10 * DAY_MS)
    expect(gapsIn(old, DAY, nowMs).gaps[0]?.cause).toBe('ingestor down')
    const fresh = question({ coverage: nothing, nowMs }, DAY)
    expect(gapsIn(fresh, DAY, nowMs).gaps).toEqual([
      { from: iso(DAY), to: iso(nowMs), cause: 'not joined yet' },
    ])
  })

  test('are none while the channel was off the list', () => {
    const off = coverageRow({
      ...row,
      losses: [{ at: HOUR_MS + 10 * MINUTE_MS, cause: 'left', ingestor: 'a' }],
    })
    const away = coverageOf([{ day: DAY, row: off }])
    const asked = question({ coverage: away, nowMs: DAY + 130 * MINUTE_MS }, DAY + 110 * MINUTE_MS)
    expect(gapsIn(asked, DAY + HOUR_MS, nowMs).gaps).toEqual([
      { from: iso(DAY + 110 * MINUTE_MS), to: iso(DAY + 2 * HOUR_MS), cause: 'not joined yet' },
    ])
    expect(coverageRatio(away, asked.wanted, DAY + HOUR_MS, DAY + 2 * HOUR_MS)).toBe(0.5)
  })

  test('are gaps when one ingestor left the channel to another', () => {
    const off = coverageRow({
      ...row,
      losses: [{ at: HOUR_MS + 10 * MINUTE_MS, cause: 'left', ingestor: 'a' }],
    })
    const asked = question({ coverage: coverageOf([{ day: DAY, row: off }]), nowMs }, DAY)
    expect(gapsIn(asked, DAY + HOUR_MS, DAY + 2 * HOUR_MS).gaps).toEqual([
      { from: iso(DAY + 70 * MINUTE_MS), to: iso(DAY + 2 * HOUR_MS), cause: 'not joined yet' },
    ])
  })

  test('that a history service has filled are covered, and told apart from what was heard', () => {
    const filled = coverageOf([
      {
        day: DAY,
        row: {
          ...row,
          backfilledStarts: [HOUR_MS + 5 * MINUTE_MS, HOUR_MS + 40 * MINUTE_MS],
          backfilledEnds: [HOUR_MS + 30 * MINUTE_MS, 2 * HOUR_MS + MINUTE_MS],
        },
      },
    ])
    const asked = question({ coverage: filled, nowMs }, DAY + HOUR_MS)
    const [from, to] = [DAY + HOUR_MS, DAY + 2 * HOUR_MS]
    expect(backfilledIn(asked, from, to)).toEqual([
      { from: iso(DAY + 70 * MINUTE_MS), to: iso(DAY + 90 * MINUTE_MS) },
      { from: iso(DAY + 100 * MINUTE_MS), to: iso(DAY + 120 * MINUTE_MS) },
    ])
    expect(gapsIn(asked, from, to).gaps).toMatchObject([
      { from: iso(DAY + 90 * MINUTE_MS), to: iso(DAY + 100 * MINUTE_MS) },
    ])
    expect(coverageRatio(filled, asked.wanted, from, to)).toBe(0.8333)
  })

  test('are none in the future, before the channel was wanted, or of a channel nobody wanted', () => {
    expect(gapsIn(question({ coverage, nowMs }, DAY), nowMs, nowMs + HOUR_MS).gaps).toEqual([])
    expect(gapsIn(question({ coverage: coverageOf([]), nowMs }, null), DAY, nowMs).gaps).toEqual([])
  })

  test('beyond the limit leave out the shortest and say how many', () => {
    const starts = Array.from({ length: GAPS_MAX + 3 }, (_, index) => index * 2_000)
    const ends = starts.map((start, index) => start + (index === 7 || index === 9 ? 1_999 : 1_000))
    const flapping = coverageOf([{ day: DAY, row: coverageRow({ starts, ends }) }])
    const list = gapsIn(
      question({ coverage: flapping, nowMs: DAY + starts.at(-1)! + 1_000 }, DAY),
      DAY,
      nowMs,
    )
    expect(list.gaps).toHaveLength(GAPS_MAX)
    expect(list.omitted).toBe(2)
    expect(list.gaps.some(({ from, to }) => Date.parse(to) - Date.parse(from) === 1)).toBe(false)
    expect(list.gaps.map(({ from }) => from)).toEqual(list.gaps.map(({ from }) => from).toSorted())
  })
})
