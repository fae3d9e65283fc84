import { expect, test } from 'vitest'
import { Fifo } from './fifo.ts'

test('what comes in first goes out first, across the times the list is cut', () => {
  const fifo = new Fifo<number>()
  const out: (number | undefined)[] = []
  for (let item = 0; item < 1_000; item++) {
    fifo.push(item)
    if (item % 3 !== 0) out.push(fifo.shift())
  }
  expect(fifo.length).toBe(1_000 - out.length)
  expect(fifo.at(0)).toBe(out.length)
  expect(fifo.at(fifo.length - 1)).toBe(999)
  expect(fifo.at(fifo.length)).toBe(undefined)
  expect(fifo.at(-1)).toBe(undefined)
  while (fifo.length > 0) out.push(fifo.shift())
  expect(out).toEqual(Array.from({ length: 1_000 }, (_, index) => index))
  expect(fifo.shift()).toBe(undefined)
})
