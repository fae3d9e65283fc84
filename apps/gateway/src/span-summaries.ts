/** Stored spans of a channel with the newer live ones over them. */
import { type ChatterSet, MINUTE_MS, type SpanSummary, type SpanTable, summarise } from '@smacktalk/contract'
import type { Clock } from '@smacktalk/ports'
import type { LiveState } from './live-state.ts'
import type { RowReader } from './row-reader.ts'
import { type Span, type TimeRange, tilesOf } from './time-range.ts'

/** A record may be up to five minutes ahead of the log's clock (metrics.md, Time); there is nothing beyond. */
const AHEAD_MS_MAX = 10 * MINUTE_MS

/** What is known newer than rows. */
export type LiveSpans = Pick<LiveState, 'channel'>

export interface SeriesSources {
  readonly reader: RowReader
  readonly live: LiveSpans
  readonly clock: Clock
}

/**
 * The spans of a range that have records, by start; of a stored and a live one the higher position counts.
 * `wrote` is told the chatters of every stored row.
 */
export async function readSummaries(
  { reader, live }: SeriesSources,
  channelId: string | null,
  table: SpanTable,
  range: Span,
  nowMs: number,
  wrote: (start: number, chatters: ChatterSet) => void = () => {},
): Promise<Map<number, SpanSummary>> {
  const found = new Map<number, SpanSummary>()
  if (channelId === null) return found
  for await (const rows of reader.spans(table, channelId, range.from, readableTo(range.to, nowMs))) {
    for (const { start, position, row } of rows) {
      found.set(start, summarise(start, position, row))
      wrote(start, row.chatters)
    }
  }
  for (const summary of live.channel(channelId)?.spansOf(table) ?? []) {
    if (summary.start < range.from || summary.start >= range.to) continue
    const stored = found.get(summary.start)
    if (stored === undefined || summary.position >= stored.position) found.set(summary.start, summary)
  }
  return found
}

/** Tells everybody who wrote in the range, set by set, from the fewest rows that make it up. */
export async function addChatters(
  { reader }: SeriesSources,
  channelId: string | null,
  range: TimeRange,
  nowMs: number,
  add: (chatters: ChatterSet) => void,
): Promise<void> {
  if (channelId === null) return
  for (const tile of tilesOf(range.from, range.to)) {
    for await (const rows of reader.spans(tile.table, channelId, tile.from, readableTo(tile.to, nowMs))) {
      for (const { row } of rows) add(row.chatters)
    }
  }
}

/** Nothing is looked for in the future. */
function readableTo(to: number, nowMs: number): number {
  return Math.min(to, nowMs + AHEAD_MS_MAX)
}
