import type { RowKey } from '@smacktalk/contract'
import type { ChannelClock } from './channel-clock.ts'
import type { ChannelRows } from './channel-rows.ts'
import type { ChangedRows } from './channel-view.ts'
import type { CachedRow, RowState } from './row-cache.ts'

/** Applies a change to a row unless the row holds this record already. */
export type Touch = <S extends RowState>(row: CachedRow<S>, change: (state: S) => void) => boolean

/** Writes a row that nothing is ever added to. */
export type WriteOnce = (key: RowKey, value: unknown) => void

export interface CountingContext {
  readonly clock: ChannelClock
  readonly rows: ChannelRows
  readonly changed: ChangedRows
  readonly touch: Touch
  readonly position: number
  readonly stopWords: ReadonlySet<string>
  readonly writeOnce: WriteOnce
}
