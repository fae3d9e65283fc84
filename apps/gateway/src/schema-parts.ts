/** What the JSON schemas of answers are put together from. */
export type JsonSchema = { readonly [keyword: string]: unknown }

export const text: JsonSchema = { type: 'string' }
export const time: JsonSchema = { type: 'string', format: 'date-time' }
export const timeOrNull: JsonSchema = { type: ['string', 'null'], format: 'date-time' }
export const whole: JsonSchema = { type: 'integer', minimum: 0 }
export const wholeOrNull: JsonSchema = { type: ['integer', 'null'], minimum: 0 }
export const numberOrNull: JsonSchema = { type: ['number', 'null'] }
export const textOrNull: JsonSchema = { type: ['string', 'null'] }
export const share: JsonSchema = { type: ['number', 'null'], minimum: 0, maximum: 1 }
export const source: JsonSchema = { type: 'string', enum: ['twitch', 'demo'] }
export const tallies: JsonSchema = { type: 'object', additionalProperties: whole }
export const slot: JsonSchema = {
  type: 'integer',
  minimum: 0,
  maximum: 15,
  description: 'Colour, kept while known.',
}

export function ref(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` }
}

export function list(items: JsonSchema): JsonSchema {
  return { type: 'array', items }
}

/** Every property is there, besides those named as optional; nothing else is. */
export function object(properties: Readonly<Record<string, JsonSchema>>, ...optional: string[]): JsonSchema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name))
  return { type: 'object', properties, required, additionalProperties: false }
}

export const channelRef = { id: textOrNull, name: text, displayName: text, slot } as const

export const orNull = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] })
