import { emptyPoint } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { endSecondOf } from './live-source.ts'
import { type LiveView, viewOf } from './live-view.ts'

const NOW = 1_000_000

/** A view whose newest second is `second`. */
function view(second: number): LiveView {
  const point = emptyPoint(0, 1)
  return viewOf({
    seq: 1,
    asOf: null,
    position: '1',
    overview: true,
    values: {
      rate: 1,
      seconds: [{ t: new Date(second * 1_000).toISOString(), messages: 4 }],
      minute: point,
      day: point,
      top: {},
    },
  })
}

test('a live chart ends with the newest second, or the last full one when chat is quiet', () => {
  expect(endSecondOf(view(998), null, NOW)).toBe(999)
  expect(endSecondOf(view(1_000), null, NOW)).toBe(1_000)
})

test('chat that is far ahead of the clock does not move the chart there', () => {
  expect(endSecondOf(view(2_000), null, NOW)).toBe(1_009)
})

test('a chart of figures that stand still ends with the last full second of when they were', () => {
  expect(endSecondOf(view(995), 990_400, NOW)).toBe(989)
  expect(endSecondOf(view(985), 990_400, NOW)).toBe(985)
})
