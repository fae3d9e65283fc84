import { StoreUnavailableError } from '@smacktalk/ports'
import { expect, onTestFinished, test, vi } from 'vitest'
import { TestClock } from './clock-fixture.ts'
import { type Outage, Probe } from './probe.ts'

function probing(ask: () => Promise<number>, began: () => void = () => {}) {
  const stopping = new AbortController()
  const changes: (Outage | null)[] = []
  const answered = vi.fn()
  const clock = new TestClock()
  const probe = new Probe({
    ...{ clock, everyMs: 100, limitMs: 400, ask, answered },
    changed: (outage) => {
      changes.push(outage)
      if (outage !== null) began()
    },
  })
  const finished = probe.run(stopping.signal)
  // A test that is about the failure awaits `finished` itself.
  const ended = finished.catch(() => undefined)
  onTestFinished(async () => {
    stopping.abort()
    await ended
  })
  return { probe, changes, answered, finished, clock }
}

test('a single refusal is no outage, two in a row are one, and it ends with the next answer', async () => {
  let refusals = 1
  const ask = vi.fn(async () => {
    if (refusals-- > 0) throw new StoreUnavailableError('Nobody is there.', 'Wait.')
    return 7
  })
  const { probe, changes, answered, clock } = probing(ask)
  await vi.waitFor(() => expect(answered).toHaveBeenCalledWith(7, clock.nowMs))
  expect(changes).toEqual([])
  refusals = 3
  await vi.waitFor(() => expect(changes).toHaveLength(2))
  expect(probe.outage).toBeNull()
  expect(changes).toEqual([{ since: clock.nowMs, reason: 'Nobody is there.' }, null])
})

test('an answer that does not come is an outage at once', async () => {
  const ask = vi.fn(() => new Promise<number>(() => {}))
  const asked: number[] = []
  const { probe } = probing(ask, () => asked.push(ask.mock.calls.length))
  await vi.waitFor(() => expect(probe.outage?.reason).toBe('No answer within 0.4 s.'))
  expect(asked).toEqual([1])
  await vi.waitFor(() => expect(ask.mock.calls.length).toBeGreaterThan(1))
})

test('what trying again cannot mend ends it', async () => {
  const { finished } = probing(() => Promise.reject(new Error('no such table')))
  await expect(finished).rejects.toThrow('no such table')
})
