import type { Moment } from '@smacktalk/contract'
import { serverNow } from '../live/server-clock.ts'
import { CAUSE_WORDS, momentDetail } from '../moments/moment-words.ts'
import { api } from '../rest/client.ts'
import { useQuery } from '../rest/use-query.ts'
import { OverlayFrame } from './overlay-frame.tsx'
import type { OverlayOptions } from './overlay-options.ts'
import { useSlot } from './use-slot.ts'

/** A moment is found within ten seconds of its start and written within five more. */
const REFRESH_MS = 2_000
/** A moment that is over stays for this long, ms: time to read it. */
const LINGER_MS = 8_000
/** How far back is asked: a moment that goes on for longer than this has been seen, ms. */
const BACK_MS = 10 * 60_000

interface MomentFlashProps {
  options: OverlayOptions
  /** While it is set up there is mostly no moment: the newest of the last day stands in for one. */
  preview: boolean
}

/** Shows a moment while it goes on and a little longer; otherwise nothing at all. */
export function MomentFlash({ options, preview }: MomentFlashProps) {
  const { channel } = options
  const slot = useSlot(channel)
  const backMs = preview ? 24 * 60 * 60_000 : BACK_MS
  const { data, error } = useQuery(
    channel === '' ? null : `flash ${channel} ${preview}`,
    (signal) => {
      const now = serverNow()
      return api.moments(channel, { from: now - backMs, to: now + 1 }, signal)
    },
    { refreshMs: REFRESH_MS, group: channel },
  )
  const nowMs = serverNow()
  const moment = preview ? data?.moments[0] : data?.moments.find((each) => isShown(each, nowMs))
  if (moment === undefined) return preview ? <p className="overlay">No moment today yet</p> : null
  return (
    <OverlayFrame options={options} className="overlay-flash" fresh={error === null} slot={slot}>
      <b>{CAUSE_WORDS[moment.cause]}</b>
      <bdi>{momentDetail(moment, nowMs)}</bdi>
    </OverlayFrame>
  )
}

function isShown({ to }: Moment, nowMs: number): boolean {
  return to === null || nowMs - Date.parse(to) < LINGER_MS
}
