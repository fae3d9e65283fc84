/** Bytes into lines, split at LF alone: other line ends that Unicode knows occur inside chat texts. */
import { LINE_CHARACTERS_MAX } from '@smacktalk/contract'

const LF = 10

/**
 * A UTF-16 unit takes at most three bytes of UTF-8, broken bytes included. A line with more bytes than this
 * (a carriage return may stand at its end) is too long whatever it holds; the rest of it is not kept.
 */
const LINE_BYTES_KEPT = 3 * (LINE_CHARACTERS_MAX + 2)

/**
 * Splits one file. Invalid UTF-8 becomes U+FFFD, a line may be cut anywhere by the chunks, a byte-order mark at the
 * very start is no part of the first line. A line beyond LINE_CHARACTERS_MAX comes cut off, still beyond it, so
 * that its reader refuses it.
 */
export class LineSplitter {
  /** The begun line. */
  #pieces: Buffer[] = []
  #bytes = 0
  #started = false

  /** The lines that end in this chunk, without their LF. */
  push(chunk: Buffer): string[] {
    const last = chunk.lastIndexOf(LF)
    if (last === -1) {
      this.#keep(chunk)
      return []
    }
    const first = this.#bytes === 0 ? 0 : chunk.indexOf(LF)
    this.#keep(chunk.subarray(0, first))
    // One decoding for all lines: no byte of a longer character is an LF, so lines cannot disturb each other.
    const lines = this.#take(chunk.subarray(first, last)).split('\n')
    this.#keep(chunk.subarray(last + 1))
    return lines
  }

  /** The last line when it has no LF. */
  end(): string[] {
    return this.#bytes === 0 ? [] : [this.#take(NOTHING)]
  }

  #keep(part: Buffer): void {
    const room = LINE_BYTES_KEPT - this.#bytes
    if (room <= 0 || part.length === 0) return
    this.#pieces.push(part.length <= room ? part : part.subarray(0, room))
    this.#bytes += Math.min(part.length, room)
  }

  #take(rest: Buffer): string {
    const text = (this.#pieces.length === 0 ? rest : Buffer.concat([...this.#pieces, rest])).toString('utf8')
    this.#pieces = []
    this.#bytes = 0
    if (this.#started) return text
    this.#started = true
    return text.startsWith('\ufeff') ? text.slice(1) : text
  }
}

const NOTHING = Buffer.alloc(0)
