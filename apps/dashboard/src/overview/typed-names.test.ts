import { expect, test } from 'vitest'
import { joinSeconds, newLogins, readTypedNames } from './typed-names.ts'

const TYPED = `harbor_harp, Mellow_Mill; https://www.twitch.tv/willow_wagon
cobalt_canteen café_corner #harbor_harp ${'x'.repeat(26)}`

test('names and links in any mix are read with a verdict each', () => {
  const names = readTypedNames(TYPED, new Set(['cobalt_canteen']))
  expect(names.map(({ shown, verdict }) => [shown, verdict])).toEqual([
    ['harbor_harp', 'new'],
    ['mellow_mill', 'new'],
    ['willow_wagon', 'new'],
    ['cobalt_canteen', 'known'],
    ['café_corner', 'wrong'],
    ['harbor_harp', 'twice'],
    ['x'.repeat(26), 'wrong'],
  ])
  expect(newLogins(names)).toEqual(['harbor_harp', 'mellow_mill', 'willow_wagon'])
})

test('a wrong name says what is wrong with it', () => {
  const [accent, long] = readTypedNames(`café_corner ${'x'.repeat(26)}`, new Set())
  expect(accent?.remark).toBe('letters, digits and _ only')
  expect(accent?.reason).toContain('1 to 25 letters')
  expect(long?.remark).toBe('longer than 25')
})

test('nothing typed is nothing', () => {
  expect(readTypedNames(' ,\n; ', new Set())).toEqual([])
})

test('joining takes half a second a channel, behind those that wait', () => {
  expect(joinSeconds(7, 0)).toBe(5)
  expect(joinSeconds(1, 40)).toBe(24)
})
