import { DAY_MS, HOUR_MS } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { readUsersView, usersSpan, writeUsersView } from './users-view.ts'

test('what is looked for and over which time is in the address, and back', () => {
  const view = { span: 'today', find: 'Mossy Kettle' } as const
  expect(writeUsersView(view)).toBe('?span=today&find=Mossy+Kettle')
  expect(readUsersView(writeUsersView(view))).toEqual(view)
  expect(writeUsersView({ span: 'hour', find: '' })).toBe('')
  expect(readUsersView(`?span=ever&find=${'x'.repeat(99)}`)).toEqual({ span: 'hour', find: 'x'.repeat(40) })
})

test('today is the whole UTC day, which is kept as one', () => {
  const now = Date.UTC(2026, 10, 19, 21, 47)
  const from = Date.UTC(2026, 10, 19)
  expect(usersSpan('today', now)).toEqual({ from, to: from + DAY_MS })
  expect(usersSpan('hour', now)).toEqual({ from: now - HOUR_MS, to: now })
})
