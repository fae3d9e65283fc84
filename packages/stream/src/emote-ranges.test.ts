import { type Message, THIRD_PARTY_EMOTES_MAX, type ThirdPartyEmote } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { countEmotes, emotesOf, parseEmoteRanges } from './emote-ranges.ts'
import { messageText } from './message-text.ts'

test('each range is one use, in the order of the tag', () => {
  expect(parseEmoteRanges('25:0-4,12-16/1902:6-10', 20)).toEqual({
    uses: [
      { key: 'twitch:25', start: 0, end: 4 },
      { key: 'twitch:25', start: 12, end: 16 },
      { key: 'twitch:1902', start: 6, end: 10 },
    ],
    bad: 0,
  })
})

test('of ranges with an equal start the first counts', () => {
  const { uses, bad } = parseEmoteRanges('25:0-4/30:0-8', 20)
  expect(uses).toEqual([{ key: 'twitch:25', start: 0, end: 4 }])
  expect(bad).toBe(0)
})

test.each(['25:4-3', '25:0-20', '25:-1-3', '25:a-b', '25:', '25', ':0-1', '25:0-99999999999'])(
  'the range of %j is bad and harmless',
  (tag) => {
    expect(parseEmoteRanges(tag, 20)).toEqual({ uses: [], bad: 1 })
  },
)

test('emotes of other providers count where they lie in the text and touch none before them', () => {
  const at = (start: number, end: number) => ({ key: `7tv:${start}`, start, end })
  const heard = (thirdPartyEmotes: ThirdPartyEmote[], emotes: string) => {
    const text = messageText({ text: 'Kappa 🦦 otter river' } as Message)
    return emotesOf({ emotes, thirdPartyEmotes } as Message, text).uses.map(({ start }) => start)
  }
  expect(heard([at(8, 12), at(14, 18)], '25:0-4')).toEqual([0, 8, 14])
  expect(heard([at(0, 4), at(4, 6), at(8, 12)], '25:0-4')).toEqual([0, 8])
  expect(heard([at(8, 12), at(10, 18), at(14, 18)], '')).toEqual([8, 14])
  expect(heard([at(18, 19), at(-1, 3), at(9, 8), at(18, 18)], '')).toEqual([18])
  const many = Array.from({ length: THIRD_PARTY_EMOTES_MAX + 1 }, () => at(20, 20))
  expect(heard([...many, at(0, 0)], '')).toEqual([])
})

test('what an emote is called has no padding in it', () => {
  const text = messageText({ text: 'wave\u{e0000} otter' } as Message)
  const { uses } = emotesOf(
    { emotes: '', thirdPartyEmotes: [{ key: 'ffz:1', start: 0, end: 4 }] } as never,
    text,
  )
  expect(countEmotes(uses, text)).toEqual([{ key: 'ffz:1', label: 'wave', count: 1 }])
})

test('a tag made to be long ends early', () => {
  const tag = `25:${Array.from({ length: 5_000 }, (_, index) => `${index}-${index}`).join(',')}`
  expect(parseEmoteRanges(tag, 10_000).uses.length).toBe(1_000)
})
