import { setImmediate as nextTurn } from 'node:timers/promises'
import { StoreUnavailableError } from '@smacktalk/ports'
import { expect, test, vi } from 'vitest'
import { ManualClock } from '../../../test/conformance/manual-clock.ts'
import { patience } from './patience.ts'

const AWAY = new StoreUnavailableError('The store is away.', 'Start it.')

function patient() {
  const clock = new ManualClock()
  const stop = new AbortController()
  const over = new AbortController()
  const onReach = vi.fn()
  const logger = { info: vi.fn(), warn: vi.fn() }
  const patiently = patience({ clock, logger, onReach, signal: stop.signal, over: over.signal })
  const passing = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 500) {
      await nextTurn()
      clock.advance(500)
    }
    await nextTurn()
  }
  return { clock, stop, over, onReach, logger, patiently, passing }
}

test('a call is repeated until it works, and both ends of the outage are told once', async () => {
  const { patiently, passing, onReach, logger } = patient()
  const answers = [AWAY, AWAY, AWAY]
  const call = vi.fn(async () => {
    const error = answers.shift()
    if (error !== undefined) throw error
    return 'stored'
  })
  const outcome = Promise.all([patiently('store', 'write rows', call), patiently('store', 'load rows', call)])
  await passing(5_000)
  expect(await outcome).toEqual(['stored', 'stored'])
  expect(onReach).toHaveBeenCalledWith('store', 'The store is away.')
  expect(onReach).toHaveBeenLastCalledWith('store', null)
  expect(logger.warn).toHaveBeenCalledOnce()
  expect(logger.info).toHaveBeenCalledOnce()
})

test('what waiting cannot mend is thrown at once, and anything once the job stops', async () => {
  const { patiently, stop } = patient()
  const refused = new Error('no such table')
  await expect(patiently('store', 'commit', () => Promise.reject(refused))).rejects.toBe(refused)
  stop.abort()
  await expect(patiently('store', 'commit', () => Promise.reject(AWAY))).rejects.toBe(AWAY)
})

test('a store that never answers does not hold up a stop', async () => {
  const { patiently, passing, stop } = patient()
  const silent = patiently('store', 'commit', () => new Promise(() => {}))
  const refused = expect(silent).rejects.toThrow(StoreUnavailableError)
  stop.abort()
  await passing(4_500)
  await refused
})
