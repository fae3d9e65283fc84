/**
 * Holds a value against a JSON schema, with the part of the language that the schemas of others we read are written
 * in. A word that this does not know is an error: nothing passes because it was not looked at.
 */
export type JsonSchema = boolean | { readonly [word: string]: unknown }

type Check = (value: unknown, operand: unknown, at: Place) => string[]

interface Place {
  /** `$.services.kafka` */
  readonly path: string
  /** The schema that the word stands in. */
  readonly schema: { readonly [word: string]: unknown }
  readonly root: JsonSchema
}

/** Words that say nothing about the value. */
const REMARKS = new Set([
  '$schema',
  '$id',
  'title',
  'description',
  'default',
  'deprecated',
  'definitions',
  '$defs',
  'examples',
  '$comment',
])

/** Sentences about what does not fit; empty when everything does. */
export function schemaMisfits(value: unknown, root: JsonSchema): string[] {
  return misfits(value, root, { path: '$', root })
}

function misfits(value: unknown, schema: JsonSchema, at: Omit<Place, 'schema'>): string[] {
  if (typeof schema === 'boolean') return schema ? [] : [`${at.path} must not be there`]
  return Object.entries(schema).flatMap(([word, operand]) => {
    if (REMARKS.has(word)) return []
    const check = CHECKS[word]
    if (check === undefined) throw new Error(`${at.path}: the schema says "${word}", which is not known here`)
    return check(value, operand, { ...at, schema })
  })
}

const CHECKS: Readonly<Record<string, Check>> = {
  $ref: (value, operand, at) => misfits(value, referred(String(operand), at.root), at),
  type: (value, operand, { path }) => {
    const types = [operand].flat()
    const fits = types.includes(typeOf(value)) || (types.includes('number') && typeOf(value) === 'integer')
    return fits ? [] : [`${path} is ${typeOf(value)}, not ${types.join(' or ')}`]
  },
  enum: (value, operand, { path }) =>
    asList(operand).some((one) => same(one, value))
      ? []
      : [`${path} is ${JSON.stringify(value)}, not one of ${JSON.stringify(operand)}`],
  const: (value, operand, { path }) =>
    same(operand, value) ? [] : [`${path} is ${JSON.stringify(value)}, not ${JSON.stringify(operand)}`],
  minimum: (value, operand, { path }) =>
    typeof value === 'number' && value < Number(operand) ? [`${path} is below ${operand}`] : [],
  maximum: (value, operand, { path }) =>
    typeof value === 'number' && value > Number(operand) ? [`${path} is above ${operand}`] : [],
  minLength: (value, operand, { path }) =>
    typeof value === 'string' && value.length < Number(operand) ? [`${path} is too short`] : [],
  minItems: (value, operand, { path }) =>
    Array.isArray(value) && value.length < Number(operand) ? [`${path} has too few items`] : [],
  maxItems: (value, operand, { path }) =>
    Array.isArray(value) && value.length > Number(operand) ? [`${path} has too many items`] : [],
  pattern: (value, operand, { path }) =>
    typeof value === 'string' && !new RegExp(String(operand), 'u').test(value)
      ? [`${path} is "${value}", which does not match ${operand}`]
      : [],
  uniqueItems: (value, operand, { path }) => {
    if (operand !== true || !Array.isArray(value)) return []
    const distinct = new Set(value.map((item) => JSON.stringify(item)))
    return distinct.size === value.length ? [] : [`${path} holds something twice`]
  },
  items: (value, operand, at) =>
    Array.isArray(value)
      ? value.flatMap((item, index) =>
          misfits(item, asSchema(operand), { ...at, path: `${at.path}[${index}]` }),
        )
      : [],
  required: (value, operand, { path }) =>
    isObject(value)
      ? asList(operand)
          .filter((name) => !(String(name) in value))
          .map((name) => `${path}.${name} is missing`)
      : [],
  properties: (value, operand, at) =>
    namedParts(value).flatMap(([name, part]) => {
      const known = asObject(operand)
      return Object.hasOwn(known, name) ? misfits(part, asSchema(known[name]), inside(at, name)) : []
    }),
  patternProperties: (value, operand, at) =>
    namedParts(value).flatMap(([name, part]) =>
      Object.entries(asObject(operand))
        .filter(([pattern]) => new RegExp(pattern, 'u').test(name))
        .flatMap(([, schema]) => misfits(part, asSchema(schema), inside(at, name))),
    ),
  additionalProperties: (value, operand, at) =>
    namedParts(value)
      .filter(([name]) => !isNamed(name, at.schema))
      .flatMap(([name, part]) =>
        operand === false
          ? [`${at.path}.${name} is unknown`]
          : misfits(part, asSchema(operand), inside(at, name)),
      ),
  allOf: (value, operand, at) => asList(operand).flatMap((one) => misfits(value, asSchema(one), at)),
  anyOf: (value, operand, at) => {
    const tried = asList(operand).map((one) => misfits(value, asSchema(one), at))
    return tried.some((found) => found.length === 0)
      ? []
      : [`${at.path} fits none: ${tried.flat().join('; ')}`]
  },
  oneOf: (value, operand, at) => {
    const tried = asList(operand).map((one) => misfits(value, asSchema(one), at))
    const fitting = tried.filter((found) => found.length === 0).length
    if (fitting === 1) return []
    return [
      fitting === 0
        ? `${at.path} fits none: ${tried.flat().join('; ')}`
        : `${at.path} fits ${fitting}, not one`,
    ]
  },
  not: (value, operand, at) =>
    misfits(value, asSchema(operand), at).length > 0 ? [] : [`${at.path} is what it must not be`],
}

/** `#/definitions/service` */
function referred(reference: string, root: JsonSchema): JsonSchema {
  if (!reference.startsWith('#/')) throw new Error(`${reference} is not in this schema`)
  let part: unknown = root
  for (const name of reference.slice(2).split('/')) part = isObject(part) ? part[name] : undefined
  if (part === undefined) throw new Error(`${reference} leads nowhere`)
  return asSchema(part)
}

function isNamed(name: string, schema: { readonly [word: string]: unknown }): boolean {
  const patterns = Object.keys(asObject(schema['patternProperties']))
  return (
    Object.hasOwn(asObject(schema['properties']), name) ||
    patterns.some((pattern) => new RegExp(pattern, 'u').test(name))
  )
}

function inside(at: Place, name: string): Place {
  return { ...at, path: `${at.path}.${name}` }
}

function namedParts(value: unknown): [string, unknown][] {
  return isObject(value) ? Object.entries(value) : []
}

function asSchema(value: unknown): JsonSchema {
  if (typeof value === 'boolean' || isObject(value)) return value
  throw new Error(`${JSON.stringify(value)} is no schema`)
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {}
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}
