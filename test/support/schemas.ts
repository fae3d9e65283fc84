/** Checks of other people's schemas, with ajv. A check gives back a sentence per misfit; none when all fits. */
import { readFileSync } from 'node:fs'
import type { ErrorObject } from 'ajv'
import { Ajv } from 'ajv'
import draft04 from 'ajv-draft-04'
import formats from 'ajv-formats'

export type Check = (value: unknown) => string[]

interface JsonSchema {
  readonly [word: string]: unknown
}

function schemaIn(path: string): JsonSchema {
  return JSON.parse(readFileSync(path, 'utf8'))
}

interface Validate {
  (value: unknown): unknown
  errors?: readonly ErrorObject[] | null
}

function check(validate: Validate): Check {
  return (value) => {
    if (validate(value) === true) return []
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      return `${instancePath || '/'} ${message} ${JSON.stringify(params)}`
    })
  }
}

/** Marathon 1.11: draft-07, closed everywhere, so that a misspelt key is told. */
export function marathon111(path: string): Check {
  const ajv = new Ajv({ strict: true, allErrors: true })
  formats.default(ajv)
  return check(ajv.compile(schemaIn(path)))
}

/** Marathon 1.7: draft-04; the app has no id, so it is known by the address under which the group asks for it. */
export function marathon17(appPath: string, groupPath: string): { app: Check; group: Check } {
  const ajv = new draft04.default({ strict: false, allErrors: true })
  formats.default(ajv)
  const [app, group] = [schemaIn(appPath), schemaIn(groupPath)]
  const address = String(group['id']).replace(/[^/]*$/, 'AppDefinition.json')
  ajv.addSchema(app, address)
  return { app: check(ajv.compile({ $ref: address })), group: check(ajv.compile(group)) }
}

/** Metronome's own, which breaks two rules of draft-04. */
export function metronome(path: string): Check {
  const ajv = new draft04.default({ strict: false, validateSchema: false, unicodeRegExp: false })
  formats.default(ajv)
  return check(ajv.compile(schemaIn(path)))
}

/** Options of a DC/OS package: merged over their defaults, as DC/OS does; a name that is not known is told. */
export function packageOptions(path: string): Check {
  const { $schema: _, ...schema } = schemaIn(path)
  const ajv = new draft04.default({ strict: false, useDefaults: true, unicodeRegExp: false, allErrors: true })
  formats.default(ajv)
  const validate = check(ajv.compile(closed(withDefaults(schema)) as JsonSchema))
  return (value) => validate(structuredClone(value))
}

export function composeFile(path: string): Check {
  const { $schema: _, ...schema } = schemaIn(path)
  const ajv = new Ajv({ strict: false, allErrors: true })
  formats.default(ajv)
  return check(ajv.compile(schema))
}

/** Every object with properties takes these and no others. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const parts = Object.fromEntries(Object.entries(schema).map(([name, part]) => [name, closed(part)]))
  return 'properties' in parts && !('additionalProperties' in parts)
    ? { ...parts, additionalProperties: false }
    : parts
}

/** A section that is left out has the defaults of its parts: without a default of its own it would be missing. */
function withDefaults(schema: JsonSchema): JsonSchema {
  const properties = Object.entries(schema['properties'] ?? {}).map(([name, section]) => {
    const isObject = section.type === 'object' && section.default === undefined
    return [name, isObject ? { ...section, default: {} } : section]
  })
  return { ...schema, properties: Object.fromEntries(properties) }
}
