/** Walks every route of the table with every kind of bad input; each must be refused as a problem, and say how. */
import { request } from 'node:http'
import type { Problem } from '@smacktalk/contract'
import { describe, expect, test } from 'vitest'
import { SCHEMAS } from './answer-schemas.ts'
import { NOW, openTestGateway } from './gateway-fixture.ts'
import { misfits } from './json-schema-fixture.ts'
import { openApiDocument } from './openapi.ts'
import type { ParameterSpec } from './parameters.ts'
import { API_BASE, ROUTES, type Route } from './routes.ts'

interface Attempt {
  readonly what: string
  readonly method: string
  readonly path: string
  readonly body?: unknown
  readonly status: number
  readonly parameter?: string
}

const BAD_VALUES: Readonly<Record<ParameterSpec['kind'], readonly string[]>> = {
  time: [
    '',
    'x',
    '-1',
    '1e3',
    '0',
    '99999999999999999999',
    'NaN',
    '2026-02-30',
    '2026-11-19T10:00:00',
    '%00',
    '%E0%A4%A',
  ],
  choice: ['', 'x', 'MINUTE', 'minute,hour', '%F0%9F%98%80', '__proto__'],
  choices: ['x', 'bots,x', 'bots,bots', ',', 'bots,', 'BOTS', 'toString'],
  whole: ['', 'x', '0', '-1', '1.5', '1e1', '0x10', '501', '99999999999', 'NaN', '%2B5', '%00'],
  text: ['', '%20', 'a'.repeat(41)],
  name: ['', '%20', 'a'.repeat(26), 'id:x', 'no!', 'caf%C3%A9', '..%2F'],
  cursor: [
    '',
    'x',
    '%00',
    '[]',
    btoa('1'),
    // Of another channel, with a range of a thousand years, and with bytes behind its end.
    cursorOf('8.1795120000000..01795124730000-0000000000000001'),
    cursorOf('7.0..01795124730000-0000000000000001'),
    `${cursorOf('7.1795120000000..01795124730000-0000000000000001')}=`,
    cursorOf('7.1795120000000.ban.01795124730000-0000000000000001'),
    cursorOf('7.1795130000000..01795124730000-0000000000000001'),
  ],
}

/** Values that are right, for everything around the one that is wrong. */
function goodValue(spec: ParameterSpec): string {
  switch (spec.kind) {
    case 'time':
      return '2026-11-19'
    case 'choice':
    case 'choices':
      return spec.of[0] ?? ''
    case 'whole':
      return String(spec.min)
    case 'text':
    case 'name':
      return 'alpha'
    case 'cursor':
      return cursorOf('7.1795120000000..01795124730000-0000000000000001')
  }
}

function cursorOf(plain: string): string {
  return Buffer.from(plain).toString('base64url')
}

const BAD_NAMES = [
  'caf%C3%A9',
  '%20',
  'a'.repeat(26),
  'id:',
  'id:x',
  'login:',
  'no!',
  '..%2F..%2Fetc',
  '%3Cscript%3E',
]

const BAD_BODIES: readonly [unknown, number][] = [
  ['{', 400],
  ['[]', 400],
  ['"x"', 400],
  ['null', 400],
  [{}, 400],
  [{ other: 1 }, 400],
  ['x'.repeat(140_000), 413],
  [{ names: 'alpha', source: 7 }, 400],
  [{ names: [] }, 400],
  [{ names: [1] }, 400],
  [{ names: Array.from({ length: 1_001 }, () => 'a') }, 400],
  [{ source: 'elsewhere' }, 400],
]

