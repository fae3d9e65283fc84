import { expect, test } from 'vitest'
import { NamedScope } from './named-scope.ts'

test('what was opened is closed in reverse order, and the scope says what it is closing', async () => {
  const scope = new NamedScope()
  const closed: (string | null)[] = []
  for (const name of ['the data', 'the job']) scope.defer(name, () => void closed.push(scope.closing))
  expect(scope.closing).toBeNull()
  await scope[Symbol.asyncDispose]()
  expect(closed).toEqual(['the job', 'the data'])
  expect(scope.closing).toBeNull()
})

test('a failure while closing does not keep the rest open', async () => {
  const scope = new NamedScope()
  let closed = false
  scope.defer('the data', () => {
    closed = true
  })
  scope.defer('the job', () => Promise.reject(new Error('stuck')))
  await expect(scope[Symbol.asyncDispose]()).rejects.toThrow('stuck')
  expect(closed).toBe(true)
})
