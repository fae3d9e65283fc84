/** The row that says how far an import is. */
import { IMPORTS_PARTITION, type ImportProgress } from '@smacktalk/contract'
import type { Clock, RowStore } from '@smacktalk/ports'
import { decodeFeed, encodeFeed } from '@smacktalk/wire'

export interface ProgressRow {
  /** What an earlier try left; null for a run not met before. */
  readonly before: ImportProgress | null
  write(progress: Omit<ImportProgress, 'run' | 'updatedAt'>): Promise<void>
}

/** Reads the row of a run. Throws BrokenBytesError when it was written by a build that says it differently. */
export async function openProgress(store: RowStore, clock: Clock, run: string): Promise<ProgressRow> {
  const [row] = await store.loadRange('imports', IMPORTS_PARTITION, run, `${run}\u0001`)
  let writtenAt = row?.writtenAt ?? 0
  return {
    before: row === undefined ? null : decodeFeed('importProgress', row.value),
    async write(progress) {
      const updatedAt = clock.now()
      // The write time decides which row wins; it must grow even when the clock does not.
      writtenAt = Math.max(writtenAt + 1, updatedAt * 1_000)
      await store.write([
        {
          table: 'imports',
          partition: IMPORTS_PARTITION,
          row: run,
          position: writtenAt,
          writtenAt,
          value: encodeFeed('importProgress', { ...progress, run, updatedAt }),
        },
      ])
    },
  }
}
