import type { PipelineAnswer, PipelineHop, PipelineInstance } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { dotCounts, dotPlaces } from './dot-counts.ts'
import { CHAT_ID, evenPoints, flowLayout, litIds, placeAlong, pointOn } from './flow-layout.ts'
import { type FlowModel, flowModel, INGESTORS_MAX, JOBS_MAX, millis, spokenFlow } from './flow-model.ts'
import { hopTimes, oursMs } from './hop-times.ts'
import { lanesOf } from './lanes.ts'
import { BARS, barOf, barStart, LatencyBook } from './latency-book.ts'
import { dotRuns } from './paint-dots.ts'
import { startsOf } from './starts.ts'

const NOW = Date.UTC(2026, 10, 21, 12)
const at = (ms: number): string => new Date(ms).toISOString()

const hop = (name: PipelineHop['name'], part: Partial<PipelineHop> = {}): PipelineHop => ({
  ...{ name, recordsPerSecond: 10, p50Ms: 5, p99Ms: 20 },
  ...part,
})

function instance(role: PipelineInstance['role'], number: number, part: Partial<PipelineInstance> = {}) {
  const base: PipelineInstance = {
    ...{ id: `${role}-${number}`, role, host: 'here', version: '1.0.0', started: at(NOW - 60_000 + number) },
    ...{ updated: at(NOW), state: 'running', silentMs: 0, troubles: [], hops: [], partitions: [] },
    ...{
      lastTakeOver: null,
      group: null,
      wanted: null,
      joined: null,
      confirmed: null,
      connections: [],
      clients: null,
    },
  }
  return { ...base, ...part }
}

const connection = (link: number, restarts: number): PipelineInstance['connections'][number] => ({
  ...{ link, state: 'open', since: at(NOW), restarts, reason: null, channels: 5 },
})

/** Four partitions; jobs share them in turn. */
function answerOf(instances: PipelineInstance[], part: Partial<PipelineAnswer> = {}): PipelineAnswer {
  const jobs = instances.filter(({ role }) => role === 'stream-job')
  return {
    ...{ now: at(NOW), troubles: [], asOf: null, hops: [hop('store', { recordsPerSecond: 90, p99Ms: 8 })] },
    partitions: [0, 1, 2, 3].map((partition) => ({
      ...{ partition, channels: [], logStart: 0, logEnd: 100, position: 98, committed: 90 },
      ...{ lag: 1, lagMs: 4, owner: jobs[partition % Math.max(1, jobs.length)]?.id ?? null },
    })),
    ...{ instances, instancesAt: at(NOW), lastRestart: null, lastTakeOver: null, audit: null },
    ...part,
  }
}

function modelOf(answer: PipelineAnswer, rates: number[] = [50, 50, 50, 50]): FlowModel {
  return flowModel(answer, lanesOf(answer.partitions, rates, new Set()), 'Cassandra')
}

const line = (box: FlowModel['store'], label: string): string | undefined =>
  box.lines.find((each) => each.label === label)?.value

test('each process is a box that says what it does, numbered by its age when there are several', () => {
  const { ingestors, jobs, store, gateway } = modelOf(
    answerOf([
      instance('ingestor', 2, {
        ...{ wanted: 10, joined: 9, hops: [hop('append')], group: 'ingest-b' },
        connections: [connection(0, 1), connection(1, 2)],
      }),
      instance('ingestor', 1, { wanted: 10, joined: 10, hops: [hop('append', { recordsPerSecond: 70 })] }),
      instance('stream-job', 1, { partitions: [0, 1, 2, 3], hops: [hop('fold', { recordsPerSecond: 80 })] }),
      instance('gateway', 1, { clients: 3 }),
      instance('gateway', 2, { clients: 4 }),
    ]),
  )
  expect(ingestors.map(({ title }) => title)).toEqual(['Ingestor 1', 'Ingestor 2'])
  expect(ingestors[0]?.figure).toEqual({ value: '70', unit: 'records/s' })
  expect(line(ingestors[1]!, 'Channels')).toBe('9 of 10')
  expect(ingestors.map(({ note }) => note)).toEqual(['', 'ingest-b'])
  expect(line(ingestors[1]!, 'Connections')).toBe('2, 3 restarts')
  expect(jobs).toMatchObject([{ title: 'Job', note: 'P0–3' }])
  expect(line(jobs[0]!, 'Reads')).toBe('80/s')
  expect(store.figure?.value).toBe('90')
  expect(line(store, 'Not committed')).toBe('32')
  expect(gateway.title).toBe('2 gateways')
  expect(line(gateway, 'Browsers')).toBe('7')
})

