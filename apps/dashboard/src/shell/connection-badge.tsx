import { age } from '../format/times.ts'
import type { FeedState } from '../live/live-feed.ts'

/** How the page stands with the gateway: the age of the newest frame, or the number of the try. */
export function ConnectionBadge({ link, frameAt }: Pick<FeedState, 'link' | 'frameAt'>) {
  switch (link.state) {
    case 'live':
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
