import type { LogRecord } from '@smacktalk/ports'

/** Keys remembered: more than a list of channels ever has. */
const KEYS_MAX = 20_000

/**
 * Where the newest record of each key lies. A topic that was cut into more partitions may hold a key in two of them,
 * in no order of their own: there the time of appending decides.
 */
export class NewestPlaces {
  readonly #places = new Map<string, Pick<LogRecord, 'partition' | 'appendMs'>>()

  /** False for a record that another one of its key, in another partition, was appended after. */
  isNewest({ key, partition, appendMs }: Pick<LogRecord, 'key' | 'partition' | 'appendMs'>): boolean {
    const known = this.#places.get(key)
    if (known !== undefined && known.partition !== partition && appendMs < known.appendMs) return false
    this.#places.delete(key)
    this.#places.set(key, { partition, appendMs })
    if (this.#places.size > KEYS_MAX) {
      for (const oldest of this.#places.keys()) {
        this.#places.delete(oldest)
        break
      }
    }
    return true
  }

  clear(): void {
    this.#places.clear()
  }
}
