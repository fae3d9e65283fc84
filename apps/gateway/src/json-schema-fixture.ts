/** The little of JSON schema that our own schemas use, so that tests can hold real answers against them. */
import { expect } from 'vitest'
import { SCHEMAS, type SchemaName } from './answer-schemas.ts'

type Schema = Readonly<Record<string, unknown>>

/** What does not fit, one sentence each; empty when everything does. */
export function misfits(value: unknown, schema: Schema, path = '$'): string[] {
  if (typeof schema['$ref'] === 'string') {
    const name = schema['$ref'].split('/').at(-1) ?? ''
    return misfits(value, (SCHEMAS as Readonly<Record<string, Schema>>)[name] ?? {}, path)
  }
  if (Array.isArray(schema['anyOf'])) {
    const tried = schema['anyOf'].map((option: Schema) => misfits(value, option, path))
    return tried.some((found) => found.length === 0) ? [] : (tried[0] ?? [])
  }
  return [
    ...ofType(value, schema, path),
    ...(Array.isArray(schema['enum']) && !schema['enum'].includes(value)
      ? [`${path} is not one of the enum`]
      : []),
    ...inBounds(value, schema, path),
    ...(Array.isArray(value)
      ? value.flatMap((item, index) => misfits(item, part(schema['items']), `${path}[${index}]`))
      : []),
    ...(isObject(value) ? ofObject(value, schema, path) : []),
  ]
}

function ofType(value: unknown, schema: Schema, path: string): string[] {
  const types = schema['type'] === undefined ? [] : [schema['type']].flat()
  const fits =
    types.length === 0 ||
    types.includes(typeOf(value)) ||
    (types.includes('number') && typeOf(value) === 'integer')
  const date = schema['format'] === 'date-time' && typeof value === 'string' && !/^\d{4}-.*Z$/.test(value)
  return fits && !date ? [] : [`${path} is ${JSON.stringify(value)}`]
}

function inBounds(value: unknown, schema: Schema, path: string): string[] {
  const { minimum, maximum } = schema
  if (typeof value !== 'number') return []
  const low = typeof minimum === 'number' && value < minimum
  const high = typeof maximum === 'number' && value > maximum
  return low || high ? [`${path} is out of bounds: ${value}`] : []
}

function ofObject(value: Readonly<Record<string, unknown>>, schema: Schema, path: string): string[] {
  const properties = part(schema['properties'])
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  const missing = required
    .filter((name: string) => !(name in value))
    .map((name: string) => `${path}.${name} is missing`)
  const others = schema['additionalProperties']
  return [
    ...missing,
    ...Object.entries(value).flatMap(([name, inner]) => {
      if (name in properties) return misfits(inner, part(properties[name]), `${path}.${name}`)
      return others === false
        ? [`${path}.${name} is unknown`]
        : misfits(inner, part(others), `${path}.${name}`)
    }),
  ]
}

function part(schema: unknown): Schema {
  return isObject(schema) ? schema : {}
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}

/** The body is as the document says. */
export function fits(body: unknown, schema: SchemaName): void {
  expect(misfits(body, SCHEMAS[schema])).toEqual([])
}
