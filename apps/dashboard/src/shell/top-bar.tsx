import type { StatusAnswer } from '@smacktalk/contract'
import { Link } from '../address/link.tsx'
import { Sparkline } from '../charts/sparkline.tsx'
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
  atHome: boolean
  atOverlays: boolean
  onHelp: () => void
}

/** Seconds per point of the small line: ten minutes in sixty points. */
const SPARK_SECONDS = 10

export function TopBar({ overview, page, status, atHome, atOverlays, onHelp }: TopBarProps) {
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
          <Link to="/" aria-current={atHome ? 'page' : undefined}>
            All channels
          </Link>
          <Link to="/overlays" aria-current={atOverlays ? 'page' : undefined}>
            Overlays
          </Link>
        </nav>
        <div className="top-end">
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
