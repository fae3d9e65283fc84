import { expect, test } from 'vitest'
import { emoteShareOf, leftOut } from './leave-out.ts'

// Messages by class (bot 1, command 2, shared 4): classes overlap, so chips must not simply add up.
const BY_CLASS = [1000, 70, 50, 9, 30, 4, 2, 1]

test('with nothing left out a chip shows what it alone would remove', () => {
  const { byName, together } = leftOut([], BY_CLASS)
  expect(byName).toEqual({ bots: 70 + 9 + 4 + 1, commands: 50 + 9 + 2 + 1, shared: 30 + 4 + 2 + 1 })
  expect(together).toBe(0)
})

test('beside another chip a chip shows what it removes on top, so the numbers add up', () => {
  const { byName, together } = leftOut(['bots', 'commands'], BY_CLASS)
  expect(byName.bots).toBe(70 + 4)
  expect(byName.commands).toBe(50 + 2)
  expect(byName.shared).toBe(30)
  expect(together).toBe(70 + 50 + 9 + 4 + 2 + 1)
})

test('the share of emotes leaves shared copies out, whose emotes are not counted', () => {
  expect(emoteShareOf(BY_CLASS, 226)).toBeCloseTo(226 / (1000 + 70 + 50 + 9))
  expect(emoteShareOf(BY_CLASS, null)).toBeNull()
  expect(emoteShareOf([0, 0, 0, 0, 30, 0, 0, 0], 0)).toBeNull()
})
