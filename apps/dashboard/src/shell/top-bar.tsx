import type { StatusAnswer } from '@smacktalk/contract'
import { OVERLAYS_ADDRESS, PIPELINE_ADDRESS, type Place, USERS_ADDRESS } from '../address/history.ts'
import { Link } from '../address/link.tsx'
import { Sparkline } from '../charts/sparkline.tsx'
import { FindBox } from '../find/find-box.tsx'
import { rate } from '../format/numbers.ts'
import type { FeedState } from '../live/live-feed.ts'
import { bucketSeconds } from '../live/second-line.ts'
import { ConnectionBadge } from './connection-badge.tsx'
import { Icon, Mark } from './icons.tsx'
import { switchTheme } from './theme.ts'

interface TopBarProps {
  overview: FeedState
  /** The feed of the page: its age is what the badge tells. */
  page: Pick<FeedState, 'link' | 'frameAt' | 'asOf'>
  status: StatusAnswer | null
  place: Place
  onHelp: () => void
}

/** Pages of their own; that of a channel or a person is reached from there or by name. */
const PAGES = [
  { page: 'overview', to: '/', label: 'All channels', short: 'Channels', icon: 'channels' },
  { page: 'users', to: USERS_ADDRESS, label: 'Users', short: 'Users', icon: 'person' },
  { page: 'pipeline', to: PIPELINE_ADDRESS, label: 'Pipeline', short: 'Pipeline', icon: 'pipeline' },
  { page: 'overlays', to: OVERLAYS_ADDRESS, label: 'Overlays', short: 'Overlays', icon: 'overlays' },
] as const

/** Whether a link is that of the page shown, or of the page it belongs to. */
function currentOf(place: Place, page: (typeof PAGES)[number]['page']): 'page' | 'true' | undefined {
  if (place.page === page) return 'page'
  return place.page === 'user' && page === 'users' ? 'true' : undefined
}

/** Seconds per point of the small line: ten minutes in sixty points. */
const SPARK_SECONDS = 10

export function TopBar({ overview, page, status, place, onHelp }: TopBarProps) {
  const { view } = overview
  const recent = view === null ? [] : bucketSeconds(view.total.values.slice(0, -1), SPARK_SECONDS)
  const stale = overview.asOf !== null
  return (
    <header className="top">
      <div className="wrap">
        <Link to="/" className="brand" aria-label="Smacktalk, all channels">
          <Mark />
          <span>Smacktalk</span>
        </Link>
        <nav className="top-nav" aria-label="Pages">
          {PAGES.map(({ page, to, label }) => (
            <Link key={page} to={to} aria-current={currentOf(place, page)}>
              {label}
            </Link>
          ))}
        </nav>
        <div className="top-end">
          <FindBox />
          {view !== null && (
            <span
              className={stale ? 'global stale' : 'global'}
              title="All channels, messages per second, last 10 minutes"
            >
              <Sparkline values={recent} width={72} height={22} color="var(--text-2)" />
              <b>{rate(view.rate)}</b>
              <span className="faint">msg/s</span>
            </span>
          )}
          {status?.source === 'demo' && (
            <span className="badge badge-demo" title="Simulated feed. No real chat is read.">
              Demo data
            </span>
          )}
          <ConnectionBadge link={page.link} frameAt={page.frameAt} asOf={page.asOf} />
          <button type="button" className="icon-button" aria-label="Switch theme" onClick={switchTheme}>
            <Icon name="theme" />
          </button>
          <button type="button" className="icon-button" aria-label="Keyboard help" onClick={onHelp}>
            <Icon name="help" />
          </button>
        </div>
      </div>
    </header>
  )
}

/** The pages at the foot of a phone's screen, in reach of the thumb. */
export function BottomTabs({ place }: { place: Place }) {
  return (
    <nav className="bottom-tabs" aria-label="Pages">
      {PAGES.map(({ page, to, short, icon }) => (
        <Link key={page} to={to} aria-current={currentOf(place, page)}>
          <Icon name={icon} size={20} />
          {short}
        </Link>
      ))}
    </nav>
  )
}
