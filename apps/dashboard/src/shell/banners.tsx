import type { FeedState } from '../live/live-feed.ts'
import { ConnectionBanner } from './connection-banner.tsx'
import { TroubleBanner } from './trouble-banner.tsx'

/** What is wrong, over the foot of the page: nothing in it moves when one comes or goes. */
export function Banners({ feed, onRetry }: { feed: FeedState; onRetry: () => void }) {
  return (
    <div className="banners">
      <TroubleBanner news={feed.news} asOf={feed.asOf} />
      <ConnectionBanner feed={feed} onRetry={onRetry} />
    </div>
  )
}
