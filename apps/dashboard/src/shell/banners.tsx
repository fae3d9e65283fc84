import type { FeedState } from '../live/live-feed.ts'
import { ConnectionBanner } from './connection-banner.tsx'
import { TroubleBanner } from './trouble-banner.tsx'
import { useOutdatedPage } from './use-outdated-page.ts'

function OutdatedBanner({ epoch }: { epoch: number }) {
  const outdated = useOutdatedPage(epoch)
  if (!outdated) return null
  return (
    <div className="banner banner-info" role="status">
      <p>
        <b>Smacktalk was updated.</b> This page is of another version than the server.
      </p>
      <button type="button" className="button" onClick={() => window.location.reload()}>
        Reload
      </button>
    </div>
  )
}

/** What is wrong, over the foot of the page: nothing in it moves when one comes or goes. */
export function Banners({ feed, onRetry }: { feed: FeedState; onRetry: () => void }) {
  return (
    <div className="banners">
      <OutdatedBanner epoch={feed.epoch} />
      <TroubleBanner news={feed.news} asOf={feed.asOf} />
      <ConnectionBanner feed={feed} onRetry={onRetry} />
    </div>
  )
}
