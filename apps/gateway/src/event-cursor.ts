/** Where a list of events goes on: opaque outside, but read as strictly as any parameter. */
import { DAY_MS, type EventKind } from '@smacktalk/contract'
import { badParameter } from './http-problem.ts'
import { RANGE_DAYS_MAX } from './time-range.ts'

export interface EventCursor {
  readonly channelId: string
  /** Start of the range: by default it would move on from page to page. */
  readonly from: number
  readonly kind: EventKind | null
  /** Key of the last row that was looked at; the next page is what is before it. */
  readonly row: string
}

const FORM = /^(\d{1,20})\.(\d{1,16})\.([A-Za-z]*)\.(\d{14}-\d{16})$/

export function writeCursor({ channelId, from, kind, row }: EventCursor): string {
  return Buffer.from(`${channelId}.${from}.${kind ?? ''}.${row}`).toString('base64url')
}

/** Throws HttpProblem 400 when it is none of ours or belongs to another question. */
export function readCursor(
  text: string,
  asked: { channelId: string | null; from: number | null; kind: EventKind | null },
): EventCursor {
  const plain = Buffer.from(text, 'base64url')
  const match = FORM.exec(plain.toString('latin1'))
  const [, channelId = '', from = '', kind = '', row = ''] = match ?? []
  const lengthMs = Number(row.split('-')[0]) - Number(from)
  const ours = match !== null && plain.toString('base64url') === text
  if (!ours || lengthMs < 0 || lengthMs > RANGE_DAYS_MAX * DAY_MS) {
    throw badParameter('cursor', 'That is no cursor. Give back what an answer had as “next”, unchanged.')
  }
  const other = channelId !== asked.channelId ? 'channel' : kind !== (asked.kind ?? '') ? 'kind' : null
  if (other !== null || (asked.from !== null && asked.from !== Number(from))) {
    throw badParameter(
      'cursor',
      `This cursor belongs to another ${other ?? 'range'}. Ask as for the first page, or leave the cursor out.`,
    )
  }
  return { channelId, from: Number(from), kind: asked.kind, row }
}
