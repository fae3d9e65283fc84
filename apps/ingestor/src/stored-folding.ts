/** Waiting for stream jobs in other processes: their checkpoints tell how far they are. */
import { CHECKPOINTS_PARTITION } from '@smacktalk/contract'
import { type Clock, PipelineError, type RowStore } from '@smacktalk/ports'
import type { Logger } from '@smacktalk/runtime'
import { decodeRow } from '@smacktalk/wire'
import type { Folding } from './folding.ts'

/** How often the checkpoints are looked at; they are written every few seconds. */
const LOOK_MS = 500
/** A job commits every 5 s; no progress for so long is told. */
const STANDSTILL_MS = 15_000
/**
 * Records that may be appended and not stored: as the jobs store every 5 s, fewer would make the import wait for
 * them. Nothing is lost with it when it is interrupted, since the jobs go on without it.
 */
const BEHIND_RECORDS_MAX = 1_000_000

export interface StoredFoldingOptions {
  readonly store: Pick<RowStore, 'load'>
  readonly clock: Clock
  readonly logger: Logger
  /** Ends the waiting; its reason is thrown. */
  readonly signal: AbortSignal
  /** Told again and again while nothing is stored that is waited for. */
  readonly onStandstill: () => void
}

/** What is folded counts when it is stored, so there is nothing to commit. */
export function storedFolding(options: StoredFoldingOptions): Folding {
  const { store, clock, logger, signal, onStandstill } = options

  async function positions(): Promise<Map<number, number> | null> {
    try {
      const rows = await store.load('checkpoints', CHECKPOINTS_PARTITION)
      return new Map(rows.map(({ row, value }) => [Number(row), decodeRow('checkpoint', value).position]))
    } catch (error) {
      if (!(error instanceof PipelineError && error.retriable)) throw error
      logger.warn({ err: error, hint: error.hint }, 'the checkpoints cannot be read; trying again')
      return null
    }
  }

  return {
    behindRecordsMax: BEHIND_RECORDS_MAX,
    async folded(ends) {
      let movedAt = clock.now()
      let before = Number.NEGATIVE_INFINITY
      for (;;) {
        signal.throwIfAborted()
        const stored = await positions()
        if (stored !== null) {
          const reached = ends.map((end, partition) => Math.min(end, (stored.get(partition) ?? -1) + 1))
          if (reached.every((offset, partition) => offset === ends[partition])) return
          const sum = reached.reduce((total, offset) => total + offset, 0)
          if (sum > before) movedAt = clock.now()
          before = sum
        }
        if (clock.now() - movedAt >= STANDSTILL_MS) {
          movedAt = clock.now()
          onStandstill()
        }
        await clock.sleep(LOOK_MS, signal)
      }
    },
    async commit() {},
  }
}
