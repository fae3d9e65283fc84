import { expect, test } from 'vitest'
import { channelAddress, placeOf, userAddress } from './history.ts'

test.each([
  ['/', { page: 'overview' }],
  ['/pipeline', { page: 'pipeline' }],
  ['/pipeline/', { page: 'pipeline' }],
  ['/pipeline/x', { page: 'nowhere' }],
  ['/channels/alpha', { page: 'channel', name: 'alpha' }],
  ['/channels/', { page: 'nowhere' }],
  ['/users', { page: 'users' }],
  ['/users/', { page: 'users' }],
  ['/users/x', { page: 'nowhere' }],
  ['/user/id:7', { page: 'user', name: 'id:7' }],
  ['/user/%zz', { page: 'user', name: '%zz' }],
  ['/user/a/b', { page: 'nowhere' }],
  ['/overlays', { page: 'overlays' }],
  ['/overlays/rate', { page: 'overlays' }],
  ['/overlays/a/b', { page: 'nowhere' }],
  ['/nowhere', { page: 'nowhere' }],
])('%s', (path, place) => {
  expect(placeOf(path)).toEqual(place)
})

test('an address of a page leads back to its name, whatever is in it', () => {
  for (const name of ['alpha', 'id:7', 'a b/c?d#e%', 'ü']) {
    expect(placeOf(channelAddress(name))).toEqual({ page: 'channel', name })
    expect(placeOf(userAddress(name))).toEqual({ page: 'user', name })
  }
  expect(userAddress('id:7')).toBe('/user/id:7')
})
