/** Pieces of the native protocol v4, as a node reads and writes them. */

export class WireReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  byte(): number {
    return this.#bytes.readUInt8(this.#take(1))
  }

  short(): number {
    return this.#bytes.readUInt16BE(this.#take(2))
  }

  int(): number {
    return this.#bytes.readInt32BE(this.#take(4))
  }

  long(): number {
    return Number(this.#bytes.readBigInt64BE(this.#take(8)))
  }

  text(length: number): string {
    const at = this.#take(length)
    return this.#bytes.toString('utf8', at, at + length)
  }

  /** Null and "not set" are what a row must never hold. */
  value(): Buffer | 'null' | 'unset' {
    const length = this.int()
    if (length < 0) return length === -1 ? 'null' : 'unset'
    const at = this.#take(length)
    return this.#bytes.subarray(at, at + length)
  }

  #take(length: number): number {
    const at = this.#at
    this.#at += length
    return at
  }
}

export const byte = (value: number): Buffer => Buffer.from([value])
export const short = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff])

export function int(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

export function long(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(BigInt(value))
  return bytes
}

export const text = (value: string): Buffer =>
  Buffer.concat([short(Buffer.byteLength(value)), Buffer.from(value)])
export const bytes = (value: Buffer): Buffer => Buffer.concat([int(value.length), value])

/** Types of columns by the numbers of the protocol. */
export const BIGINT = 2
export const BLOB = 3
export const INT = 9
export const VARCHAR = 13
export const UUID = 12
export const INET = 16
export const MAP_OF_TEXT = 33
export const SET_OF_TEXT = 34
/** How many types of elements follow the type itself. */
const ELEMENTS: Readonly<Record<number, number>> = { [MAP_OF_TEXT]: 2, [SET_OF_TEXT]: 1 }

export interface Column {
  readonly name: string
  readonly type: number
}

export function columnSpecs(columns: readonly Column[]): Buffer {
  const specs = columns.map(({ name, type }) => {
    const elements = Array.from({ length: ELEMENTS[type] ?? 0 }, () => short(VARCHAR))
    return Buffer.concat([text(name), short(type), ...elements])
  })
  return Buffer.concat([text('stub'), text('stub'), ...specs])
}

export function mapValue(map: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(map)
  return Buffer.concat([int(entries.length), ...entries.flat().map((part) => bytes(Buffer.from(part)))])
}

/** Body of a RESULT of the kind Rows. */
export function rowsResult(columns: readonly Column[], rows: readonly (readonly Buffer[])[]): Buffer {
  const cells = rows.flatMap((row) => row.map(bytes))
  return Buffer.concat([
    int(2),
    int(1),
    int(columns.length),
    columnSpecs(columns),
    int(rows.length),
    ...cells,
  ])
}

/** Body of a RESULT of the kind Prepared; `keys` are the places of the partition key. */
export function preparedResult(
  id: Buffer,
  markers: readonly Column[],
  keys: readonly number[],
  result: readonly Column[],
): Buffer {
  const head = [
    int(4),
    short(id.length),
    id,
    int(1),
    int(markers.length),
    int(keys.length),
    ...keys.map(short),
  ]
  const rest = [columnSpecs(markers), int(1), int(result.length), columnSpecs(result)]
  return Buffer.concat([...head, ...rest])
}
