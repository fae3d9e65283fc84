import { expect, test } from 'vitest'
import { nearestName } from './suggest.ts'

const KNOWN = ['orbit_orchard', 'mossy_kettle', 'cobalt_canteen']

test('a slip finds the name that was meant', () => {
  expect(nearestName('mossy_kettel', KNOWN)).toBe('mossy_kettle')
  expect(nearestName('Orbit_Orchrad', KNOWN)).toBe('orbit_orchard')
})

test('two swapped letters are one slip, not two', () => {
  expect(nearestName('cobatl_cnateen', KNOWN)).toBe('cobalt_canteen')
})

test('something quite different finds nothing', () => {
  expect(nearestName('velvet_voltage', KNOWN)).toBeNull()
  expect(nearestName('abc', ['xyz'])).toBeNull()
  expect(nearestName('', KNOWN)).toBeNull()
})
