import { expect, test } from 'vitest'
import { unionChatters } from './chatters.ts'
import { HLL_REGISTERS, hllAdd, hllEstimate, hllMerge } from './hyperloglog.ts'
import { CHATTERS_ERROR } from './points.ts'

function sketchOf(from: number, to: number): Uint8Array {
  const registers = new Uint8Array(HLL_REGISTERS)
  for (let id = from; id < to; id++) hllAdd(registers, String(100_000_000 + id))
  return registers
}

test('estimates of many sets scatter within the stated standard error', () => {
  const errors: number[] = []
  for (const size of [1_000, 5_000, 20_000, 100_000]) {
    for (let round = 0; round < 25; round++) {
      const from = round * 1_000_000
      errors.push(hllEstimate(sketchOf(from, from + size)) / size - 1)
    }
  }
  const rms = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length)
  expect(rms).toBeLessThan(CHATTERS_ERROR * 1.25)
  expect(Math.max(...errors.map(Math.abs))).toBeLessThan(CHATTERS_ERROR * 4)
})

test('a union is the same whatever the order and the grouping, and of itself it is itself', () => {
  const [a, b, c] = [sketchOf(0, 3_000), sketchOf(2_000, 9_000), sketchOf(50_000, 51_000)]
  const merged = (...sketches: Uint8Array[]): Uint8Array => {
    const into = new Uint8Array(HLL_REGISTERS)
    for (const sketch of sketches) hllMerge(into, sketch)
    return into
  }
  expect(merged(c, a, b)).toEqual(merged(merged(a, b), c))
  expect(merged(a, a)).toEqual(a)
})

test('a union of small sets is exact, and one with a sketch is not', () => {
  const exact = (...ids: string[]) => ({ exact: ids, registers: null })
  expect(unionChatters([exact('1', '2'), exact('2', '3')])).toEqual({ count: 3, approximate: false })
  const mixed = [exact('1'), { exact: [], registers: sketchOf(0, 2_000) }, exact('2')]
  const { count, approximate } = unionChatters(mixed)
  expect(approximate).toBe(true)
  expect(unionChatters(mixed.reverse())).toEqual({ count, approximate })
})
