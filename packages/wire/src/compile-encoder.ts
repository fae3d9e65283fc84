/**
 * Turns a schema into the code that writes its values. Generated code knows each field by name, as if written by
 * hand; walking the schema for each value takes several times as long. Only what `avro-schema.ts` of contract can
 * express is known here, and nothing but schemas of this project is compiled.
 */
import type { AvroJson } from '@smacktalk/contract'
import type { ByteWriter } from './byte-writer.ts'

/** Writes a value; throws a TypeError when it does not fit. */
export type Encoder = (writer: ByteWriter, value: unknown) => void

export function compileEncoder(schema: AvroJson): Encoder {
  return new Function('writer', 'value', new EncoderSource().of(schema, 'value')) as Encoder
}

class EncoderSource {
  #variables = 0

  of(schema: AvroJson, value: string): string {
    if (schema === 'string' || schema === 'long' || schema === 'boolean') return `writer.${schema}(${value});`
    if (typeof schema === 'string') throw new Error(`There is no type ${schema}.`)
    if (isUnion(schema)) return this.#nullable(schema, value)
    if (schema['logicalType'] === 'octets') return `writer.bytes(${value});`
    if (schema['type'] === 'array') return this.#array(schema['items'] as AvroJson, value)
    if (schema['type'] === 'record') return this.#record(schema['fields'] as readonly Field[], value)
    throw new Error(`A schema of a kind that is not known: ${JSON.stringify(schema)}.`)
  }

  #nullable(branches: readonly AvroJson[], value: string): string {
    const [nothing, something] = branches
    if (branches.length !== 2 || nothing !== 'null' || something === undefined) {
      throw new Error('A union is null and one other type.')
    }
    const name = this.#variable()
    return `const ${name} = ${value}; if (${name} === null) writer.byte(0); else { writer.byte(2); ${this.of(something, name)} }`
  }

  /** One block of all items, then the empty block that ends a list. */
  #array(items: AvroJson, value: string): string {
    const name = this.#variable()
    const index = this.#variable()
    return (
      `const ${name} = writer.items(${value}); ` +
      `for (let ${index} = 0; ${index} < ${name}.length; ${index}++) { ${this.of(items, `${name}[${index}]`)} } writer.byte(0);`
    )
  }

  #record(fields: readonly Field[], value: string): string {
    const name = this.#variable()
    const written = fields.map((field) => this.of(field.type, `${name}[${JSON.stringify(field.name)}]`))
    return `const ${name} = ${value}; ${written.join(' ')}`
  }

  #variable(): string {
    return `v${this.#variables++}`
  }
}

interface Field {
  readonly name: string
  readonly type: AvroJson
}

function isUnion(schema: AvroJson): schema is readonly AvroJson[] {
  return Array.isArray(schema)
}
