import { emptyPoint, UNAFFECTED_BY_WITHOUT } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { type Before, figureValues } from './figure-values.ts'

const written = (title: string, totals: Record<string, unknown>, before: Before | null = null) => {
  const found = figureValues(totals, null, before).find((each) => each.title === title)
  return found === undefined ? undefined : [found.value, found.note]
}

test('an estimate of chatters carries its sign and its error, an exact count neither', () => {
  expect(written('Chatters', { chatters: 5204, chattersError: 0.01625 })).toEqual(['≈5,204', '±85'])
  expect(written('Chatters', { chatters: 52, chattersError: 0 })).toEqual(['52', 'exact'])
  const busy = { chatters: 5204, chattersError: 0.01625, messages: 411_116 }
  expect(written('Chatters', busy)).toEqual(['≈5,204', '±85, 79 messages each'])
})

test('means are over the messages that are counted', () => {
  const totals = { messages: 200, characters: 4760, emoteUses: 30, chatters: 40 }
  expect(written('Mean length', totals)).toEqual(['23.8', 'characters a message'])
  expect(written('Emote uses', totals)).toEqual(['30', '0.15 a message'])
  expect(written('Messages', { ...totals, coveredMs: 40_000 })).toEqual(['200', '5.0 a second on average'])
})

test('messages are compared with the time before, unless nobody wrote then', () => {
  const hour = (messages: number): Before => ({ spoken: 'the hour before', messages })
  expect(written('Messages', { messages: 138 }, hour(100))).toEqual(['138', '+38% on the hour before'])
  expect(written('Messages', { messages: 96 }, hour(100))).toEqual(['96', '−4% on the hour before'])
  expect(written('Messages', { messages: 96, coveredMs: 60_000 }, hour(0))).toEqual([
    '96',
    '1.6 a second on average',
  ])
})

test('subs hold new ones, renewed ones and gifts', () => {
  const totals = { subs: 10, resubs: 14, gifts: 50, bits: 12_400, raids: 1 }
  expect(written('Subs, bits, raids', totals)).toEqual(['74 · 12.4k · 1', '50 of the subs were gifts'])
})

test('unknown totals give dashes and no zero anywhere', () => {
  for (const { value } of figureValues(emptyPoint(0, 0), null, null)) expect(value).toMatch(/^–( · – · –)?$/)
})

test('a quiet covered span gives zeros and no mean of nothing', () => {
  expect(written('Messages', emptyPoint(0, 1000))).toEqual(['0', '0 a second on average'])
  expect(written('Mean length', emptyPoint(0, 1000))).toEqual(['–', 'characters a message'])
})

test('every name of a figure is one that the API gives', () => {
  const known = new Set([...UNAFFECTED_BY_WITHOUT, 'messages', 'characters', 'emoteUses'])
  for (const { names, line } of figureValues({}, null, null)) {
    for (const name of [...names, ...line.names]) expect(known).toContain(name)
  }
})
