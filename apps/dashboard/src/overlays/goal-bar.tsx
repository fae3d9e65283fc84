import { DAY_MS, HOUR_MS } from '@smacktalk/contract'
import { percent, count as written } from '../format/numbers.ts'
import { serverNow } from '../live/server-clock.ts'
import { api } from '../rest/client.ts'
import { useQuery } from '../rest/use-query.ts'
import { OverlayFrame } from './overlay-frame.tsx'
import type { OverlayOptions } from './overlay-options.ts'
import { GOAL_WORDS } from './overlay-words.ts'
import { useSlot } from './use-slot.ts'

/** Hours are written with every commit, every five seconds. */
const REFRESH_MS = 5_000

/** How far something counted has come on the way to a number. */
export function GoalBar({ options }: { options: OverlayOptions }) {
  const { channel, count, goal, title, since } = options
  const slot = useSlot(channel)
  const series = useQuery(
    channel === '' ? null : `goal ${channel} ${since}`,
    (signal) => {
      const now = serverNow()
      const from = since === '' ? Math.floor(now / DAY_MS) * DAY_MS : Date.parse(since)
      return api.series(channel, { from, to: Math.max(now, from + HOUR_MS), step: 'hour' }, signal)
    },
    { refreshMs: REFRESH_MS, group: channel },
  )
  const reached = series.data?.totals[count] ?? null
  const share = reached === null ? null : reached / goal
  return (
    <OverlayFrame
      options={options}
      className="overlay-goal"
      fresh={series.data !== null && series.error === null}
      slot={slot}
    >
      <p className="overlay-goal-head">
        <bdi>{title === '' ? GOAL_WORDS[count] : title}</bdi>
        <b>{percent(share, 0)}</b>
      </p>
      <div className="overlay-goal-bar" data-reached={share !== null && share >= 1}>
        <i style={{ '--share': Math.min(1, share ?? 0) } as React.CSSProperties} />
      </div>
      <p className="overlay-goal-foot">
        {written(reached)} of {written(goal)}
      </p>
    </OverlayFrame>
  )
}
