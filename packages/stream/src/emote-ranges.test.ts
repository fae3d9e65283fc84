import { expect, test } from 'vitest'
import { parseEmoteRanges } from './emote-ranges.ts'

test('each range is one use, in the order of the tag', () => {
  expect(parseEmoteRanges('25:0-4,12-16/1902:6-10', 20)).toEqual({
    uses: [
      { id: '25', start: 0, end: 4 },
      { id: '25', start: 12, end: 16 },
      { id: '1902', start: 6, end: 10 },
    ],
    bad: 0,
  })
})

test('of ranges with an equal start the first counts', () => {
  const { uses, bad } = parseEmoteRanges('25:0-4/30:0-8', 20)
  expect(uses).toEqual([{ id: '25', start: 0, end: 4 }])
  expect(bad).toBe(0)
})

test.each(['25:4-3', '25:0-20', '25:-1-3', '25:a-b', '25:', '25', ':0-1', '25:0-99999999999'])(
  'the range of %j is bad and harmless',
  (tag) => {
    expect(parseEmoteRanges(tag, 20)).toEqual({ uses: [], bad: 1 })
  },
)

test('a tag made to be long ends early', () => {
  const tag = `25:${Array.from({ length: 5_000 }, (_, index) => `${index}-${index}`).join(',')}`
  expect(parseEmoteRanges(tag, 10_000).uses.length).toBe(1_000)
})
