/** Remembers whether the past of the demo world was imported to its end. */
import { IMPORTS_PARTITION } from '@smacktalk/contract'
import type { Clock, RowStore } from '@smacktalk/ports'
import { BrokenBytesError, decodeFeed, encodeFeed } from '@smacktalk/wire'
import type { HistoryTotals } from './history.ts'

/** One row for all starts: only the newest past counts. No run has this name. */
const ROW = 'import:demo'

export interface DemoPast {
  /** True when an import of the past was begun and never finished. */
  readonly isInterrupted: boolean
  /** Call before anything is imported or heard. */
  began(): Promise<void>
  finished(totals: HistoryTotals): Promise<void>
}

/** Reads the row; a row of a build that says it differently counts as finished, and is replaced. */
export async function openDemoPast(store: RowStore, clock: Clock): Promise<DemoPast> {
  const [row] = await store.loadRange('imports', IMPORTS_PARTITION, ROW, `${ROW}\u0001`)
  let writtenAt = row?.writtenAt ?? 0
  let startedAt = clock.now()

  async function write(state: string, line: number, ignored: number): Promise<void> {
    const updatedAt = clock.now()
    // The write time decides which row wins; it must grow even when the clock does not.
    writtenAt = Math.max(writtenAt + 1, updatedAt * 1_000)
    const finishedAt = state === 'finished' ? updatedAt : null
    const progress = { run: ROW, files: [], state, line, ignored, startedAt, updatedAt, finishedAt }
    const value = encodeFeed('importProgress', { ...progress, account: null })
    const place = { table: 'imports', partition: IMPORTS_PARTITION, row: ROW } as const
    await store.write([{ ...place, position: writtenAt, writtenAt, value }])
  }

  return {
    isInterrupted: row !== undefined && stateIn(row.value) === 'running',
    began() {
      startedAt = clock.now()
      return write('running', 0, 0)
    },
    finished: ({ lines, ignored }) => write('finished', lines, ignored),
  }
}

function stateIn(value: Uint8Array): string | null {
  try {
    return decodeFeed('importProgress', value).state
  } catch (error) {
    if (error instanceof BrokenBytesError) return null
    throw error
  }
}
