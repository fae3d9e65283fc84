/** What ends an import in a channel. */
import { type AnyRecord, DAY_MS, spanStart } from '@smacktalk/contract'

export interface ImportedChannel {
  readonly channelId: string
  readonly login: string
  readonly run: string
  readonly ingestorId: string
  /** Smallest counted send time and just behind the largest; from >= to covers nothing. */
  readonly from: number
  readonly to: number
}

/** The fold believes no single claim of more than 400 days, and a claim per year is few. */
const COVERED_DAYS_MAX = 365

/** What it covers, then that it has ended: its sightings can be forgotten. */
export function endOfImport({ channelId, login, run, ingestorId, from, to }: ImportedChannel): AnyRecord[] {
  const records: AnyRecord[] = []
  for (let start = from; start < to; ) {
    // Pieces meet at midnight: there the rows of coverage end as well.
    const end = Math.min(to, spanStart(start, DAY_MS) + COVERED_DAYS_MAX * DAY_MS)
    records.push({
      kind: 'coverage',
      value: {
        channelId,
        channelLogin: login,
        ingestor: ingestorId,
        origin: 'imported',
        from: start,
        to: end,
        ended: null,
      },
    })
    start = end
  }
  records.push({ kind: 'importFinished', value: { channelId, run } })
  return records
}
