import { DAY_MS, spanStart } from '@smacktalk/contract'
import type { KnownChannel } from './channel-directory.ts'
import { coverageOf, upToNow, wantedTime } from './coverage.ts'
import type { GapQuestion } from './gaps.ts'
import type { RowReader, StoredCoverage } from './row-reader.ts'
import type { LiveSpans } from './span-summaries.ts'

/**
 * Coverage of a channel over [from, to), from stored rows and the newer live ones. One day more is read, so that
 * a gap that began before the range has its cause.
 */
export async function readCoverage(
  sources: { reader: RowReader; live: LiveSpans },
  channel: KnownChannel,
  from: number,
  to: number,
  nowMs: number,
): Promise<GapQuestion> {
  const knownFrom = spanStart(from, DAY_MS) - DAY_MS
  const days = new Map<number, StoredCoverage>()
  if (channel.id !== null) {
    for (const row of await sources.reader.coverage(channel.id, knownFrom, Math.min(to, nowMs + 1))) {
      days.set(row.day, row)
    }
    for (const row of sources.live.channel(channel.id)?.coverageRows() ?? []) {
      const stored = days.get(row.day)
      const wantedDay = row.day >= knownFrom && row.day < to
      if (wantedDay && (stored === undefined || row.position >= stored.position)) days.set(row.day, row)
    }
  }
  const stored = coverageOf([...days.values()])
  // Ticks of a past day say it all; the provisional time only belongs to a range that reaches to now.
  const reachesToday = to > spanStart(nowMs, DAY_MS)
  const coverage = reachesToday ? upToNow(stored, channel.standing, nowMs) : stored
  const wanted = wantedTime(coverage, channel.addedAt, nowMs)
  return { coverage, wanted, knownFrom, standing: channel.standing, nowMs }
}
