import { expect, test } from 'vitest'
import { channelLabel, initials, tameName } from './names.ts'

test('control and direction characters never reach the page', () => {
  expect(tameName('a\u202eb\u0000c\u2028d\u2066')).toBe('abcd')
})

test('piled combining marks are cut to three', () => {
  expect(tameName(`z${'\u0301'.repeat(50)}x`)).toBe(`z${'\u0301'.repeat(3)}x`)
})

test('long names are cut by code points with a sign of it', () => {
  const cut = tameName('😀'.repeat(90))
  expect([...cut]).toHaveLength(40)
  expect(cut.endsWith('…')).toBe(true)
})

test('markup stays text', () => {
  expect(tameName('<b onload=x>')).toBe('<b onload=x>')
})

test('the login stands beside a display name that is another word', () => {
  expect(channelLabel({ name: 'orbit_orchard', displayName: 'Orbit_Orchard' })).toBe('Orbit_Orchard')
  expect(channelLabel({ name: 'orbit_orchard', displayName: '軌道' })).toBe('軌道 (orbit_orchard)')
  expect(channelLabel({ name: 'orbit_orchard', displayName: '' })).toBe('orbit_orchard')
})

test('initials come from the first two words', () => {
  expect(initials('orbit_orchard')).toBe('OO')
  expect(initials('__solo')).toBe('S')
  expect(initials('')).toBe('')
})
