import type { Watch } from '@smacktalk/contract'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { type FeedState, LiveFeed } from './live-feed.ts'

/** A feed for as long as the component lives; a hidden tab that comes back asks for a snapshot. */
export function useFeed(what: Watch): LiveFeed {
  const [feed] = useState(() => new LiveFeed(what))
  useEffect(() => {
    feed.open()
    const shown = () => {
      if (!document.hidden) feed.refresh()
    }
    document.addEventListener('visibilitychange', shown)
    return () => {
      document.removeEventListener('visibilitychange', shown)
      feed.close()
    }
  }, [feed])
  return feed
}

/** What the feed shows, renewed at most once a second. */
export function useFeedState(feed: LiveFeed): FeedState {
  return useSyncExternalStore(feed.onState, feed.state)
}
