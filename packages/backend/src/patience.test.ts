import { setImmediate as nextTurn } from 'node:timers/promises'
import { LogUnavailableError } from '@smacktalk/ports'
import { expect, test, vi } from 'vitest'
import { ManualClock } from '../../../test/conformance/manual-clock.ts'
import { patiently, type Wait } from './patience.ts'

const AWAY = new LogUnavailableError('No broker answers.', 'Start one.')

/** Opens after some failures; time passes when it is waited for. */
function waiting(failures: readonly unknown[]) {
  const clock = new ManualClock()
  const stop = new AbortController()
  const told: Wait[] = []
  const disposed = vi.fn(async () => {})
  const resource = { [Symbol.asyncDispose]: disposed }
  const left = [...failures]
  const open = vi.fn(async () => {
    if (left.length > 0) throw left.shift()
    return resource
  })
  const patience = { signal: stop.signal, waiting: (wait: Wait) => void told.push(wait) }
  const isPassing = (error: unknown): boolean => error === AWAY
  const options = { what: 'Kafka', isNeeded: true, clock, patience, isPassing }
  const reasons = () => told.map(({ reason }) => reason)
  return { clock, stop, told, reasons, resource, disposed, open, options }
}

async function passing(clock: ManualClock, until: () => boolean): Promise<void> {
  while (!until()) {
    await nextTurn()
    clock.advance(500)
  }
}

test('what is there at once is given without a word', async () => {
  const { options, open, resource, told } = waiting([])
  expect(await patiently(options, open)).toBe(resource)
  expect(told).toEqual([])
})

test('what is away is tried again, told of at once, every few seconds, and when it is there', async () => {
  const { options, open, resource, clock, told, reasons } = waiting(Array(12).fill(AWAY))
  let opened = false
  const opening = patiently(options, open).finally(() => {
    opened = true
  })
  await passing(clock, () => opened)
  expect(await opening).toBe(resource)
  expect(told[0]).toEqual({ what: 'Kafka', reason: 'No broker answers. Start one.', isNeeded: true })
  expect(reasons().at(-1)).toBeNull()
  expect(told.length).toBeGreaterThan(3)
  expect(told.length).toBeLessThan(9)
})

test('a try that takes long is told of before it has failed', async () => {
  const { options, clock, reasons, resource } = waiting([])
  const slow = Promise.withResolvers<typeof resource>()
  const opening = patiently(options, () => slow.promise)
  await passing(clock, () => reasons().length === 2)
  slow.resolve(resource)
  await opening
  expect(reasons()).toEqual(['It has not answered yet.', 'It has not answered yet.', null])
})

test('what waiting cannot mend is thrown, and without patience anything is', async () => {
  const wrong = new Error('the password is wrong')
  const first = waiting([wrong])
  await expect(patiently(first.options, first.open)).rejects.toBe(wrong)
  const second = waiting([AWAY])
  await expect(patiently({ ...second.options, patience: null }, second.open)).rejects.toBe(AWAY)
  expect(second.open).toHaveBeenCalledOnce()
})

test('a signal ends the waiting with its reason, and what still opens is closed', async () => {
  const { options, stop, resource, disposed } = waiting([])
  const slow = Promise.withResolvers<typeof resource>()
  const opening = patiently(options, () => slow.promise)
  const reason = new Error('stopped')
  stop.abort(reason)
  await expect(opening).rejects.toBe(reason)
  slow.resolve(resource)
  await vi.waitUntil(() => disposed.mock.calls.length === 1)
})
