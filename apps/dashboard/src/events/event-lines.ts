import type { ChannelEvent } from '@smacktalk/contract'
import { MINUTE_MS } from '@smacktalk/contract'

/** An event, or the many gifts that one person gave at once. */
export interface EventLine {
  /** The newest of them. */
  readonly event: ChannelEvent
  readonly times: number
}

/** Events as a list shows them, newest first: a burst of fifty gifts would leave no room for anything else. */
export function eventLines(events: readonly ChannelEvent[]): EventLine[] {
  const lines: { event: ChannelEvent; times: number; lastAt: number }[] = []
  for (const event of events) {
    const at = Date.parse(event.at)
    const line = lines.at(-1)
    if (line !== undefined && isSameGiving(line.event, event) && line.lastAt - at <= MINUTE_MS) {
      line.times++
      line.lastAt = at
    } else lines.push({ event, times: 1, lastAt: at })
  }
  return lines.map(({ event, times }) => ({ event, times }))
}

/** Givers without a name are one giver: nobody can tell them apart. */
function isSameGiving(a: ChannelEvent, b: ChannelEvent): boolean {
  return a.kind === 'gift' && b.kind === 'gift' && a.userId === b.userId && a.plan === b.plan
}
