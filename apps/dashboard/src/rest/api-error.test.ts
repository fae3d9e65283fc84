import { expect, test } from 'vitest'
import { apiErrorFrom } from './api-error.ts'

test('a problem says what can be done, and what the log of the server calls the request', () => {
  const error = apiErrorFrom(503, { detail: 'The store is away.', request: '7f3a-91c2' })
  expect(error).toMatchObject({ status: 503, detail: 'The store is away.', request: '7f3a-91c2' })
  expect(apiErrorFrom(404, { detail: 'Nobody.' }).request).toBeNull()
})

test('what is no problem still gives a sentence, and nothing foreign fills the screen', () => {
  for (const body of [null, 'x', { detail: 7, request: {} }]) {
    expect(apiErrorFrom(502, body)).toMatchObject({
      detail: 'The server answered with status 502.',
      request: null,
    })
  }
  expect(apiErrorFrom(500, { detail: 'x'.repeat(999) }).detail).toHaveLength(300)
})
