import { sumClasses, type Without, withoutMask } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { leftOut, neededChoices } from './leave-out.ts'

// Messages by class (bot 1, command 2, shared 4): classes overlap, so chips must not simply add up.
const BY_CLASS = [1000, 70, 50, 9, 30, 4, 2, 1]
const sumsOf = (choice: readonly Without[]) => ({
  messages: sumClasses(BY_CLASS, withoutMask(choice)),
  emoteMessages: 226,
})

test('the needed choices are asked for once each', () => {
  expect(neededChoices([])).toEqual([[], ['shared'], ['bots'], ['commands']])
  expect(neededChoices(['bots'])).toEqual([
    [],
    ['shared'],
    ['bots'],
    ['bots', 'commands'],
    ['bots', 'shared'],
  ])
})

test('with nothing left out a chip shows what it alone would remove', () => {
  const { byName, together } = leftOut([], neededChoices([]).map(sumsOf))
  expect(byName).toEqual({ bots: 70 + 9 + 4 + 1, commands: 50 + 9 + 2 + 1, shared: 30 + 4 + 2 + 1 })
  expect(together).toBe(0)
})

test('beside another chip a chip shows what it removes on top, so the numbers add up', () => {
  const { byName, together } = leftOut(['bots', 'commands'], neededChoices(['bots', 'commands']).map(sumsOf))
  expect(byName.bots).toBe(70 + 4)
  expect(byName.commands).toBe(50 + 2)
  expect(byName.shared).toBe(30)
  expect(together).toBe(70 + 50 + 9 + 4 + 2 + 1)
})

test('the share of emotes leaves shared copies out, whose emotes are not counted', () => {
  const { emoteShare } = leftOut(['bots'], neededChoices(['bots']).map(sumsOf))
  expect(emoteShare).toBeCloseTo(226 / (1000 + 70 + 50 + 9))
})

test('what is not known is not a number', () => {
  const unknown = neededChoices([]).map(() => ({ messages: null, emoteMessages: null }))
  expect(leftOut([], unknown)).toEqual({
    byName: { bots: null, commands: null, shared: null },
    together: null,
    emoteShare: null,
  })
})
