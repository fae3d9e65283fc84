/** The answer to `/channels/:name/top`: stored lists of the range, merged. */
import {
  DAY_MS,
  firstByRank,
  spanStart,
  type TopAnswer,
  type TopEntry,
  type TopKind,
  type TopListEntry,
  TopMerge,
} from '@smacktalk/contract'
import type { Clock } from '@smacktalk/ports'
import type { LeftOut, OptOuts } from './opt-outs.ts'
import type { RowReader } from './row-reader.ts'
import { type Span, topTilesOf } from './time-range.ts'

export async function buildTop(
  sources: { reader: RowReader; optOuts: OptOuts; clock: Clock },
  channelId: string | null,
  kind: TopKind,
  range: Span,
  limit: number,
): Promise<TopAnswer> {
  const head = { kind, from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() }
  if (channelId === null) return { ...head, entries: [], approximate: false }
  const { reader, optOuts, clock } = sources
  const merge = new TopMerge()
  for await (const list of reader.tops(channelId, kind, topTilesOf(range))) merge.add(list)
  const leftOut = await optOuts.of(channelId)
  const first = firstByRank(listed(merge.entries(), kind, leftOut), limit)
  const entries = first.map((entry) => shownEntry(entry, kind === 'emotes'))
  if (kind === 'chatters') {
    const lastDay = spanStart(Math.min(range.to - 1, clock.now()), DAY_MS)
    await nameByDay(reader, channelId, lastDay, entries)
  }
  return { ...head, entries, approximate: merge.approximate }
}

/** Entries without people who are to be left out. */
export function* listed(entries: Iterable<TopEntry>, kind: TopKind, leftOut: LeftOut): Generator<TopEntry> {
  const hidden = kind === 'chatters' ? leftOut.ids : kind === 'mentions' ? leftOut.logins : null
  for (const entry of entries) {
    if (hidden === null || !hidden.has(entry.key)) yield entry
  }
}

/** `withMessages`: the messages beside the occurrences, as emotes have them. */
export function shownEntry(
  { key, label, count, messages, error }: TopEntry,
  withMessages: boolean,
): TopListEntry {
  return {
    key,
    label: label === '' ? key : label,
    count,
    ...(withMessages ? { messages } : {}),
    maxError: error,
  }
}

/** People whose names are read at once. */
const NAMES_AT_ONCE = 50

/** A renamed person is called as on the last day of the range; who was not there then as in the list. */
async function nameByDay(
  reader: RowReader,
  channelId: string,
  day: number,
  entries: readonly TopListEntry[],
): Promise<void> {
  for (let index = 0; index < entries.length; index += NAMES_AT_ONCE) {
    const some = entries.slice(index, index + NAMES_AT_ONCE)
    await Promise.all(
      some.map(async (entry) => {
        for await (const { row } of reader.userDays(entry.key, [{ channelId, day }])) {
          entry.label = row.displayName || row.login || entry.label
        }
      }),
    )
  }
}
