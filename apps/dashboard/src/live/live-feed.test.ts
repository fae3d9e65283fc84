import { emptyPoint, type Frame, type PipelineNews, type WatchAnswer } from '@smacktalk/contract'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { LiveFeed } from './live-feed.ts'
import type { ConnectionEvents } from './socket.ts'

/** A gateway at arm's length: the test says what arrives, and reads what was asked for. */
function gateway() {
  let hidden = false
  const gate = {
    watches: 0,
    closed: 0,
    answer: { ok: true } as WatchAnswer,
    events: null as ConnectionEvents | null,
    hide: (value: boolean) => {
      hidden = value
    },
  }
  const feed = new LiveFeed(
    { overview: true },
    {
      now: () => Date.now(),
      hidden: () => hidden,
      connect(events) {
        gate.events = events
        return {
          watch: async () => {
            gate.watches++
            return gate.answer
          },
          retryNow: () => undefined,
          close: () => {
            gate.closed++
          },
        }
      },
    },
  )
  feed.open()
  return { feed, gate, events: gate.events as unknown as ConnectionEvents }
}

function frame(seq: number, position: number, rate: number): Frame {
  const point = emptyPoint(0, 1)
  return {
    seq,
    asOf: null,
    position: String(position),
    overview: true,
    values: { rate, seconds: [], minute: point, day: point, top: {} },
  }
}

const opened: LiveFeed[] = []
beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 })
})
afterEach(() => {
  for (const feed of opened.splice(0)) feed.close()
  vi.useRealTimers()
})
const open = () => {
  const made = gateway()
  opened.push(made.feed)
  return made
}

test('a connection watches at once and shows the snapshot at once', async () => {
  const { feed, gate, events } = open()
  expect(feed.state().link.state).toBe('connecting')
  events.connected()
  await vi.advanceTimersByTimeAsync(0)
  expect(gate.watches).toBe(1)
  events.snapshot(frame(1, 5, 3))
  expect(feed.state()).toMatchObject({ link: { state: 'live' }, view: { rate: 3 }, epoch: 0 })
})

test('components see ticks at most once a second, charts see every one', async () => {
  const { feed, events } = open()
  events.connected()
  events.snapshot(frame(1, 5, 3))
  const frames = vi.fn()
  const states = vi.fn()
  feed.onFrame(frames)
  feed.onState(states)
  await vi.advanceTimersByTimeAsync(0)
  states.mockClear()
  for (let seq = 2; seq <= 5; seq++) events.tick(frame(seq, 5 + seq, seq))
  expect(frames).toHaveBeenCalledTimes(4)
  expect(states).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(states).toHaveBeenCalledTimes(1)
  expect(feed.state().view?.rate).toBe(5)
})

test('a hole asks for a snapshot, once a second at most', async () => {
  const { gate, events } = open()
  events.connected()
  await vi.advanceTimersByTimeAsync(0)
  events.snapshot(frame(1, 5, 3))
  events.tick(frame(4, 9, 9))
  events.tick(frame(6, 10, 9))
  await vi.advanceTimersByTimeAsync(900)
  expect(gate.watches).toBe(1)
  await vi.advanceTimersByTimeAsync(200)
  expect(gate.watches).toBe(2)
})

test('a lost connection keeps the view, counts the tries and ends as offline', async () => {
  const { feed, events } = open()
  events.connected()
  events.snapshot(frame(1, 5, 3))
  events.lost()
  expect(feed.state()).toMatchObject({ link: { state: 'reconnecting', attempt: 1 }, view: { rate: 3 } })
  events.trying(3)
  expect(feed.state().link).toMatchObject({ state: 'reconnecting', attempt: 3 })
  await vi.advanceTimersByTimeAsync(16_000)
  expect(feed.state()).toMatchObject({ link: { state: 'offline' }, view: { rate: 3 } })
  events.connected()
  expect(feed.state()).toMatchObject({ link: { state: 'live' }, epoch: 1 })
})

test('after a reconnect a snapshot from before the screen is passed over, and accepted when it stays so', async () => {
  const { feed, gate, events } = open()
  events.connected()
  events.snapshot(frame(1, 50, 3))
  events.lost()
  events.connected()
  await vi.advanceTimersByTimeAsync(0)
  events.snapshot(frame(1, 40, 1))
  expect(feed.view?.rate).toBe(3)
  const asked = gate.watches
  await vi.advanceTimersByTimeAsync(1_000)
  expect(gate.watches).toBe(asked + 1)
  await vi.advanceTimersByTimeAsync(5_000)
  events.snapshot(frame(1, 41, 1))
  expect(feed.view?.rate).toBe(1)
})

test('ticks of a hidden tab are passed over, and coming back asks for a snapshot', async () => {
  const { feed, gate, events } = open()
  events.connected()
  await vi.advanceTimersByTimeAsync(0)
  events.snapshot(frame(1, 5, 3))
  gate.hide(true)
  events.tick(frame(2, 6, 8))
  expect(feed.view?.rate).toBe(3)
  gate.hide(false)
  feed.refresh()
  await vi.advanceTimersByTimeAsync(0)
  expect(gate.watches).toBe(2)
})

test('a refused watch says why and is tried again', async () => {
  const { feed, gate, events } = open()
  gate.answer = { error: { status: 404, detail: 'No such channel.' } }
  events.connected()
  await vi.advanceTimersByTimeAsync(0)
  expect(feed.state().refusal).toEqual({ status: 404, detail: 'No such channel.' })
  gate.answer = { ok: true }
  await vi.advanceTimersByTimeAsync(4_000)
  expect(feed.state().refusal).toBeNull()
})

test('closing closes the connection and stops asking', async () => {
  const { feed, gate, events } = open()
  events.connected()
  feed.close()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(gate.closed).toBe(1)
  expect(gate.watches).toBe(0)
})

const STOPPED: PipelineNews = {
  at: new Date(1_005_000).toISOString(),
  troubles: [
    {
      part: 'job',
      severity: 'bad',
      since: new Date(1_000_000).toISOString(),
      text: 'Counting has stopped',
      advice: 'No stream job answers.',
    },
  ],
  asOf: new Date(1_000_000).toISOString(),
}
const WELL: PipelineNews = { at: new Date(1_020_000).toISOString(), troubles: [], asOf: null }

test('news of a trouble are shown at once, with the age of the figures, and stored points are asked for after it', () => {
  const { feed, events } = open()
  events.connected()
  events.pipeline({ ...WELL })
  events.snapshot(frame(1, 5, 3))
  const charts = vi.fn()
  feed.onFrame(charts)
  events.pipeline(STOPPED)
  expect(feed.state()).toMatchObject({ news: STOPPED, asOf: 1_000_000, view: { rate: 3 }, epoch: 0 })
  expect(charts).toHaveBeenCalledTimes(1)
  events.pipeline(WELL)
  expect(feed.state()).toMatchObject({ news: WELL, asOf: null, epoch: 1 })
})

test('without a connection figures are as of the newest frame, and nothing is told of the rest', async () => {
  const { feed, events } = open()
  events.connected()
  events.pipeline(STOPPED)
  await vi.advanceTimersByTimeAsync(2_000)
  events.snapshot(frame(1, 5, 3))
  events.lost()
  expect(feed.state()).toMatchObject({ news: null, asOf: 1_002_000, view: { rate: 3 } })
  events.connected()
  events.pipeline(WELL)
  expect(feed.state()).toMatchObject({ news: WELL, asOf: null })
})