function* attempts(route: Route): Generator<Attempt> {
  const method = route.method.toUpperCase()
  const path = API_BASE + route.path.replace(':name', 'alpha')
  const required = route.query.filter((spec) => spec.required)
  const needed = (...besides: string[]): string =>
    required
      .filter(({ name }) => !besides.includes(name))
      .map((spec) => `&${spec.name}=${goodValue(spec)}`)
      .join('')
  const valid =
    route.body === 'AddChannels' ? { names: ['x'] } : route.body === null ? undefined : { source: 'demo' }
  const base = { method, ...(valid === undefined ? {} : { body: valid }) }
  yield {
    ...base,
    what: 'an unknown parameter',
    path: `${path}?nonsense=1`,
    status: 400,
    parameter: 'nonsense',
  }
  yield { ...base, what: 'a prototype as parameter', path: `${path}?__proto__=1`, status: 400 }
  yield { ...base, what: 'too long a URL', path: `${path}?${'x'.repeat(3_000)}`, status: 414 }
  for (const spec of route.query) {
    const good = goodValue(spec)
    const others = needed(spec.name)
    if (spec.required) {
      yield { ...base, what: `no ${spec.name}`, path: `${path}?`, status: 400, parameter: spec.name }
    }
    const twice = `${path}?${spec.name}=${good}&${spec.name}=${good}`
    yield { ...base, what: `${spec.name} twice`, path: twice, status: 400, parameter: spec.name }
    yield { ...base, what: `${spec.name} as a list`, path: `${path}?${spec.name}[]=${good}`, status: 400 }
    for (const value of BAD_VALUES[spec.kind]) {
      yield {
        ...base,
        what: `${spec.name}=${value}`,
        path: `${path}?${spec.name}=${value}${others}`,
        status: 400,
        parameter: spec.name,
      }
    }
  }
  if (route.query.some(({ name }) => name === 'from')) {
    yield {
      ...base,
      what: 'a backward range',
      path: `${path}?from=2026-11-19&to=2026-11-18${needed()}`,
      status: 400,
      parameter: 'from',
    }
    yield {
      ...base,
      what: 'a range in the future',
      path: `${path}?from=2090-01-01${needed()}`,
      status: 400,
      parameter: 'from',
    }
    yield {
      ...base,
      what: 'too much time',
      path: `${path}?from=2024-01-01&to=2026-11-18${needed()}`,
      status: 400,
      parameter: route.query.some(({ name }) => name === 'step') ? 'step' : 'from',
    }
  }
  if (route.path.includes(':name')) {
    for (const name of BAD_NAMES) {
      const named = `${API_BASE}${route.path.replace(':name', name)}?${needed()}`
      yield { ...base, what: `the name ${name}`, path: named, status: 400, parameter: 'name' }
    }
    yield {
      ...base,
      what: 'half an escape',
      path: API_BASE + route.path.replace(':name', '%E0%A4%A'),
      status: 400,
    }
    yield {
      ...base,
      what: 'an unknown name',
      path: `${API_BASE}${route.path.replace(':name', 'alpa')}?${needed()}`,
      status: 404,
      parameter: 'name',
    }
  }
  if (route.body !== null) {
    for (const [body, status] of BAD_BODIES) {
      yield { method, what: `the body ${JSON.stringify(body).slice(0, 40)}`, path, body, status }
    }
    yield { method, what: 'no body', path, status: 415 }
  }
}

describe('bad input', () => {
  test.each(ROUTES.map((route): [string, Route] => [`${route.method} ${route.path}`, route]))(
    'is refused by %s with a problem that says what to do',
    async (_name, route) => {
      const open = await openTestGateway(async ({ rows, wanted }) => {
        await wanted.add(['alpha'])
        await rows.names('7', 'alpha', 'alpha')
        await rows.userDay('7', NOW, '70', { login: 'alpha', displayName: 'Alpha' })
      })
      for (const { what, method, path, body, status, parameter } of attempts(route)) {
        const answer = await open.send(method, path, body)
        expect([what, answer.status]).toEqual([what, status])
        expect(answer.headers.get('content-type'), what).toContain('application/problem+json')
        expect(misfits(answer.body, SCHEMAS.Problem), what).toEqual([])
        const problem = answer.body as Problem
        expect(problem.detail.length, what).toBeGreaterThan(15)
        if (parameter !== undefined) expect([what, problem.parameter]).toEqual([what, parameter])
      }
      expect((await open.get('/api/v1/channels')).body).toMatchObject({ channels: [{ name: 'alpha' }] })
    },
  )
})

