import { expect, test } from 'vitest'
import { type JsonSchema, schemaMisfits } from './json-schema.ts'

const SCHEMA: JsonSchema = {
  type: 'object',
  properties: {
    name: { $ref: '#/definitions/name' },
    ports: { type: 'array', items: { type: ['integer', 'string'] }, uniqueItems: true },
    mode: { enum: ['a', 'b'] },
    either: { oneOf: [{ type: 'string' }, { type: 'object', required: ['x'] }] },
    share: { type: 'number', minimum: 0, maximum: 1 },
  },
  patternProperties: { '^x-': {} },
  additionalProperties: false,
  required: ['name'],
  definitions: { name: { type: 'string', pattern: '^[a-z]+$' } },
}

test('what fits has no misfits', () => {
  const value = { name: 'abc', ports: [1, '2'], mode: 'a', either: { x: 1 }, share: 1, 'x-more': [] }
  expect(schemaMisfits(value, SCHEMA)).toEqual([])
})

test.each([
  [{}, '$.name is missing'],
  [{ name: 'A' }, '$.name is "A", which does not match ^[a-z]+$'],
  [{ name: 'a', nmae: 'a' }, '$.nmae is unknown'],
  [{ name: 'a', ports: [1, 1] }, '$.ports holds something twice'],
  [{ name: 'a', ports: [true] }, '$.ports[0] is boolean, not integer or string'],
  [{ name: 'a', mode: 'c' }, '$.mode is "c", not one of ["a","b"]'],
  [
    { name: 'a', either: { y: 1 } },
    '$.either fits none: $.either is object, not string; $.either.x is missing',
  ],
  [{ name: 'a', share: 2 }, '$.share is above 1'],
  [[], '$ is array, not object'],
])('%j does not fit', (value, misfit) => {
  expect(schemaMisfits(value, SCHEMA)).toContain(misfit)
})

test('a word that is not known is never passed over', () => {
  expect(() => schemaMisfits({}, { propertyNames: {} })).toThrow('propertyNames')
  expect(() => schemaMisfits({}, { $ref: 'elsewhere.json' })).toThrow('elsewhere.json')
})
