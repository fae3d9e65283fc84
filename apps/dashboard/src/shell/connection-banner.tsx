import { clockSeconds } from '../format/times.ts'
import type { FeedState } from '../live/live-feed.ts'

interface ConnectionBannerProps {
  feed: Pick<FeedState, 'link' | 'frameAt'>
  onRetry: () => void
}

/** A connection that is back within this time is not worth a word, ms; the badge tells it anyway. */
const BRIEF_MS = 2_000

/** Says that figures are old and how old; nothing while all is well. */
export function ConnectionBanner({ feed: { link, frameAt }, onRetry }: ConnectionBannerProps) {
  if (link.state === 'live' || link.state === 'connecting') return null
  if (Date.now() - link.since < BRIEF_MS) return null
  const from = frameAt === null ? 'nothing has come yet' : `figures from ${clockSeconds(frameAt)}`
  if (link.state === 'reconnecting') {
    return (
      <div className="banner banner-warning" role="status">
        <p>
          Reconnecting{' '}
          <span>
            · try {link.attempt} · {from}
          </span>
        </p>
      </div>
    )
  }
  return (
    <div className="banner banner-bad" role="alert">
      <p>
        No connection <span>· {from}</span>
      </p>
      <button type="button" className="button small" onClick={onRetry}>
        Try now
      </button>
    </div>
  )
}
