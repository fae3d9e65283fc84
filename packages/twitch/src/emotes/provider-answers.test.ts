import { expect, test } from 'vitest'
import { SET_EMOTES_MAX } from './emote-set.ts'
import {
  BrokenAnswerError,
  readBttvGlobal,
  readBttvRoom,
  readFfzGlobal,
  readFfzRoom,
  readSevenTvRoom,
  readSevenTvSet,
} from './provider-answers.ts'

const ALL = [readBttvGlobal, readBttvRoom, readFfzGlobal, readFfzRoom, readSevenTvRoom, readSevenTvSet]

test('BTTV: a list for everybody; the channel’s own and shared ones in a room', () => {
  expect([...readBttvGlobal([{ id: 'a1', code: 'FeelsWavy' }])]).toEqual([['FeelsWavy', 'a1']])
  const room = {
    channelEmotes: [{ id: 'a1', code: 'one' }],
    sharedEmotes: [{ id: 'b2', code: 'two', user: {} }],
  }
  expect([...readBttvRoom(room)]).toEqual([
    ['one', 'a1'],
    ['two', 'b2'],
  ])
})

test('FFZ: of the global sets the default ones; all sets of a room; ids are numbers', () => {
  const sets = { 3: { emoticons: [{ id: 7, name: 'all' }] }, 4: { emoticons: [{ id: 8, name: 'few' }] } }
  expect([...readFfzGlobal({ default_sets: [3], sets })]).toEqual([['all', '7']])
  expect([...readFfzRoom({ room: {}, sets })]).toEqual([
    ['all', '7'],
    ['few', '8'],
  ])
})

test('7TV: the name it has here counts; a room has a set, names one, or has none', () => {
  const set = { emotes: [{ id: '01F6', name: 'here', data: { name: 'there' } }] }
  expect([...readSevenTvSet(set)]).toEqual([['here', '01F6']])
  expect(readSevenTvRoom({ emote_set: set })).toEqual(new Map([['here', '01F6']]))
  expect(readSevenTvRoom({ emote_set: null, emote_set_id: '01ABC' })).toEqual({ setId: '01ABC' })
  expect(readSevenTvRoom({ emote_set: null })).toBe(null)
  expect(readSevenTvRoom({ emote_set_id: null })).toBe(null)
  expect(() => readSevenTvRoom({ emote_set_id: '../users' })).toThrow(BrokenAnswerError)
  expect([...readSevenTvSet({ id: 'empty' })]).toEqual([])
})

test('what cannot be an emote is left out, the rest counts', () => {
  const odd = [
    ...[null, 7, 'text', [], {}, { code: 'noId' }, { id: 'noCode' }, { code: '', id: 'a' }],
    ...[
      { code: 'two words', id: 'a' },
      { code: 'x'.repeat(101), id: 'a' },
      { code: 'hid\u200bden', id: 'a' },
    ],
    ...[
      { code: 'half\ud83e', id: 'a' },
      { code: 'slash', id: 'a/b' },
      { code: 'long', id: 'a'.repeat(65) },
    ],
    ...[
      { code: 'good', id: 'a1' },
      { code: 'good', id: 'second' },
      { code: '__proto__', id: 'a2' },
    ],
    { code: ':tf:', id: 'a3' },
  ]
  expect([...readBttvGlobal(odd)]).toEqual([
    ['good', 'a1'],
    ['__proto__', 'a2'],
    [':tf:', 'a3'],
  ])
})

test('a set has a largest size', () => {
  const many = Array.from({ length: SET_EMOTES_MAX + 5 }, (_, index) => ({
    id: `a${index}`,
    code: `c${index}`,
  }))
  expect(readBttvGlobal(many).size).toBe(SET_EMOTES_MAX)
})

test.each([
  null,
  7,
  'no',
  true,
  { sets: 7, emotes: 7, emote_set: 7 },
  { sets: { 3: null }, emotes: {}, emote_set: [] },
])('an answer of another shape is refused: %j', (answer) => {
  for (const read of ALL) expect(() => read(answer), read.name).toThrow(BrokenAnswerError)
})