test('more processes than there is room for share the last box, and none is left out', () => {
  const many = (role: PipelineInstance['role'], number: number, part: Partial<PipelineInstance>) =>
    Array.from({ length: number }, (_, index) => instance(role, index, part))
  const { ingestors, jobs } = modelOf(
    answerOf([
      ...many('ingestor', 6, { joined: 2, hops: [hop('append')] }),
      ...many('stream-job', 20, { hops: [hop('fold')] }),
    ]),
  )
  expect(ingestors).toHaveLength(INGESTORS_MAX)
  expect(ingestors.at(-1)).toMatchObject({ title: '4 more Ingestors', perSecond: 40 })
  expect(jobs).toHaveLength(JOBS_MAX)
  expect(jobs.at(-1)).toMatchObject({ title: '17 more Jobs', perSecond: 170 })
  expect(new Set(jobs.flatMap(({ instances }) => instances)).size).toBe(20)
})

test('a process that is silent, stopping or troubled says so, and so does a store that does not answer', () => {
  const trouble = { part: 'store', severity: 'bad', since: at(NOW), text: 'x', advice: 'y' } as const
  const { ingestors, jobs, store } = modelOf(
    answerOf(
      [
        instance('ingestor', 1, { state: 'silent', silentMs: 9_000 }),
        instance('stream-job', 1, { state: 'stopping' }),
        instance('stream-job', 2, { troubles: ['The log is away'] }),
      ],
      { troubles: [trouble] },
    ),
  )
  expect(ingestors[0]?.trouble).toBe('silent for 9 s')
  expect(jobs.map((box) => box.trouble)).toEqual(['stopping', 'The log is away'])
  expect(store.trouble).toBe('does not answer')
})

test('what nobody says is a dash, never nought', () => {
  const { ingestors, store } = modelOf(answerOf([instance('ingestor', 1)], { hops: [], partitions: [] }), [])
  expect(ingestors[0]?.figure?.value).toBe('–')
  expect(line(ingestors[0]!, 'Channels')).toBe('–')
  expect(store.figure?.value).toBe('–')
  expect(line(store, 'Not committed')).toBe('–')
})

test('the picture is told as a sentence, with what lags and what is wrong', () => {
  const answer = answerOf([
    instance('ingestor', 1, { hops: [hop('append', { recordsPerSecond: 200 })] }),
    instance('stream-job', 1, { state: 'silent', silentMs: 5_000 }),
  ])
  answer.partitions[2] = { ...answer.partitions[2]!, lag: 214, lagMs: 2_100 }
  const said = spokenFlow(modelOf(answer), 'Kafka', 451)
  expect(said).toContain('1 ingestor writes 200 records per second to 4 partitions of the log (Kafka)')
  expect(said).toContain('you are 451 ms behind chat')
  expect(said).toContain('partition 2 lags by 214 records')
  expect(said).toContain('Job: silent for 5 s')
})

