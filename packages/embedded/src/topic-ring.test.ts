import { expect, test } from 'vitest'
import { TopicRing } from './topic-ring.ts'

const bytes = (length: number): Uint8Array => new Uint8Array(length)

test('the oldest records make room when the ring is full, and offsets go on', () => {
  const ring = new TopicRing('views', 1, 1_000)
  for (let round = 0; round < 25; round++) ring.append([{ key: 'a', value: bytes(100) }], round)
  expect(ring.low(0)).toBe(15)
  expect(ring.end(0)).toBe(25)
  expect(ring.read(0, 0, 25).map(({ offset }) => offset)).toEqual([15, 16, 17, 18, 19, 20, 21, 22, 23, 24])
})

test('the oldest record of all partitions goes first', () => {
  const ring = new TopicRing('views', 64, 300)
  // Three keys of three partitions; the first is the oldest.
  const keys = ['1000', '1001', '1002']
  for (const key of keys) ring.append([{ key, value: bytes(100) }], 0)
  ring.append([{ key: keys[2]!, value: bytes(100) }], 0)
  const kept = Array.from({ length: 64 }, (_, partition) => ring.read(partition, 0, 10)).flat()
  expect(kept.map(({ key }) => key).sort()).toEqual(['1001', '1002', '1002'])
})

test('a record larger than the ring is gone at once, without harm', () => {
  const ring = new TopicRing('views', 1, 300)
  ring.append([{ key: 'a', value: bytes(301) }], 0)
  expect([ring.low(0), ring.end(0)]).toEqual([1, 1])
  ring.append([{ key: 'a', value: bytes(10) }], 0)
  expect(ring.read(0, 0, 9).map(({ offset }) => offset)).toEqual([1])
})

test('many small records are bounded in number', () => {
  const ring = new TopicRing('views', 1)
  const batch = Array.from({ length: 10_000 }, () => ({ key: 'a', value: bytes(1) }))
  for (let round = 0; round < 12; round++) ring.append(batch, round)
  expect(ring.end(0)).toBe(120_000)
  expect(ring.low(0)).toBe(70_000)
  expect(ring.read(0, 0, 120_000)[0]?.offset).toBe(70_000)
})

test('append times never fall, and find their records', () => {
  const ring = new TopicRing('views', 1)
  for (const at of [10, 20, 15, 30]) ring.append([{ key: 'a', value: bytes(1) }], at)
  expect(ring.read(0, 0, 9).map(({ appendMs }) => appendMs)).toEqual([10, 20, 20, 30])
  expect([5, 10, 11, 20, 21, 31].map((at) => ring.offsetAt(0, at))).toEqual([0, 0, 1, 1, 3, 4])
})

test('the bytes kept are a copy', () => {
  const ring = new TopicRing('views', 1)
  const value = Uint8Array.of(1, 2, 3)
  ring.append([{ key: 'a', value }], 0)
  value.fill(9)
  expect([...ring.read(0, 0, 1)[0]!.value]).toEqual([1, 2, 3])
})
