import { expect, test } from 'vitest'
import { murmur2, partitionOf } from './murmur2.ts'

test.each([
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
])('the hash of %s is the one Kafka knows', (text, hash) => {
  expect(murmur2(Buffer.from(text))).toBe(hash)
})

test('a negative hash loses its sign bit before the partition is taken, as in Kafka', () => {
  expect(partitionOf('21', 64)).toBe((-973932308 & 0x7fffffff) % 64)
  expect(partitionOf('abc', 64)).toBe(479470107 % 64)
  expect(partitionOf('21', 7)).toBe((-973932308 + 2 ** 31) % 7)
  expect(partitionOf('foobar', 1_000)).toBe((-790332482 + 2 ** 31) % 1_000)
})

test('a topic of one partition has everything in partition 0', () => {
  for (const key of ['', 'a', '12345678', 'ü💜']) expect(partitionOf(key, 1)).toBe(0)
})
