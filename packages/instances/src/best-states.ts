/**
 * One state per channel out of what several ingestors say. What an ingestor said holds for as long as it lives and
 * says it; the rest only tells what was before.
 */
import { type ChannelStateRow, channelStateRow, type Instance } from '@smacktalk/contract'

/** An ingestor repeats every row each ten seconds; one that is older by its own clock nobody looks after. */
export const STATE_FRESH_MS = 25_000

/** What the rows of instances say of an ingestor. */
export interface SeenIngestor {
  readonly isRunning: boolean
  /** Its newest sign of life, by its own clock. */
  readonly updatedAt: number
  readonly ingestGroup: string | null
}

/** By the name in its rows; of two of one name, one after the other, the one that runs. */
export function ingestorsOf(
  seen: readonly { readonly instance: Instance; readonly liveness: 'running' | 'silent' | 'stopping' }[],
): Map<string, SeenIngestor> {
  const ingestors = new Map<string, SeenIngestor>()
  for (const { instance, liveness } of seen) {
    const { ingestor, updatedAt, ingestGroup } = instance
    if (ingestor === null) continue
    const known = ingestors.get(ingestor)
    const isRunning = liveness === 'running'
    if (known !== undefined && (known.isRunning || (!isRunning && known.updatedAt > updatedAt))) continue
    ingestors.set(ingestor, { isRunning, updatedAt, ingestGroup })
  }
  return ingestors
}

/** Whether its ingestor still stands to a row; null when nothing is known of that ingestor. */
export function isUpheld(
  { ingestor, updatedAt }: Pick<ChannelStateRow, 'ingestor' | 'updatedAt'>,
  ingestors: ReadonlyMap<string, SeenIngestor>,
): boolean | null {
  const seen = ingestors.get(ingestor)
  if (seen === undefined) return null
  // Both times are the ingestor's own, so no other clock matters.
  return seen.isRunning && seen.updatedAt - updatedAt <= STATE_FRESH_MS
}

export interface BestState {
  readonly row: ChannelStateRow
  /** False: nobody stands to it any more. */
  readonly upheld: boolean
}

/**
 * What tells most, first: hearing it; then what Twitch said of the channel, which holds for every ingestor; then who
 * is nearest to hearing it.
 */
const TELLING: readonly string[] = [
  'joined',
  'suspended',
  'not-found',
  'refused',
  'joining',
  'lost',
  'queued',
  'paused',
]

/** By login. Of rows that nobody upholds the newest one counts, and only where there is no other. */
export function bestStates(
  rows: readonly ChannelStateRow[],
  upheld: (row: ChannelStateRow) => boolean,
): Map<string, BestState> {
  const best = new Map<string, BestState>()
  for (const row of rows) {
    const candidate = { row, upheld: upheld(row) }
    const known = best.get(row.login)
    if (known === undefined || compare(candidate, known) < 0) best.set(row.login, candidate)
  }
  return best
}

function compare(a: BestState, b: BestState): number {
  if (a.upheld !== b.upheld) return a.upheld ? -1 : 1
  if (!a.upheld) return newer(a.row, b.row)
  const soonest = (a.row.etaMs ?? Number.POSITIVE_INFINITY) < (b.row.etaMs ?? Number.POSITIVE_INFINITY)
  const rank = rankOf(a.row) - rankOf(b.row)
  if (rank !== 0) return rank
  if (a.row.state === 'queued' && a.row.etaMs !== b.row.etaMs) return soonest ? -1 : 1
  return newer(a.row, b.row)
}

function newer(a: ChannelStateRow, b: ChannelStateRow): number {
  // The names last, so that the order of the rows never matters.
  return (
    b.updatedAt - a.updatedAt ||
    (channelStateRow(a.login, a.ingestor) < channelStateRow(b.login, b.ingestor) ? -1 : 1)
  )
}

/** A state of another build lies between what is known for sure and what is on its way. */
function rankOf({ state }: ChannelStateRow): number {
  const rank = TELLING.indexOf(state)
  return rank < 0 ? TELLING.indexOf('joining') : rank
}
