/** Records in memory, in order, with what they take. */
import type { Coverage } from '@smacktalk/contract'
import type { EntryHead } from '@smacktalk/spool'

/** What a record takes in memory beside its bytes. */
const OVERHEAD_BYTES = 200

/** A record in memory; coverage is not encoded, because a loss may still shorten it. */
export interface Waiting extends EntryHead {
  readonly value: Uint8Array | Coverage
  /** Nobody heard it here: a history service told it. */
  readonly isTold?: boolean
}

export class WaitingList {
  #entries: Waiting[] = []
  #head = 0
  #bytes = 0

  get length(): number {
    return this.#entries.length - this.#head
  }

  get bytes(): number {
    return this.#bytes
  }

  push(entry: Waiting): void {
    this.#entries.push(entry)
    this.#bytes += bytesOf(entry)
  }

  /** From the front. */
  *[Symbol.iterator](): Generator<Waiting> {
    for (let at = this.#head; at < this.#entries.length; at++) yield this.#entries[at]!
  }

  /** Takes the first ones out. */
  shift(count: number): readonly Waiting[] {
    const taken = this.#entries.slice(this.#head, this.#head + count)
    this.#head += taken.length
    for (const entry of taken) this.#bytes -= bytesOf(entry)
    // Moving the rest now and then keeps taking from the front cheap.
    if (this.#head > 1_024 && this.#head * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head)
      this.#head = 0
    }
    return taken
  }

  putBack(entries: readonly Waiting[]): void {
    if (entries.length === 0) return
    for (const entry of entries) this.#bytes += bytesOf(entry)
    this.#entries = [...entries, ...this.#entries.slice(this.#head)]
    this.#head = 0
  }

  /** How many at the front, settings among them, must go for what stays to fit. */
  tooMany(recordsMax: number, bytesMax: number): number {
    let count = 0
    let records = this.length
    let bytes = this.#bytes
    for (const entry of this) {
      if (records <= recordsMax && bytes <= bytesMax) break
      count++
      if (entry.kind === 'settings') continue
      records--
      bytes -= bytesOf(entry)
    }
    return count
  }
}

function bytesOf({ value }: Waiting): number {
  return OVERHEAD_BYTES + (value instanceof Uint8Array ? value.byteLength : 0)
}
