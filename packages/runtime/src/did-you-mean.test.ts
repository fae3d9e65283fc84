import { expect, test } from 'vitest'
import { didYouMean, nearestName } from './did-you-mean.ts'

const KNOWN = ['channels', 'source', 'dataDir']

test('a slip of the finger finds the name', () => {
  expect(nearestName('chanels', KNOWN)).toBe('channels')
  expect(nearestName('datadir', KNOWN)).toBe('dataDir')
  expect(didYouMean('sorce', KNOWN)).toBe(' Did you mean "source"?')
})

test('a name that resembles nothing gets no suggestion', () => {
  expect(nearestName('zzzzzzzz', KNOWN)).toBeNull()
  expect(nearestName('x', KNOWN)).toBeNull()
  expect(didYouMean('', KNOWN)).toBe('')
})
