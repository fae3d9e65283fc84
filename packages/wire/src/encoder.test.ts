import { type AvroJson, chatSchemas, feedSchemas, rowSchemas, type Schema } from '@smacktalk/contract'
import avro from 'avsc'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Codec } from './codec.ts'

/** What avsc would write: the reference for what is compiled here. */
const reference = (schema: AvroJson): avro.Type => avro.Type.forSchema(withReferences(schema) as avro.Schema)

/** What avsc can write: below -2^52 it loses a bit. */
const longs = fc.oneof(
  fc.integer({ min: -130, max: 130 }),
  fc.integer({ min: -(2 ** 52), max: 2 ** 53 - 2 }),
  fc.constantFrom(
    0,
    2 ** 29 - 1,
    2 ** 29,
    2 ** 30,
    -(2 ** 29),
    -(2 ** 29) - 1,
    2 ** 31,
    2 ** 53 - 2,
    -(2 ** 52),
  ),
)
const strings = fc.oneof(
  fc.string({ maxLength: 70 }),
  fc.string({ unit: 'binary', maxLength: 70 }).map((text) => text.toWellFormed()),
  fc.constantFrom('', 'x'.repeat(63), 'x'.repeat(64), 'é'.repeat(63), '🦦'.repeat(20), 'x'.repeat(70_000)),
)

/** Values of a schema. */
function values(schema: AvroJson): fc.Arbitrary<unknown> {
  if (schema === 'string') return strings
  if (schema === 'long') return longs
  if (schema === 'boolean') return fc.boolean()
  if (typeof schema === 'string') throw new Error(`No values of ${schema}.`)
  if (Array.isArray(schema)) return fc.option(values(schema[1] as AvroJson), { nil: null })
  const { type, items, fields } = schema as { type: string; items: AvroJson; fields: Field[] }
  if (type === 'bytes') return fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes))
  if (type === 'array') return fc.array(values(items), { maxLength: 4 })
  return fc.record(Object.fromEntries(fields.map((field) => [field.name, values(field.type)])))
}

interface Field {
  readonly name: string
  readonly type: AvroJson
}

/** Avro names a type once; our definitions repeat it in place. */
function withReferences(schema: AvroJson, defined = new Set<string>()): AvroJson {
  if (typeof schema === 'string') return schema
  if (Array.isArray(schema)) return schema.map((branch) => withReferences(branch, defined))
  const { name, fields, items } = schema as { name?: string; fields?: Field[]; items?: AvroJson }
  if (items !== undefined) return { ...schema, items: withReferences(items, defined) }
  if (name === undefined || fields === undefined) return schema
  if (defined.has(name)) return name
  defined.add(name)
  return {
    ...schema,
    fields: fields.map((field) => ({ ...field, type: withReferences(field.type, defined) })),
  }
}

const schemas: [string, Schema<unknown>][] = Object.entries({ ...chatSchemas, ...rowSchemas, ...feedSchemas })

test.each(schemas)('any %s is written as avsc writes it', (_, schema) => {
  const codec = new Codec(schema)
  const type = reference(schema.avro)
  fc.assert(
    fc.property(values(schema.avro), (value) => {
      const bytes = codec.encode(value)
      expect(Buffer.compare(bytes.subarray(10), type.toBuffer(value))).toBe(0)
    }),
    { seed: 20_260_105, numRuns: 60 },
  )
})

test('numbers up to 2^53 and lone surrogates come back, where avsc would write other ones', () => {
  const fact = new Codec(rowSchemas.fact)
  for (const day of [2 ** 53 - 1, 1 - 2 ** 53, -(2 ** 52) - 1]) {
    expect(bigLong(fact.encode({ day }).subarray(10))).toBe(BigInt(day))
  }
  const codec = new Codec(chatSchemas.importFinished)
  const back = codec.decode(codec.encode({ channelId: 'a\udda6b', run: '\ud83e' }))
  expect(back).toEqual({ channelId: 'a\ufffdb', run: '\ufffd' })
})

/** Avro's zigzag number, read with all its bits. */
function bigLong(bytes: Uint8Array): bigint {
  const bits = bytes.reduceRight((sum, byte) => (sum << 7n) | BigInt(byte & 0x7f), 0n)
  return (bits >> 1n) ^ -(bits & 1n)
}

test('a value that does not fit its schema is refused, and the next one is written as ever', () => {
  const codec = new Codec(chatSchemas.importFinished)
  const good = { channelId: '1', run: 'import:x' }
  const bytes = codec.encode(good)
  for (const bad of [{ channelId: 1, run: 'x' }, { channelId: '1' }, null, { channelId: '1', run: null }]) {
    expect(() => codec.encode(bad as never)).toThrow(TypeError)
  }
  const numbers = new Codec(rowSchemas.checkpoint)
  for (const position of [1.5, Number.NaN, 2 ** 53, '1', 1n]) {
    expect(() => numbers.encode({ position, writtenAt: 0, appendMs: 0 } as never)).toThrow(TypeError)
  }
  const lists = new Codec(rowSchemas.recents)
  expect(() => lists.encode({ newestSecond: 0, seconds: 'ab', counts: [] } as never)).toThrow(TypeError)
  expect(codec.encode(good)).toEqual(bytes)
})
