import { expect, test } from 'vitest'
import { providerOf, staleNotes } from './emote-notes.ts'

const fresh = {
  provider: '7tv',
  asOf: '2026-01-05T14:02:30.000Z',
  stale: false,
  reason: null,
  sets: 3,
  emotes: 9,
} as const

test('a provider whose sets cannot be refreshed is named with the age of what is shown', () => {
  expect(staleNotes([fresh], () => '14:02')).toEqual([])
  expect(staleNotes([{ ...fresh, stale: true, reason: 'HTTP 500' }], () => '14:02')).toEqual([
    {
      text: '7TV emotes as of 14:02',
      title: '7TV cannot be asked for emotes: HTTP 500. The last good ones hold.',
    },
  ])
  expect(staleNotes([{ ...fresh, asOf: null, stale: true, reason: 'no answer' }], () => '')).toEqual([
    { text: 'No 7TV emotes', title: '7TV cannot be asked for emotes: no answer. They count as words.' },
  ])
})

test('each emote says whose it is', () => {
  expect(['twitch:25', 'bttv:1', 'ffz:2', '7tv:3', 'strange'].map(providerOf)).toEqual([
    'Twitch',
    'BTTV',
    'FFZ',
    '7TV',
    '',
  ])
})
