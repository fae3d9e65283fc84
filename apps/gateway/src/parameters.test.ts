import { describe, expect, test } from 'vitest'
import { HttpProblem } from './http-problem.ts'
import { readChannelQuery } from './name-query.ts'
import { type ParameterSpec, readBody, readChoices, readQuery, readTime } from './parameters.ts'

const SPECS: readonly ParameterSpec[] = [
  { name: 'from', kind: 'time', description: '' },
  { name: 'without', kind: 'choices', of: ['bots', 'commands'], description: '' },
]

function refusal(read: () => unknown): HttpProblem {
  try {
    read()
  } catch (error) {
    if (error instanceof HttpProblem) return error
    throw error
  }
  throw new Error('It was accepted.')
}

describe('a query', () => {
  test('is read by the names a route knows', () => {
    expect([...readQuery('from=1&without=', SPECS)]).toEqual([
      ['from', '1'],
      ['without', ''],
    ])
  })

  test.each([
    ['form=1', 'form', 'Did you mean "from"?'],
    ['from=1&from=2', 'from', 'twice'],
    ['from=1&from=1', 'from', 'twice'],
    ['from=', 'from', 'empty'],
    ['from[a]=1', 'from[a]', 'Did you mean "from"?'],
    ['quite-another=1', 'quite-another', 'Known here: from, without'],
  ])('%s is refused with a suggestion', (search, parameter, words) => {
    const problem = refusal(() => readQuery(search, SPECS))
    expect(problem).toMatchObject({ status: 400, parameter })
    expect(problem.message).toContain(words)
  })

  test('does not repeat pages of what was typed', () => {
    expect(refusal(() => readQuery(`${'x'.repeat(1_000)}=1`, SPECS)).message.length).toBeLessThan(150)
  })
})

describe('a time', () => {
  const at = Date.UTC(2026, 10, 19, 21, 45)

  test.each([
    [String(at), at],
    ['2026-11-19T21:45Z', at],
    ['2026-11-19T21:45:00.000Z', at],
    ['2026-11-19t21:45:00z', at],
    ['2026-11-19T22:45:00+01:00', at],
    ['2026-11-19T22:45:00 01:00', at],
    ['2026-11-19', Date.UTC(2026, 10, 19)],
  ])('%s is understood', (text, expected) => {
    expect(readTime('from', text)).toBe(expected)
  })

  test.each([
    ['yesterday', 'no time'],
    ['2026-11-19T21:45:00', 'zone'],
    ['2026-02-30T00:00:00Z', 'no time that exists'],
    ['2026-13-01', 'no time that exists'],
    ['2026-11-19T25:00:00Z', 'no time that exists'],
    ['1763588700', 'milliseconds, not seconds'],
    ['-1', 'no time'],
    ['1e12', 'no time'],
    ['9999999999999999', 'between 2005 and 2100'],
    ['1999-01-01', 'between 2005 and 2100'],
  ])('%s is refused', (text, words) => {
    const problem = refusal(() => readTime('from', text))
    expect(problem).toMatchObject({ status: 400, parameter: 'from' })
    expect(problem.message).toContain(words)
  })
})

test('a list of words is read in the order of the table, each once', () => {
  expect(readChoices('without', 'commands,bots', ['bots', 'commands'])).toEqual(['bots', 'commands'])
  expect(refusal(() => readChoices('without', 'bots,bots', ['bots'])).message).toContain('twice')
  expect(refusal(() => readChoices('without', 'bot', ['bots'])).message).toContain('Did you mean "bots"?')
})

test('a body must be an object of known keys', () => {
  expect(readBody({ names: [] }, ['names']).get('names')).toEqual([])
  for (const body of [null, 1, 'x', [], undefined]) {
    expect(refusal(() => readBody(body, ['names'])).status).toBe(400)
  }
  expect(refusal(() => readBody({ nmes: [] }, ['names'])).message).toContain('Did you mean "names"?')
  expect(refusal(() => readBody(JSON.parse('{"__proto__": 1}'), ['names'])).status).toBe(400)
})

describe('a channel in an address', () => {
  test.each([
    ['Chess', { as: 'login', text: 'chess' }],
    ['123', { as: 'either', text: '123' }],
    ['id:123', { as: 'id', text: '123' }],
    ['login:123', { as: 'login', text: '123' }],
    ['ID:7', { as: 'id', text: '7' }],
    ['#chess', { as: 'login', text: 'chess' }],
  ])('%s is understood', (typed, expected) => {
    expect(readChannelQuery(typed)).toEqual(expected)
  })

  test.each(['café', 'id:', 'id:x', 'login:', 'a'.repeat(26), '', '__proto__!', 'id:-1'])(
    '%s is refused',
    (typed) => {
      expect(refusal(() => readChannelQuery(typed))).toMatchObject({ status: 400, parameter: 'name' })
    },
  )
})
