/** Avro's primitive values, written one behind the other into a buffer that is used over and over. */

const START_BYTES = 65_536
/** A number up to 2^53 takes at most eight groups of seven bits. */
const LONG_BYTES_MAX = 8
/** Up to here the length of a string is one byte, and writing ASCII by hand is faster than a call. */
const SHORT_STRING_MAX = 63
/** Numbers below can be shifted. */
const SHIFTABLE_MAX = 0x2000_0000

export class ByteWriter {
  #bytes: Buffer = Buffer.allocUnsafeSlow(START_BYTES)
  #length = 0

  /** Starts over behind a header. */
  begin(header: Uint8Array): void {
    for (let index = 0; index < header.length; index++) this.#bytes[index] = header[index]!
    this.#length = header.length
  }

  /** What was written since `begin`; a copy. */
  take(): Uint8Array {
    const taken = Buffer.allocUnsafe(this.#length)
    this.#bytes.copy(taken, 0, 0, this.#length)
    return taken
  }

  /** The branch of a union, or the end of a list. */
  byte(value: number): void {
    this.#reserve(1)
    this.#bytes[this.#length++] = value
  }

  boolean(value: unknown): void {
    if (typeof value !== 'boolean') throw new TypeError(`${String(value)} is no boolean.`)
    this.byte(value ? 1 : 0)
  }

  /** Zigzag, then groups of seven bits, the lowest first. */
  long(value: unknown): void {
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
      throw new TypeError(`${String(value)} is no whole number up to 2^53.`)
    }
    this.#reserve(LONG_BYTES_MAX)
    const isNegative = value < 0
    let rest = isNegative ? -value - 1 : value
    const bytes = this.#bytes
    let at = this.#length
    if (rest < SHIFTABLE_MAX) {
      let bits = (rest << 1) | (isNegative ? 1 : 0)
      while (bits > 0x7f) {
        bytes[at++] = (bits & 0x7f) | 0x80
        bits >>>= 7
      }
      bytes[at++] = bits
    } else {
      bytes[at++] = ((rest % 64) << 1) | (isNegative ? 1 : 0) | 0x80
      rest = Math.floor(rest / 64)
      while (rest > 0x7f) {
        bytes[at++] = (rest % 128) | 0x80
        rest = Math.floor(rest / 128)
      }
      bytes[at++] = rest
    }
    this.#length = at
  }

  string(value: unknown): void {
    if (typeof value !== 'string') throw new TypeError(`${String(value)} is no text.`)
    if (value.length <= SHORT_STRING_MAX && this.#shortAscii(value)) return
    const length = Buffer.byteLength(value)
    this.long(length)
    this.#reserve(length)
    this.#length += this.#bytes.write(value, this.#length, length, 'utf8')
  }

  bytes(value: unknown): void {
    if (!(value instanceof Uint8Array)) throw new TypeError(`${String(value)} is no Uint8Array.`)
    this.long(value.length)
    this.#reserve(value.length)
    this.#bytes.set(value, this.#length)
    this.#length += value.length
  }

  /** Begins a list with how many there are; nothing when there are none. Returns the items to write. */
  items(value: unknown): readonly unknown[] {
    if (!Array.isArray(value)) throw new TypeError(`${String(value)} is no list.`)
    if (value.length > 0) this.long(value.length)
    return value
  }

  /** False, with nothing written, when a character is not ASCII. */
  #shortAscii(text: string): boolean {
    this.#reserve(1 + text.length)
    const bytes = this.#bytes
    let at = this.#length
    bytes[at++] = text.length << 1
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index)
      if (unit > 0x7f) return false
      bytes[at++] = unit
    }
    this.#length = at
    return true
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#length + bytes))
    this.#bytes.copy(grown, 0, 0, this.#length)
    this.#bytes = grown
  }
}
