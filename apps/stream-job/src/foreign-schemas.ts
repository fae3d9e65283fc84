/**
 * Reads records, also those of a newer build: each process registers its schemas in the store before it writes, so
 * what is unknown here can be looked up there (architecture.md, Records on the wire).
 */
import { type AnyRecord, SCHEMAS_PARTITION } from '@smacktalk/contract'
import type { RowStore } from '@smacktalk/ports'
import { BrokenBytesError, decodeRecord, learnSchema, type UnknownSchemaError } from '@smacktalk/wire'

/** Fingerprints that the store does not have either; garbage must not ask the store each time, nor fill the memory. */
const NOWHERE_MAX = 1_000

export class ForeignSchemas {
  readonly #store: Pick<RowStore, 'loadRange'>
  readonly #nowhere = new Set<string>()

  constructor(store: Pick<RowStore, 'loadRange'>) {
    this.#store = store
  }

  /** The record behind bytes of an unknown schema, or why nobody can read it. */
  async read(bytes: Uint8Array, unknown: UnknownSchemaError): Promise<AnyRecord | string> {
    if (!(await this.#learn(unknown.fingerprint))) return unknown.message
    try {
      return decodeRecord(bytes)
    } catch (error) {
      if (error instanceof BrokenBytesError) return error.message
      throw error
    }
  }

  async #learn(fingerprint: string): Promise<boolean> {
    if (this.#nowhere.has(fingerprint)) return false
    const rows = await this.#store.loadRange(
      'schemas',
      SCHEMAS_PARTITION,
      fingerprint,
      `${fingerprint}\u0001`,
    )
    const json = rows[0]?.value
    if (json !== undefined && learnSchema(new TextDecoder().decode(json))) return true
    if (this.#nowhere.size >= NOWHERE_MAX) this.#nowhere.clear()
    this.#nowhere.add(fingerprint)
    return false
  }
}
