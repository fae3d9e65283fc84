import { SCHEMAS_PARTITION } from '@smacktalk/contract'
import type { RowStore } from '@smacktalk/ports'
import { allSchemas } from '@smacktalk/wire'

/** A fingerprint stands for the same JSON for ever, so its row never changes and any write time will do. */
const SCHEMA_WRITTEN_AT = 1

/** Writes every schema of this build, so that a reader of another build can resolve our records. */
export async function registerSchemas(store: RowStore): Promise<void> {
  const utf8 = new TextEncoder()
  await store.write(
    allSchemas().map(({ fingerprint, json }) => ({
      table: 'schemas',
      partition: SCHEMAS_PARTITION,
      row: fingerprint,
      position: 0,
      writtenAt: SCHEMA_WRITTEN_AT,
      value: utf8.encode(json),
    })),
  )
}
