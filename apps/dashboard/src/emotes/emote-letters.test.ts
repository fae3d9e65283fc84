import { expect, test } from 'vitest'
import { emoteLetters } from './emote-letters.ts'

test.each([
  ['orbitLove', 'Lo'],
  ['orbit2Hype', 'Hy'],
  ['Kappa', 'Ka'],
  ['VoHiYo', 'Vo'],
  ['catJAM', 'JA'],
  ['pog', 'po'],
  ['<3', '<3'],
  ['D:', 'D:'],
  ['', ''],
])('%s without its picture is %s', (code, letters) => {
  expect(emoteLetters(code)).toBe(letters)
})
