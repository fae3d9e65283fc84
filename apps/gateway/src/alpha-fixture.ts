import { DAY_MS, HOUR_MS, MINUTE_MS } from '@smacktalk/contract'
import { NOW, type openTestGateway } from './gateway-fixture.ts'

const DAY = NOW - (NOW % DAY_MS)
const MINUTE = NOW - (NOW % MINUTE_MS)

/** Channel alpha (id 7), joined since an hour, covered to ten seconds ago, with a gap of two minutes. */
export async function alpha({
  rows,
  wanted,
  clock,
}: Parameters<NonNullable<Parameters<typeof openTestGateway>[0]>>[0]) {
  clock.nowMs = NOW - HOUR_MS
  await wanted.add(['alpha', 'beta'])
  clock.nowMs = NOW
  await rows.names('7', 'Alpha', 'alpha', 'alpha_before')
  await rows.state({ login: 'alpha', channelId: '7', since: NOW - 20 * MINUTE_MS })
  await rows.coverage('7', DAY, {
    starts: [NOW - HOUR_MS - DAY, MINUTE - 10 * MINUTE_MS - DAY],
    ends: [MINUTE - 12 * MINUTE_MS - DAY, NOW - 10_000 - DAY],
    losses: [{ at: MINUTE - 12 * MINUTE_MS - DAY, cause: 'connection lost', ingestor: 'a' }],
  })
}