describe('a route', () => {
  test('refuses methods it does not know and says which it does', async () => {
    const gateway = await openTestGateway()
    for (const path of new Set(ROUTES.map((route) => route.path))) {
      const known = ROUTES.filter((route) => route.path === path).map((route) => route.method.toUpperCase())
      for (const method of ['PUT', 'PATCH', 'POST', 'DELETE', 'GET', 'OPTIONS']) {
        if (known.includes(method)) continue
        const answer = await gateway.send(method, API_BASE + path.replace(':name', 'alpha'))
        expect([method, path, answer.status]).toEqual([method, path, 405])
        expect(answer.headers.get('allow')).toContain(known[0])
        expect(answer.headers.get('access-control-allow-origin')).toBeNull()
        expect(misfits(answer.body, SCHEMAS.Problem)).toEqual([])
      }
    }
  })

  test('that does not exist is a problem with the nearest one', async () => {
    const gateway = await openTestGateway()
    const { status, body } = await gateway.get('/api/v1/chanels')
    expect(status).toBe(404)
    expect(body).toMatchObject({ detail: expect.stringContaining('/api/v1/channels') })
  })

  test('answers are JSON that is not kept and not guessed at', async () => {
    const gateway = await openTestGateway()
    const { headers } = await gateway.get('/api/v1/status')
    expect(headers.get('content-type')).toContain('application/json')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('x-powered-by')).toBeNull()
  })

  test('that changes something is closed to other sites and to other names of this machine', async () => {
    const gateway = await openTestGateway()
    const foreign = { origin: 'https://elsewhere.example' }
    for (const route of ROUTES.filter(({ admin }) => admin)) {
      const path = API_BASE + route.path.replace(':name', 'alpha')
      const method = route.method.toUpperCase()
      const answer = await gateway.send(method, path, { names: ['x'], source: 'demo' }, foreign)
      expect([method, path, answer.status]).toEqual([method, path, 403])
      expect(await statusUnderHost(gateway.gateway.port, method, path)).toBe(403)
    }
    expect((await gateway.get('/api/v1/channels')).body).toEqual({ channels: [] })
  })

  test('that changes something needs the token when there is one', async () => {
    const gateway = await openTestGateway(async () => {}, {
      settings: { host: '127.0.0.1', port: 0, adminToken: 'secret', bots: [], backend: 'embedded' },
    })
    const add = (headers: Record<string, string>) =>
      gateway.send('POST', '/api/v1/channels', { names: ['alpha'] }, headers)
    const refused = await add({})
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    expect((await add({ authorization: 'Bearer guess' })).status).toBe(401)
    expect((await add({ authorization: 'Bearer secret' })).status).toBe(207)
  })
})

/** A browser that was led here by a name of somebody else (DNS rebinding). */
function statusUnderHost(port: number, method: string, path: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const headers = { host: 'elsewhere.example', 'content-type': 'application/json', 'content-length': '2' }
  const asked = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
    response.resume()
    resolve(response.statusCode ?? 0)
  })
  asked.on('error', reject)
  asked.end('{}')
  return promise
}

describe('the document', () => {
  test('names every route, its parameters and only shapes that exist', async () => {
    const gateway = await openTestGateway()
    const { body } = await gateway.get('/api/v1/openapi.json')
    expect(body).toEqual(JSON.parse(JSON.stringify(openApiDocument('0.0.0-test'))))
    const { paths } = openApiDocument('1')
    for (const route of ROUTES) {
      const operation = paths[route.path.replace(':name', '{name}')]?.[route.method]
      expect(operation).toMatchObject({ operationId: route.operation })
      for (const { name } of route.query) expect(JSON.stringify(operation)).toContain(`"name":"${name}"`)
    }
    const named = [...JSON.stringify(body).matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name)
    expect(named.filter((name) => !(name! in SCHEMAS))).toEqual([])
  })

  test('has a page for people without any script', async () => {
    const gateway = await openTestGateway()
    const { status, headers, body } = await gateway.get('/api/v1/docs')
    expect(status).toBe(200)
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    for (const route of ROUTES) expect(body).toContain(route.path.replace(':name', '{name}'))
    expect(body).not.toMatch(/<script|style=/)
    expect((await gateway.get('/api/v1/docs.css')).headers.get('content-type')).toContain('text/css')
  })
})
