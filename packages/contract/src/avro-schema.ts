/**
 * One definition gives both the Avro schema that goes over the wire and the TypeScript type of the value.
 * Only what the project uses is here; the encoding itself lives in `@smacktalk/wire`.
 */
export type AvroJson = string | readonly AvroJson[] | { readonly [name: string]: unknown }

/** An Avro schema that remembers the TypeScript type of its values. */
export interface Schema<T> {
  readonly avro: AvroJson
  /** Never present at run time: carries the type. */
  readonly valueType?: T
  /** What stands for the field in records of a build that did not know it yet. */
  readonly absent?: AvroJson | null
}

export type TypeOf<S> = S extends Schema<infer T> ? T : never

type Fields = Readonly<Record<string, Schema<unknown>>>
type RecordOf<F extends Fields> = { [K in keyof F]: TypeOf<F[K]> }

export const string: Schema<string> = { avro: 'string' }
export const boolean: Schema<boolean> = { avro: 'boolean' }
/** A whole number up to 2^53; milliseconds, counts and log positions all fit. */
export const long: Schema<number> = { avro: 'long' }
/** Bytes as a Uint8Array; the logical type lets the codec translate without Node's Buffer showing up here. */
export const bytes: Schema<Uint8Array> = { avro: { type: 'bytes', logicalType: 'octets' } }

export function nullable<T>(inner: Schema<T>): Schema<T | null> {
  return { avro: ['null', inner.avro] }
}

export function array<T>(inner: Schema<T>): Schema<T[]> {
  return { avro: { type: 'array', items: inner.avro } }
}

/** A field that older records lack: what they are read with. */
export function absentAs<T>(absent: AvroJson | null, inner: Schema<T>): Schema<T> {
  return { avro: inner.avro, absent }
}

/** A named record. Names are global within one schema, so each record has a name of its own. */
export function record<F extends Fields>(name: string, fields: F): Schema<RecordOf<F>> {
  return {
    avro: {
      type: 'record',
      name: `smacktalk.${name}`,
      fields: Object.entries(fields).map(([field, { avro, absent }]) =>
        absent === undefined ? { name: field, type: avro } : { name: field, type: avro, default: absent },
      ),
    },
  }
}
