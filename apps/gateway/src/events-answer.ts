/** The answer to `/channels/:name/events`: newest first, page by page. */
import {
  type ChannelEvent,
  DAY_MS,
  type EventKind,
  type EventRow,
  type EventsAnswer,
  HOUR_MS,
  spanStart,
  timeKey,
} from '@smacktalk/contract'
import { writeCursor } from './event-cursor.ts'
import type { LeftOut, OptOuts } from './opt-outs.ts'
import type { RowReader } from './row-reader.ts'

/** Rows one page looks at when few fit the kind: about a second of work; then it says where to go on. */
const LOOKED_AT_MAX = 50_000

export interface EventsQuestion {
  readonly channelId: string
  readonly from: number
  /** Rows before this key, which may be the time of an end or the row of a cursor. */
  readonly before: string
  readonly kind: EventKind | null
  readonly limit: number
}

export async function buildEvents(
  { reader, optOuts }: { reader: RowReader; optOuts: OptOuts },
  question: EventsQuestion,
): Promise<EventsAnswer> {
  const { channelId, from, kind, limit } = question
  const leftOut = await optOuts.of(channelId)
  const events: ChannelEvent[] = []
  let looked = 0
  let last = ''
  for await (const { row, event } of newestFirst(reader, question)) {
    // Only with a row beyond the page is there a next one.
    if (events.length >= limit || looked >= LOOKED_AT_MAX) {
      return { events, next: writeCursor({ channelId, from, kind, row: last }) }
    }
    looked++
    last = row
    if (kind === null || event.kind === kind) events.push(eventAnswer(row, event, leftOut))
  }
  return { events, next: null }
}

/** Reads backwards in spans within a day that grow while little is found, so that a busy hour is read alone. */
async function* newestFirst(
  reader: RowReader,
  { channelId, from, before, limit }: EventsQuestion,
): AsyncGenerator<{ row: string; event: EventRow }> {
  let lengthMs = HOUR_MS
  let toRow = before
  // The row of a cursor lies within its millisecond.
  let toMs = Number(before.slice(0, timeKey(0).length)) + 1
  while (toMs > from) {
    const day = spanStart(toMs - 1, DAY_MS)
    const fromMs = Math.max(day, from, toMs - lengthMs)
    const rows = await reader.events(channelId, day, timeKey(fromMs), toRow)
    yield* rows.reverse()
    if (rows.length < limit) lengthMs = Math.min(2 * lengthMs, DAY_MS)
    toMs = fromMs
    toRow = timeKey(fromMs)
  }
}

/** The events of a span, oldest first, an hour at a time. */
export async function* eventsInOrder(
  { reader, optOuts }: { reader: RowReader; optOuts: OptOuts },
  { channelId, from, to, kind }: { channelId: string; from: number; to: number; kind: EventKind | null },
): AsyncGenerator<ChannelEvent> {
  for (let fromMs = from; fromMs < to; ) {
    const toMs = Math.min(to, spanStart(fromMs, HOUR_MS) + HOUR_MS)
    const leftOut = await optOuts.of(channelId)
    const rows = await reader.events(channelId, spanStart(fromMs, DAY_MS), timeKey(fromMs), timeKey(toMs))
    for (const { row, event } of rows) {
      if (kind === null || event.kind === kind) yield eventAnswer(row, event, leftOut)
    }
    fromMs = toMs
  }
}

function eventAnswer(row: string, event: EventRow, { ids, logins }: LeftOut): ChannelEvent {
  const { at, kind, notice, plan, months, amount, mode } = event
  const hidden = (id: string | null, login: string | null): boolean =>
    (id !== null && ids.has(id)) || (login !== null && logins.has(login))
  const { userId, login, displayName, targetId, targetLogin } = event
  const actor = hidden(userId, login)
  const target = hidden(targetId, targetLogin)
  return {
    id: row,
    at: new Date(at).toISOString(),
    kind,
    notice,
    userId: actor ? null : userId,
    login: actor ? null : login,
    displayName: actor ? null : displayName,
    targetId: target ? null : targetId,
    targetLogin: target ? null : targetLogin,
    plan,
    months,
    amount,
    mode,
  }
}
