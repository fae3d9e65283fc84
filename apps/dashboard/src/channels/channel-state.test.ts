import { expect, test } from 'vitest'
import { stateText } from './channel-state.tsx'

const NOW = Date.UTC(2026, 10, 19, 20, 44)
const standing = { reason: null, since: new Date(NOW - 72_000).toISOString(), place: null, etaMs: null }

test('a state says how long it lasts where that matters', () => {
  expect(stateText({ ...standing, state: 'joined' }, NOW)).toBe('Joined')
  expect(stateText({ ...standing, state: 'lost' }, NOW)).toBe('Gap 1 min 12 s')
  expect(stateText({ ...standing, state: 'joining' }, NOW)).toBe('Joining, 1 min 12 s')
})

test('a queued channel says its place and its wait as far as they are known', () => {
  expect(stateText({ ...standing, state: 'queued' }, NOW)).toBe('Queued')
  expect(stateText({ ...standing, state: 'queued', place: 2, etaMs: 4000 }, NOW)).toBe(
    'Queued, 2nd, about 4 s',
  )
  expect(stateText({ ...standing, state: 'queued', place: 11 }, NOW)).toBe('Queued, 11th')
  expect(stateText({ ...standing, state: 'queued', place: 23 }, NOW)).toBe('Queued, 23rd')
})
