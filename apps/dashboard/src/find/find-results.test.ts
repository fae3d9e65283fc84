import { expect, test } from 'vitest'
import { movedTo, resultsOf } from './find-results.ts'

test('channels come first, people lead to their id, and an old name says so', () => {
  const results = resultsOf({
    channels: [
      { id: '7', name: 'alpha', displayName: 'Alpha', slot: 3, was: null },
      { id: '8', name: 'beta', displayName: 'Beta', slot: 4, was: 'bet' },
      { id: null, name: 'gamma', displayName: 'gamma', slot: 5, was: null },
    ],
    users: [
      { id: '42', login: 'person', displayName: 'Person', was: null },
      { id: '43', login: 'new_name', displayName: '新', was: 'old_name' },
      { id: '44', login: null, displayName: '44', was: null },
    ],
  })
  expect(results.map(({ label, note, to }) => [label, note, to])).toEqual([
    ['Alpha', '', '/channels/alpha'],
    ['Beta', 'was bet', '/channels/id%3A8'],
    ['gamma', '', '/channels/gamma'],
    ['Person', 'id 42', '/user/id:42'],
    ['新 (new_name)', 'was old_name, id 43', '/user/id:43'],
    ['44', 'id 44', '/user/id:44'],
  ])
  expect(new Set(results.map(({ key }) => key)).size).toBe(results.length)
})

test('arrows go round', () => {
  expect([
    movedTo(-1, 1, 3),
    movedTo(2, 1, 3),
    movedTo(-1, -1, 3),
    movedTo(0, -1, 3),
    movedTo(0, 1, 0),
  ]).toEqual([0, 0, 2, 2, -1])
})