test('edges tie ingestors to every lane, lanes to whoever reads them, and all of it lies in the picture', () => {
  const answer = answerOf([
    ...[1, 2].map((number) => instance('ingestor', number, { hops: [hop('append')] })),
    ...[1, 2, 3].map((number) => instance('stream-job', number, { hops: [hop('fold')] })),
  ])
  const model = modelOf(answer)
  const layout = flowLayout(model)
  const ends = layout.edges.map(({ from, to }) => `${from} ${to}`)
  expect(ends.filter((each) => /^ingestor-\d p\d$/.test(each))).toHaveLength(2 * 4)
  expect(ends.filter((each) => /^p\d stream-job-\d$/.test(each))).toEqual([
    'p0 stream-job-1',
    'p3 stream-job-1',
    'p1 stream-job-2',
    'p2 stream-job-3',
  ])
  expect(new Set(layout.edges.map(({ id }) => id)).size).toBe(layout.edges.length)
  const records = layout.edges.filter(({ from }) => from.startsWith('ingestor'))
  expect(records.reduce((sum, { perSecond }) => sum + perSecond, 0)).toBe(200)
  for (const { curve } of layout.edges) {
    for (const place of [0, 0.3, 1]) {
      const { x, y } = pointOn(curve, place)
      expect(x >= 0 && x <= 1_390 && y >= 0 && y <= layout.height).toBe(true)
    }
  }
  for (const { y, height } of [...layout.jobs, ...layout.ingestors]) {
    expect(y + height).toBeLessThanOrEqual(layout.height)
  }
})

test('pointing at a lane or a worker lights its own path only', () => {
  const model = modelOf(
    answerOf([instance('ingestor', 1), instance('stream-job', 1), instance('stream-job', 2)]),
  )
  expect(litIds(model, null)).toBeNull()
  expect(litIds(model, 'somebody who has left')).toBeNull()
  const lane = litIds(model, 'p1')
  expect(lane?.has('stream-job-2')).toBe(true)
  expect(lane?.has('stream-job-1')).toBe(false)
  expect(lane?.has('p0')).toBe(false)
  const job = litIds(model, 'stream-job-1')
  expect(['p0', 'p2', 'ingestor-1', CHAT_ID].every((id) => job?.has(id))).toBe(true)
  expect(job?.has('p1')).toBe(false)
})

