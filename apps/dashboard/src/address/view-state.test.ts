import { expect, test } from 'vitest'
import {
  customView,
  DEFAULT_VIEW,
  readViewState,
  toggled,
  type ViewState,
  writeViewState,
} from './view-state.ts'

test('an empty address is the default view, and the default view an empty address', () => {
  expect(readViewState('')).toEqual(DEFAULT_VIEW)
  expect(writeViewState(DEFAULT_VIEW)).toBe('')
})

test('every part of a view survives its way through the address', () => {
  const view: ViewState = {
    range: '24h',
    custom: null,
    without: ['bots', 'shared'],
    form: 'lines',
    usual: false,
    sort: { by: 'name', descending: false },
    filter: 'lost',
    find: 'den',
  }
  const search = writeViewState(view)
  expect(search).toBe('?range=24h&without=bots,shared&form=lines&usual=off&sort=name&state=lost&find=den')
  expect(readViewState(search)).toEqual(view)
})

test('the direction of a sort is in the address', () => {
  const descending = { ...DEFAULT_VIEW, sort: { by: 'name', descending: true } } as const
  expect(writeViewState(descending)).toBe('?sort=-name')
  expect(readViewState('?sort=-name')).toEqual(descending)
  expect(readViewState('?sort=rate').sort).toEqual({ by: 'rate', descending: false })
})

test('a span of its own is in the address as two times, moved outwards to whole steps', () => {
  const custom = { from: Date.UTC(2026, 10, 19, 18, 5, 20), to: Date.UTC(2026, 10, 19, 19, 4, 50) }
  const view: ViewState = { ...DEFAULT_VIEW, ...customView(custom) }
  const search = writeViewState(view)
  expect(search).toBe('?from=2026-11-19T18:05Z&to=2026-11-19T19:05Z')
  expect(readViewState(search)).toEqual(view)
  expect(readViewState('?from=2026-11-19T19:05Z&to=2026-11-19T18:05Z').range).toBe('live')
  expect(readViewState('?from=today&range=7d').range).toBe('7d')
})

test('what nobody knows falls back to the default', () => {
  expect(
    readViewState('?range=9y&without=cats,bots&form=pie&usual=maybe&sort=-luck&state=happy&x=1'),
  ).toEqual({
    ...DEFAULT_VIEW,
    without: ['bots'],
  })
})

test('leaving out is toggled in a fixed order', () => {
  expect(toggled([], 'shared')).toEqual(['shared'])
  expect(toggled(['shared'], 'bots')).toEqual(['bots', 'shared'])
  expect(toggled(['bots', 'shared'], 'bots')).toEqual(['shared'])
})
