import { type ChannelSummary, DAY_MS, MINUTE_MS, SECOND_MS } from '@smacktalk/contract'
import type { ChannelDirectory, ListedChannel } from './channel-directory.ts'
import { coverageRatio, upToNow, wantedTime } from './coverage.ts'
import { coveredMsIn } from './intervals.ts'
import { liveCoverageFrom } from './live-channel.ts'
import type { LiveState } from './live-state.ts'
import type { UsualBook } from './usual-book.ts'

/** Every listed channel with how it stands, its rate and its coverage. */
export function summariesOf(
  { directory, live, usual }: { directory: ChannelDirectory; live: LiveState; usual: UsualBook },
  nowMs: number,
): ChannelSummary[] {
  return directory.listed.map((channel) => ({
    ...summaryOf(channel, live, nowMs),
    usual: usual.at(channel.id, nowMs),
  }))
}

function summaryOf(listed: ListedChannel, live: LiveState, nowMs: number): Omit<ChannelSummary, 'usual'> {
  const { id, login, displayName, slot, state, reason, since, place, etaMs, imported } = listed
  const common = {
    id,
    name: login,
    displayName,
    state,
    reason,
    since: new Date(since).toISOString(),
    place,
    etaMs,
    slot,
  }
  const channel = id === null ? null : live.channel(id)
  if (channel === null || imported) return { ...common, messagesPerMinute: null, coverage: null }
  const coverage = upToNow(channel.coverage(), listed, nowMs)
  const nowSecond = Math.floor(nowMs / SECOND_MS)
  const to = nowSecond * SECOND_MS
  const messages = channel.seconds.messagesIn(nowSecond - MINUTE_MS / SECOND_MS, nowSecond, 0)
  const counted = messages > 0 || coveredMsIn(coverage.covered, to - MINUTE_MS, to) > 0
  const wanted = wantedTime(coverage, listed.addedAt, nowMs)
  const heard = coverage.covered.length > 0 || (listed.addedAt < liveCoverageFrom(nowMs) && wasJoined(listed))
  return {
    ...common,
    messagesPerMinute: counted ? messages : null,
    coverage: heard ? coverageRatio(coverage, wanted, nowMs - DAY_MS, nowMs) : null,
  }
}

/** States that only a channel can have that was joined before. */
function wasJoined({ state }: ListedChannel): boolean {
  return state === 'joined' || state === 'lost' || state === 'suspended'
}
