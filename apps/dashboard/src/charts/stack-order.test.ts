import { expect, test } from 'vitest'
import { stackOrder } from './stack-order.ts'

const totals = (sizes: Record<string, number>) => new Map(Object.entries(sizes))

test('the largest eight have a band, largest first, ties by id', () => {
  const sizes = totals({ a: 1, b: 9, c: 5, d: 5, e: 2, f: 3, g: 4, h: 6, i: 7, j: 8 })
  expect(stackOrder([], sizes)).toEqual(['b', 'j', 'i', 'h', 'c', 'd', 'g', 'f'])
})

test('bands keep their places when sizes change', () => {
  expect(stackOrder(['a', 'b'], totals({ a: 1, b: 50, c: 99 }))).toEqual(['a', 'b', 'c'])
})

test('a channel that left gives its place to the largest other', () => {
  expect(stackOrder(['a', 'b'], totals({ b: 1, c: 2, d: 3 }))).toEqual(['b', 'd', 'c'])
})

test('a channel without messages takes no place', () => {
  expect(stackOrder([], totals({ a: 0, b: 1 }))).toEqual(['b'])
})
