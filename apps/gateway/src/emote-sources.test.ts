import type { EmoteSource } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { NOW } from './clock-fixture.ts'
import { emoteSourcesOf } from './emote-sources.ts'
import { instanceOf } from './instance-fixture.ts'

const source = (provider: string, more: Partial<EmoteSource> = {}): EmoteSource => {
  return { provider, sets: 3, emotes: 40, asOf: NOW, problem: null, ...more }
}
const said = (...emoteSources: EmoteSource[]) => ({ instance: instanceOf('ingestor', { emoteSources }) })

test('of several ingestors the oldest sets and any trouble count, each provider once', () => {
  const members = [
    said(source('7tv'), source('bttv', { problem: 'HTTP 500', asOf: NOW - 9_000 })),
    said(source('7tv', { asOf: NOW - 5_000, emotes: 60 }), source('bttv')),
    { instance: instanceOf('gateway') },
  ]
  expect(emoteSourcesOf(members)).toEqual([
    {
      ...{ provider: 'bttv', stale: true, reason: 'HTTP 500', sets: 3, emotes: 40 },
      asOf: new Date(NOW - 9_000).toISOString(),
    },
    {
      ...{ provider: '7tv', stale: false, reason: null, sets: 3, emotes: 60 },
      asOf: new Date(NOW - 5_000).toISOString(),
    },
  ])
})

test('a provider of which there is no set yet has no age, and one that nobody asks is not there', () => {
  expect(emoteSourcesOf([said(source('ffz', { asOf: null, sets: 0, emotes: 0 }), source('other'))])).toEqual([
    { provider: 'ffz', asOf: null, stale: false, reason: null, sets: 0, emotes: 0 },
  ])
  expect(emoteSourcesOf([])).toEqual([])
})
