/** Encoded lines on their way from the thread that reads to the one that writes: few objects and one buffer. */
import type { EncodedLine } from './line-encoder.ts'

export interface EncodedPiece {
  /** Lines read so far, and those among them that are no chat records. */
  readonly lines: number
  readonly ignored: number
  /** Content read so far, bytes. */
  readonly bytes: number
  readonly records: readonly EncodedLine[]
}

/** A piece that costs little to hand over; the buffers move. */
export interface PackedPiece {
  readonly lines: number
  readonly ignored: number
  readonly bytes: number
  /** Who is spoken of: each pair once. */
  readonly keys: readonly string[]
  readonly logins: readonly (string | null)[]
  /** Per record: index of its key and login, and its line. */
  readonly who: Uint32Array<ArrayBuffer>
  readonly line: Float64Array<ArrayBuffer>
  /** Where each record ends in `values`. */
  readonly ends: Uint32Array<ArrayBuffer>
  readonly values: Uint8Array<ArrayBuffer>
}

export function pack({ lines, ignored, bytes, records }: EncodedPiece): PackedPiece {
  const keys: string[] = []
  const logins: (string | null)[] = []
  const indexOf = new Map<string, Map<string | null, number>>()
  const who = new Uint32Array(records.length)
  const line = new Float64Array(records.length)
  const ends = new Uint32Array(records.length)
  const values = new Uint8Array(records.reduce((sum, { value }) => sum + value.length, 0))
  let end = 0
  records.forEach((record, index) => {
    let ofKey = indexOf.get(record.key)
    if (ofKey === undefined) {
      ofKey = new Map()
      indexOf.set(record.key, ofKey)
    }
    let at = ofKey.get(record.login)
    if (at === undefined) {
      at = keys.length
      ofKey.set(record.login, at)
      keys.push(record.key)
      logins.push(record.login)
    }
    who[index] = at
    line[index] = record.line
    values.set(record.value, end)
    end += record.value.length
    ends[index] = end
  })
  return { lines, ignored, bytes, keys, logins, who, line, ends, values }
}

/** What moves instead of being copied. */
export function buffersOf({ who, line, ends, values }: PackedPiece): ArrayBuffer[] {
  return [who.buffer, line.buffer, ends.buffer, values.buffer]
}

export function unpack({ keys, logins, who, line, ends, values, ...read }: PackedPiece): EncodedPiece {
  const records: EncodedLine[] = []
  let start = 0
  for (let index = 0; index < who.length; index++) {
    const end = ends[index]!
    const at = who[index]!
    records.push({
      line: line[index]!,
      key: keys[at]!,
      login: logins[at]!,
      value: values.subarray(start, end),
    })
    start = end
  }
  return { ...read, records }
}
