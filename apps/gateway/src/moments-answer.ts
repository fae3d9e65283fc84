/** The answer to `/channels/:name/moments`, and the moments that frames carry. */
import {
  type ChannelMoment,
  MINUTE_MS,
  MOMENT_SECONDS_MAX,
  MOMENTS_IN_FRAME_MAX,
  type MomentCause,
  type MomentRow,
  type MomentsAnswer,
  momentAnswer,
} from '@smacktalk/contract'
import type { Clock } from '@smacktalk/ports'
import type { LiveChannel } from './live-channel.ts'
import type { LiveState } from './live-state.ts'
import { isLeftOut, type OptOuts } from './opt-outs.ts'
import type { RowReader, StoredMoment } from './row-reader.ts'
import type { Span } from './time-range.ts'
import type { UsualBook } from './usual-book.ts'

/** Moments of one answer: months of a lively channel. */
const MOMENTS_MAX = 2_000

/** No moment goes on for longer; a minute more, because counting comes a little later. */
const LASTS_MS_MAX = MOMENT_SECONDS_MAX * 1_000
const OPEN_MS_MAX = LASTS_MS_MAX + MINUTE_MS

/** Moments that ended longer ago are no news. */
const RECENT_MS = 3_600_000

export interface MomentSources {
  readonly reader: RowReader
  readonly live: Pick<LiveState, 'channel'>
  readonly optOuts: OptOuts
  readonly usual: UsualBook
  readonly clock: Clock
}

export async function buildMoments(
  sources: MomentSources,
  channelId: string | null,
  range: Span,
  cause: MomentCause | null,
): Promise<MomentsAnswer> {
  if (channelId === null) return { moments: [], usual: null }
  const leftOut = await sources.optOuts.of(channelId)
  const found = (await momentsIn(sources, channelId, range)).filter(
    ({ row }) => cause === null || row.cause === cause,
  )
  const omitted = Math.max(0, found.length - MOMENTS_MAX)
  return {
    moments: found
      .slice(omitted)
      .reverse()
      .map(({ id, row }) => momentAnswer(id, row, (login, userId) => isLeftOut(leftOut, login, userId))),
    ...(omitted === 0 ? {} : { momentsOmitted: omitted }),
    usual: await sources.usual.of(channelId),
  }
}

/** Stored moments that touch the range, newer live ones over them, ascending. */
export async function momentsIn(
  { reader, live, clock }: Pick<MomentSources, 'reader' | 'live' | 'clock'>,
  channelId: string,
  { from, to }: Span,
): Promise<StoredMoment[]> {
  const byId = new Map<string, StoredMoment>()
  for (const moment of await reader.moments(channelId, from, to)) byId.set(moment.id, moment)
  for (const moment of live.channel(channelId)?.moments() ?? []) {
    const stored = byId.get(moment.id)
    if (stored === undefined || moment.position > stored.position) byId.set(moment.id, moment)
  }
  const nowMs = clock.now()
  return [...byId.values()]
    .map((moment) => endedBy(moment, nowMs))
    .filter(({ row }) => row.from < to && (row.to ?? Number.POSITIVE_INFINITY) > from)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** One whose end nobody heard, because the channel left the list or its ingestor is gone, has ended all the same. */
function endedBy(moment: StoredMoment, nowMs: number): StoredMoment {
  const { row } = moment
  if (row.to !== null || nowMs - row.from <= OPEN_MS_MAX) return moment
  return { ...moment, row: { ...row, to: row.from + LASTS_MS_MAX } }
}

/** How many began in the range, by cause. */
export function countCauses(
  moments: readonly StoredMoment[],
  { from, to }: Span,
  into: Partial<Record<MomentCause, number>>,
): void {
  for (const { id, row } of moments) {
    if (row.from < from || row.from >= to) continue
    const { cause } = momentAnswer(id, row)
    into[cause] = (into[cause] ?? 0) + 1
  }
}

/** What a frame carries of these channels at a moment, newest first. */
export function momentsNow(
  channels: readonly LiveChannel[],
  nowMs: number,
  isHidden: (channelId: string, login: string, userId: string | null) => boolean,
): ChannelMoment[] {
  const isNews = ({ to }: MomentRow): boolean => to === null || to > nowMs - RECENT_MS
  return channels
    .flatMap((channel) =>
      channel
        .moments()
        .map((moment) => endedBy(moment, nowMs))
        .filter(({ row }) => isNews(row))
        .map(({ id, row }) => {
          const moment = momentAnswer(id, row, (login, userId) => isHidden(channel.id, login, userId))
          return { ...moment, channelId: channel.id }
        }),
    )
    .sort((a, b) => (a.id < b.id ? 1 : -1))
    .slice(0, MOMENTS_IN_FRAME_MAX)
}
