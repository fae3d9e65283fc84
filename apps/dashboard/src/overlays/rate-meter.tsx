import { rate, ratio } from '../format/numbers.ts'
import { cutSeconds, newestSecond, settleTail } from '../live/second-line.ts'
import { useFeed, useFeedState } from '../live/use-feed.ts'
import { OverlayFrame } from './overlay-frame.tsx'
import { OverlayLine } from './overlay-line.tsx'
import type { OverlayOptions } from './overlay-options.ts'
import { useSlot } from './use-slot.ts'

/** Seconds at the end of the line whose cover is not told yet. */
const UNTOLD_SECONDS = 5

/** Messages per second with the line of the last seconds. */
export function RateMeter({ options }: { options: OverlayOptions }) {
  const feed = useFeed({ channel: options.channel })
  const { view, link, asOf } = useFeedState(feed)
  const slot = useSlot(options.channel)
  const newest = view === null ? null : newestSecond(view.total)
  // The newest second is still counting.
  const last = newest === null ? 0 : newest - 1
  const values =
    view === null || newest === null
      ? []
      : settleTail(cutSeconds(view.total, last - options.line + 1, last, null), UNTOLD_SECONDS)
  return (
    <OverlayFrame
      options={options}
      className="overlay-rate"
      fresh={view !== null && link.state === 'live' && asOf === null}
      slot={slot}
    >
      <p className="overlay-rate-head">
        <b>{rate(view?.rate)}</b>
        <span>
          messages
          <br />
          per second
        </span>
        {view !== null && view.usual !== null && view.usual > 0 && (
          <span className="overlay-ratio">{ratio((view.rate * 60) / view.usual)}</span>
        )}
      </p>
      <OverlayLine values={values} width={380} height={44} />
    </OverlayFrame>
  )
}
