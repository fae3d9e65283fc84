/** The only file that knows avsc, which decodes; encoding is compiled here, as it is most of what a row costs. */
import type { AvroJson, Schema } from '@smacktalk/contract'
import avro from 'avsc'
import { BrokenBytesError } from './broken-bytes-error.ts'
import { ByteWriter } from './byte-writer.ts'
import { compileEncoder, type Encoder } from './compile-encoder.ts'
import { crc64Avro } from './fingerprint.ts'

/** Avro single-object encoding: two marker bytes, eight fingerprint bytes (little endian), the body. */
const MARKER_0 = 0xc3
const MARKER_1 = 0x01
const HEADER_BYTES = 10

/** Values use Uint8Array, avsc wants Buffer; the logical type is where they meet. */
class Octets extends avro.types.LogicalType {
  override _fromValue(value: unknown): unknown {
    return new Uint8Array(value as Buffer)
  }
  override _toValue(value: unknown): unknown {
    return value instanceof Uint8Array
      ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
      : undefined
  }
  override _resolve(): undefined {
    return undefined
  }
}

/** Avro defines a named type once and refers to it by name after that; our definitions repeat it in place. */
function withReferences(schema: AvroJson, defined = new Set<string>()): AvroJson {
  if (typeof schema === 'string') return schema
  if (Array.isArray(schema)) return schema.map((branch) => withReferences(branch, defined))
  const { name, fields, items, ...rest } = schema as { name?: string; fields?: AvroJson[]; items?: AvroJson }
  if (items !== undefined) return { ...rest, items: withReferences(items, defined) }
  if (name === undefined || fields === undefined) return schema
  if (defined.has(name)) return name
  defined.add(name)
  const referred = fields.map((field) => {
    const { type, ...named } = field as { name: string; type: AvroJson; default?: AvroJson }
    return { ...named, type: withReferences(type, defined) }
  })
  return { ...rest, name, fields: referred }
}

function typeOf(schema: AvroJson): avro.Type {
  return avro.Type.forSchema(schema as avro.Schema, { logicalTypes: { octets: Octets } })
}

/** Of all codecs: nothing comes between beginning a value and taking its bytes. */
const writer = new ByteWriter()

/** A schema ready to encode and decode. */
export class Codec<T> {
  /** The schema as registered in the store. */
  readonly json: string
  /** CRC-64-AVRO of the schema's canonical form, 16 hex digits. */
  readonly fingerprint: string
  readonly #type: avro.Type
  readonly #header: Buffer
  readonly #avro: AvroJson
  /** Compiled when first used: many a schema is only read. */
  #encode: Encoder | null = null

  constructor(schema: Schema<T>) {
    this.#avro = schema.avro
    const avroJson = withReferences(schema.avro)
    this.#type = typeOf(avroJson)
    this.json = JSON.stringify(avroJson)
    const crc = crc64Avro(Buffer.from(JSON.stringify(this.#type.schema())))
    this.fingerprint = crc.toString(16).padStart(16, '0')
    this.#header = Buffer.alloc(HEADER_BYTES)
    this.#header[0] = MARKER_0
    this.#header[1] = MARKER_1
    this.#header.writeBigUInt64LE(crc, 2)
  }

  /** Throws a TypeError when the value does not fit the schema: our own mistake, never data's. */
  encode(value: T): Uint8Array {
    this.#encode ??= compileEncoder(this.#avro)
    writer.begin(this.#header)
    this.#encode(writer, value)
    return writer.take()
  }

  /** Decodes bytes whose fingerprint is this codec's. */
  decode(bytes: Uint8Array): T {
    return this.#read(bytes)
  }

  /** A decoder for bytes written with another version of this schema. */
  decoderFrom(writerJson: string): (bytes: Uint8Array) => T {
    const writer = typeOf(JSON.parse(writerJson) as AvroJson)
    const resolver = this.#type.createResolver(writer)
    return (bytes) => this.#read(bytes, resolver)
  }

  #read(bytes: Uint8Array, resolver?: ReturnType<avro.Type['createResolver']>): T {
    try {
      return this.#type.fromBuffer(bodyOf(bytes), resolver) as T
    } catch (cause) {
      throw new BrokenBytesError('The bytes do not fit their schema.', cause)
    }
  }
}

function bodyOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset + HEADER_BYTES, bytes.byteLength - HEADER_BYTES)
}

/** Fingerprint of single-object bytes as 16 hex digits. Throws BrokenBytesError when the marker is missing. */
export function fingerprintOf(bytes: Uint8Array): string {
  if (bytes.length < HEADER_BYTES || bytes[0] !== MARKER_0 || bytes[1] !== MARKER_1) {
    throw new BrokenBytesError('The bytes do not start with the marker of Avro single-object encoding.')
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset + 2, 8)
    .readBigUInt64LE()
    .toString(16)
    .padStart(16, '0')
}

/** The two fingerprint halves as one number-free key is slow to build per record; this compares in place. */
export function fingerprintKey(bytes: Uint8Array): number {
  if (bytes.length < HEADER_BYTES || bytes[0] !== MARKER_0 || bytes[1] !== MARKER_1) {
    throw new BrokenBytesError('The bytes do not start with the marker of Avro single-object encoding.')
  }
  let key = 0
  // 48 of the 64 bits fit a double exactly; the rest is checked by `fingerprintOf` when a kind is unknown.
  for (let index = 7; index >= 2; index--) key = key * 256 + bytes[index]!
  return key
}
