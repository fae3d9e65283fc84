import { EMOTE_PICTURE_HOSTS } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { pictureAddresses } from './picture-addresses.ts'

const KEYS = [
  'twitch:25',
  'twitch:emotesv2_0a1b',
  'twitch:300_BW',
  `bttv:${'5f'.repeat(12)}`,
  'ffz:28138',
  '7tv:01F6MZGCNG000255K4X1K7N2QR',
]

test('pictures come from the providers’ own addresses alone', () => {
  const hosts: readonly string[] = Object.values(EMOTE_PICTURE_HOSTS)
  for (const key of KEYS) {
    for (const still of [true, false]) {
      const addresses = pictureAddresses(key, still, 'dark')
      expect(addresses.length).toBeGreaterThan(0)
      for (const address of addresses) expect(hosts).toContain(new URL(address).origin)
    }
  }
})

test('a still picture is asked for first where motion is not wanted', () => {
  expect(pictureAddresses('twitch:25', true, 'light')[0]).toContain('/25/static/light/')
  expect(pictureAddresses(KEYS[3]!, true, 'dark')[0]).toContain('/static/')
  expect(pictureAddresses(KEYS[5]!, true, 'dark')[0]).toContain('_static')
})

test.each([
  ...[
    '',
    'twitch',
    'twitch:',
    'twitch:../25',
    'twitch:25?x',
    'bttv:demo-otter',
    '7tv:demo-otter',
    'ffz:9a',
    'other:1',
  ],
  ...['__proto__:1', 'constructor:name', '7tv:a/b', 'ffz:1\n2'],
])('what is no emote of theirs has no picture: %j', (key) => {
  expect(pictureAddresses(key, false, 'dark')).toEqual([])
})
