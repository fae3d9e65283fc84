import type { ChannelClock } from './channel-clock.ts'
import type { ChannelRows } from './channel-rows.ts'
import type { ChangedRows } from './channel-view.ts'
import type { MomentWatch } from './moment-watch.ts'
import type { RowCache } from './row-cache.ts'
import type { Vocabulary } from './vocabulary.ts'

/** What counting a record has at hand; the cache knows which record that is. */
export interface CountingContext {
  readonly clock: ChannelClock
  readonly rows: ChannelRows
  readonly changed: ChangedRows
  readonly cache: RowCache
  readonly moments: MomentWatch
  readonly position: number
  readonly vocabulary: Vocabulary
}
