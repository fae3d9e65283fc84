import type { StatusAnswer } from '@smacktalk/contract'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { type Place, placeOf, useAddress } from './address/history.ts'
import type { LiveFeed } from './live/live-feed.ts'
import { useFeed, useFeedState } from './live/use-feed.ts'
import { OverviewPage } from './overview/overview-page.tsx'
import type { LatencyBook } from './pipeline/latency-book.ts'
import { useLatencies } from './pipeline/use-latencies.ts'
import { api } from './rest/client.ts'
import { useQuery } from './rest/use-query.ts'
import { AdminTokenDialog } from './shell/admin-token-dialog.tsx'
import { Banners } from './shell/banners.tsx'
import { copyLink } from './shell/copy-link.ts'
import { HelpDialog } from './shell/help-dialog.tsx'
import { usePageKeys } from './shell/keys.ts'
import { PageBoundary } from './shell/page-boundary.tsx'
import { PageNotFound } from './shell/page-not-found.tsx'
import { SourceBar } from './shell/source-bar.tsx'
import { switchTheme } from './shell/theme.ts'
import { Toasts } from './shell/toasts.tsx'
import { BottomTabs, TopBar } from './shell/top-bar.tsx'

/** Loaded with the first visit: the overview does not wait for them. */
const ChannelPage = lazy(async () => ({ default: (await import('./channel/channel-page.tsx')).ChannelPage }))

const OverlaysPage = lazy(async () => ({
  default: (await import('./overlays/overlays-page.tsx')).OverlaysPage,
}))

const UsersPage = lazy(async () => ({ default: (await import('./user/users-page.tsx')).UsersPage }))

const UserPage = lazy(async () => ({ default: (await import('./user/user-page.tsx')).UserPage }))

const PipelinePage = lazy(async () => ({
  default: (await import('./pipeline/pipeline-page.tsx')).PipelinePage,
}))

const NO_BOTS: readonly string[] = []

/** How often the status is asked for, ms: soon enough to offer the switch when Twitch answers again. */
const STATUS_EVERY_MS = 10_000

/** The page; everything in it starts afresh when the source of chat changes, so demo and real never mix. */
export function App() {
  const status = useQuery('status', api.status, { refreshMs: STATUS_EVERY_MS })
  const source = status.data?.source ?? null
  const first = useRef(source)
  first.current ??= source
  const changed = source !== null && source !== first.current
  return (
    <>
      <Page key={changed ? source : 'first'} status={status.data} />
      <Toasts />
      <AdminTokenDialog />
    </>
  )
}

function Page({ status }: { status: StatusAnswer | null }) {
  const { path } = useAddress()
  const feed = useFeed({ overview: true })
  const overview = useFeedState(feed)
  const latencies = useLatencies(feed)
  const [help, setHelp] = useState(false)
  usePageKeys({
    '?': () => setHelp(true),
    t: switchTheme,
    l: () => void copyLink(),
  })
  useNewPage(path)
  const place = placeOf(path)
  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <TopBar
        overview={overview}
        page={overview}
        status={status}
        place={place}
        onHelp={() => setHelp(true)}
      />
      <main id="main" className="wrap" tabIndex={-1} data-stale={overview.asOf !== null}>
        {status?.source === 'demo' && status.twitchReachable && <SourceBar />}
        <Banners feed={overview} onRetry={() => feed.retryNow()} />
        <PageBoundary place={path}>
          <Suspense>
            <Content place={place} feed={feed} latencies={latencies} status={status} />
          </Suspense>
        </PageBoundary>
      </main>
      <BottomTabs place={place} />
      {help && <HelpDialog onClose={() => setHelp(false)} />}
    </>
  )
}

interface ContentProps {
  place: Place
  feed: LiveFeed
  latencies: LatencyBook
  status: StatusAnswer | null
}

function Content({ place, feed, latencies, status }: ContentProps) {
  switch (place.page) {
    case 'overview':
      return <OverviewPage feed={feed} status={status} />
    case 'channel':
      return <ChannelPage key={place.name} name={place.name} overview={feed} />
    case 'pipeline':
      return <PipelinePage feed={feed} latencies={latencies} />
    case 'overlays':
      return <OverlaysPage />
    case 'users':
      return <UsersPage feed={feed} bots={status?.bots ?? NO_BOTS} />
    case 'user':
      return <UserPage key={place.name} name={place.name} feed={feed} />
    case 'nowhere':
      return <PageNotFound />
  }
}

/** Another page starts at its top, and readers of the screen are put there too. */
function useNewPage(path: string): void {
  const shown = useRef(path)
  useEffect(() => {
    if (shown.current === path) return
    shown.current = path
    window.scrollTo(0, 0)
    document.getElementById('main')?.focus({ preventScroll: true })
  }, [path])
}
