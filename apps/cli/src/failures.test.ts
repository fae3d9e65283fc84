import { DataLockedError, DiskFullError } from '@smacktalk/ports'
import { expect, test } from 'vitest'
import { exitCodeOf, failureText, UsageError } from './failures.ts'

test('an error of ours says what failed and what to do, without a stack', () => {
  const error = new DiskFullError('No room in "data".', 'Free some space.')
  expect(failureText(error, false)).toBe('No room in "data".\nFree some space.')
  expect(failureText(error, true)).toContain('    at ')
})

test('any other error says how to see more', () => {
  expect(failureText(new TypeError('x is not a function'), false)).toContain('SMACKTALK_LOG_LEVEL=debug')
})

test('a failure met again while closing is told once, another one too', () => {
  const first = new DataLockedError('Locked.', 'Stop the other one.')
  const again = new SuppressedError(first, first)
  expect(failureText(again, false)).toBe('Locked.\nStop the other one.')
  const other = new SuppressedError(new DiskFullError('Full.', 'Free some space.'), again)
  expect(failureText(other, false)).toBe('Locked.\nStop the other one.\nFull.\nFree some space.')
  expect(exitCodeOf(other)).toBe(2)
})

test('wrong use and locked data are refused with 2, failures end with 1', () => {
  expect(exitCodeOf(new UsageError('Which command?', 'One of these.'))).toBe(2)
  expect(exitCodeOf(new DataLockedError('Locked.', 'Stop the other one.'))).toBe(2)
  expect(exitCodeOf(new DiskFullError('Full.', 'Free some space.'))).toBe(1)
  expect(exitCodeOf('odd')).toBe(1)
})
