/** The data of a product that has stopped, read with the product's own backing. */

import { type Embedded, openEmbedded } from '@smacktalk/embedded'
import type { StoredRow } from '@smacktalk/ports'
import { systemClock } from '@smacktalk/runtime'
import { sourceFolder } from './start-product.ts'

/** Opens it; dispose it before the next start. Throws DataLockedError while the product runs. */
export function openStoredData(dataDir: string, source: 'twitch' | 'demo'): Promise<Embedded> {
  return openEmbedded({
    directory: sourceFolder(dataDir, source),
    clock: systemClock,
    logRetentionMs: 86_400_000,
    rowRetentionDays: 400,
  })
}

/** Rows of a table in some partitions. */
export async function rowsIn(
  { store }: Embedded,
  table: StoredRow['table'],
  partitions: readonly string[],
): Promise<StoredRow[]> {
  const rows = await Promise.all(partitions.map((partition) => store.load(table, partition)))
  return rows.flat()
}
