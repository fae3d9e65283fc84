import { age, roughDuration } from '../format/times.ts'
import type { FeedState } from '../live/live-feed.ts'
import { serverNow } from '../live/server-clock.ts'

/** How the page stands with the gateway: the age of the newest frame or of its figures, or the number of the try. */
export function ConnectionBadge({ link, frameAt, asOf }: Pick<FeedState, 'link' | 'frameAt' | 'asOf'>) {
  switch (link.state) {
    case 'live':
      if (asOf !== null) return <BehindBadge asOf={asOf} />
      return (
        <span className="badge badge-live" role="status" aria-label="Connection: live">
          <i />
          Live
          {frameAt !== null && (
            <span className="badge-age" aria-hidden="true">
              {' '}
              · {age(Date.now() - frameAt)}
            </span>
          )}
        </span>
      )
    case 'connecting':
      return (
        <span className="badge badge-retry" role="status" aria-label="Connection: connecting">
          <i />
          Connecting
        </span>
      )
    case 'reconnecting':
      return (
        <span className="badge badge-retry" role="status" aria-label="Connection: reconnecting">
          <i />
          Reconnecting
          <span className="not-phone" aria-hidden="true">
            {' '}
            · try {link.attempt}
          </span>
        </span>
      )
    case 'offline':
      return (
        <span className="badge badge-down" role="status" aria-label="Connection: offline">
          <i />
          Offline
        </span>
      )
  }
}

/** Frames come, but what they show is of a while ago. */
function BehindBadge({ asOf }: { asOf: number }) {
  return (
    <span className="badge badge-behind" role="status" aria-label="Connection: figures are behind">
      <i />
      Behind
      <span className="badge-age" aria-hidden="true">
        {' '}
        · {roughDuration(serverNow() - asOf)}
      </span>
    </span>
  )
}