test('dots: about one for 50 a second, one at least where something flows, 80 at most', () => {
  const dots = (...rates: number[]): number[] =>
    dotCounts(rates.map((perSecond) => ({ perSecond, room: 1_000 })))
  expect(dots(0, 1, 74, 76, 500)).toEqual([0, 1, 1, 2, 10])
  expect(dotCounts([{ perSecond: 500, room: 4 }])).toEqual([4])
  const many = dots(100_000, 50_000, ...Array<number>(20).fill(3))
  expect(many.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(80)
  expect(many.every((each) => each > 0)).toBe(true)
  expect(dots(...Array<number>(200).fill(10)).reduce((sum, each) => sum + each, 0)).toBe(80)
  expect(dotPlaces(4, 3).every((place) => place >= 0 && place < 1)).toBe(true)
})

test('the time of a message is shared out among its steps; what they do not explain happened outside', () => {
  const hops = [
    hop('append', { p50Ms: 16 }),
    hop('fold', { p50Ms: 43 }),
    hop('view', { p50Ms: 91 }),
    hop('frame', { p50Ms: 94 }),
  ]
  const times = hopTimes(hops, 451)
  expect(times.map(({ label, ms }) => [label, ms])).toEqual([
    ['Twitch, network, screen', 250],
    ['Append', 16],
    ['Read, fold', 43],
    ['Views', 48],
    ['Gateway tick', 94],
  ])
  expect(oursMs(times)).toBe(201)
  expect(hopTimes(hops, 100)[0]?.ms).toBe(0)
  expect(hopTimes([hop('append', { p50Ms: null })], null)).toEqual([])
})

test('latencies: one sample per frame with something new, forgotten after five minutes, bounded', () => {
  const book = new LatencyBook()
  expect(book.read(NOW)).toBeNull()
  for (let frame = 1; frame <= 100; frame++) book.see(NOW + frame, NOW + frame - frame * 10)
  // Sent before the newest one seen: no news.
  expect(book.read(NOW + 100)?.samples).toBe(1)
  for (let frame = 1; frame <= 10_000; frame++) {
    const sentAt = NOW + 1_000 + frame * 200
    book.see(sentAt + (frame % 100) * 10, sentAt)
  }
  const last = NOW + 1_000 + 10_000 * 200
  const read = book.read(last)!
  expect(read.samples).toBeLessThanOrEqual(1_600)
  expect(read.samples).toBeGreaterThan(1_400)
  expect(read.p50Ms).toBeGreaterThan(450)
  expect(read.p50Ms).toBeLessThan(540)
  expect(read.slowestMs).toBe(990)
  expect(read.bars.reduce((sum, samples) => sum + samples, 0)).toBe(read.samples)
  expect(book.read(last + 10 * 60_000)).toBeNull()
})

test('bars are of equal ratio and take what lies beyond them', () => {
  expect(barOf(1)).toBe(0)
  expect(Math.floor(barOf(10 ** 9))).toBe(BARS - 1)
  expect(barStart(3)).toBeCloseTo(100)
  expect(barOf(barStart(7))).toBeCloseTo(7)
})

test('starts and take-overs are told newest first', () => {
  const lastTakeOver = { at: at(NOW - 5_000), partitions: 22, tookMs: 3_100, readBack: 12_000 }
  const starts = startsOf([
    instance('ingestor', 1, { started: at(NOW - 90_000) }),
    instance('stream-job', 1, { started: at(NOW - 200_000), lastTakeOver }),
  ])
  expect(starts.map(({ title }) => title)).toEqual([
    'Stream job took over 22 partitions',
    'Ingestor started',
    'Stream job started',
  ])
  expect(starts[0]?.result).toBe('3.10 s until the first new record')
})

test.each([
  [null, '–'],
  [0, '0 ms'],
  [999, '999 ms'],
  [2_310, '2.31 s'],
  [12_340, '12.3 s'],
  [600_000, '10 min'],
])('%s ms is written %s', (ms, text) => {
  expect(millis(ms)).toBe(text)
})

test('a dot runs at an even pace from end to end of a curve', () => {
  const curve = [196, 60, 232, 60, 232, 340, 268, 340] as const
  const points = evenPoints(curve)
  const places = Array.from({ length: 41 }, (_, index) => placeAlong(points, index / 40))
  expect(places[0]).toEqual({ x: 196, y: 60 })
  expect(places[40]!.x).toBeCloseTo(268)
  expect(places[40]!.y).toBeCloseTo(340)
  const steps = places
    .slice(1)
    .map(({ x, y }, index) => Math.hypot(x - places[index]!.x, y - places[index]!.y))
  expect(Math.max(...steps) / Math.min(...steps)).toBeLessThan(1.05)
})

test('dots have the colours of the channels in the lane; what is not lit has none', () => {
  const model = modelOf(
    answerOf([instance('ingestor', 1, { hops: [hop('append')] }), instance('stream-job', 1)]),
  )
  const { edges } = flowLayout(model)
  const runs = dotRuns(edges, null)
  expect(runs.every(({ places }) => places.length > 0)).toBe(true)
  const flowing = edges.filter(({ perSecond }) => perSecond > 0)
  expect(runs).toHaveLength(flowing.length)
  for (const [index, { lane, carries }] of flowing.entries()) {
    const slots = lane?.channels.slice(0, 6).map(({ slot }) => slot) ?? []
    const colors = lane === null ? 'chat' : slots.length === 0 ? [null] : slots
    expect(runs[index]!.colors).toEqual(carries === 'rows' ? 'rows' : colors)
  }
  expect(dotRuns(edges, new Set())).toEqual([])
})
