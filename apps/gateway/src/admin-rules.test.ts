import { describe, expect, test } from 'vitest'
import { type Caller, isSameOrigin, requireAdmin } from './admin-rules.ts'
import { HttpProblem } from './http-problem.ts'

const LOCAL: Caller = {
  address: '127.0.0.1',
  host: 'localhost:3000',
  origin: undefined,
  authorization: undefined,
  contentType: 'application/json',
  forwarded: false,
}

function statusOf(caller: Partial<Caller>, adminToken: string | null = null, hosts: string[] = []): number {
  try {
    requireAdmin({ ...LOCAL, ...caller }, { adminToken, hosts }, true)
    return 200
  } catch (error) {
    if (error instanceof HttpProblem) return error.status
    throw error
  }
}

describe('without a token', () => {
  test.each<[string, Partial<Caller>]>([
    ['no Origin', {}],
    ['the same origin', { origin: 'http://localhost:3000' }],
    ['IPv6', { address: '::1', host: '[::1]:3000', origin: 'http://[::1]:3000' }],
    ['IPv4 in IPv6', { address: '::ffff:127.0.0.1', host: '127.0.0.1:3000' }],
    ['a charset', { contentType: 'application/json; charset=utf-8' }],
  ])('the loopback address may change things: %s', (_what, caller) => {
    expect(statusOf(caller)).toBe(200)
  })

  test.each<[string, Partial<Caller>, number]>([
    ['another machine', { address: '192.168.0.7' }, 403],
    ['a proxy', { forwarded: true }, 403],
    ['another site', { origin: 'https://evil.example' }, 403],
    ['another port', { origin: 'http://localhost:4000' }, 403],
    ['a page without origin', { origin: 'null' }, 403],
    ['a name that was bent to this address', { host: 'evil.example', origin: 'http://evil.example' }, 403],
    ['a name that only looks local', { host: '127.0.0.1.evil.example' }, 403],
    ['a name that starts local', { host: 'localhost.evil.example' }, 403],
    ['no Host', { host: undefined }, 403],
    ['a form', { contentType: 'text/plain' }, 415],
    ['no content type', { contentType: undefined }, 415],
  ])('%s may not', (_what, caller, status) => {
    expect(statusOf(caller)).toBe(status)
  })

  test('a configured host name is as good as a local one', () => {
    const caller = { host: 'stats.example:3000', origin: 'http://stats.example:3000' }
    expect(statusOf(caller, null, ['Stats.Example'])).toBe(200)
  })
})

describe('with a token', () => {
  test('whoever has it may change things from anywhere', () => {
    const caller = { address: '10.0.0.1', host: 'x.example', origin: 'https://y.example', forwarded: true }
    expect(statusOf({ ...caller, authorization: 'Bearer secret' }, 'secret')).toBe(200)
    expect(statusOf({ ...caller, authorization: 'bearer secret' }, 'secret')).toBe(200)
  })

  test.each([undefined, 'Bearer ', 'Bearer secre', 'Bearer secret2', 'Basic secret', 'secret'])(
    'nobody else may, the loopback address neither: %s',
    (authorization) => {
      expect(statusOf({ authorization }, 'secret')).toBe(401)
    },
  )
})

test('an origin is the same when scheme is of the web and host and port are equal', () => {
  expect(isSameOrigin(undefined, 'a:1')).toBe(true)
  expect(isSameOrigin('http://a:1', 'A:1')).toBe(true)
  expect(isSameOrigin('https://a', 'a')).toBe(true)
  expect(isSameOrigin('http://a:1', 'a:2')).toBe(false)
  expect(isSameOrigin('file://a:1', 'a:1')).toBe(false)
  expect(isSameOrigin('http://a:1', undefined)).toBe(false)
})
