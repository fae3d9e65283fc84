import { expect, test } from 'vitest'
import { resultTable } from './bench-result.ts'
import { benchLive } from './live-bench.ts'

test('5,000 messages a second are counted and shown, each of them, by REST and by frames', async () => {
  const result = await benchLive({ seconds: 30, messagesPerSecond: 5_000, channels: 18 })
  console.info(resultTable([result]))
  expect(result.differences).toEqual([])
  expect(result.times.ms.length).toBe(result.records)
})
