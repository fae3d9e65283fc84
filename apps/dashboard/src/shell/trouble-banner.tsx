import type { Trouble } from '@smacktalk/contract'
import { clockSeconds, roughDuration } from '../format/times.ts'
import type { FeedState } from '../live/live-feed.ts'
import { serverNow } from '../live/server-clock.ts'

/** Told one by one; what more there is follows from these or is told when they are gone. */
const SHOWN_MAX = 3

/**
 * What is wrong on the way of records, since when, and what still holds. The place is always there, so that readers
 * of the screen are told politely when something comes into it; ages change all the time and are not spoken.
 */
export function TroubleBanner({ news, asOf }: Pick<FeedState, 'news' | 'asOf'>) {
  const troubles = news?.troubles ?? []
  const shown = troubles.slice(0, SHOWN_MAX)
  const bad = troubles.some(({ severity }) => severity === 'bad')
  return (
    <div role="status" aria-label="What is wrong">
      {shown.length > 0 && (
        <div className={bad ? 'banner banner-bad banner-troubles' : 'banner banner-warning banner-troubles'}>
          <ul>
            {shown.map((trouble) => (
              <TroubleLine key={`${trouble.part} ${trouble.since}`} trouble={trouble} />
            ))}
          </ul>
          {troubles.length > shown.length && <p>and {troubles.length - shown.length} more</p>}
          {asOf !== null && (
            <p className="banner-age" aria-hidden="true">
              Live figures as of {clockSeconds(asOf)}, {roughDuration(serverNow() - asOf)} ago
            </p>
          )}
        </div>
      )}
    </div>
  )
}

function TroubleLine({ trouble: { severity, since, text, advice } }: { trouble: Trouble }) {
  return (
    <li>
      <b className={severity === 'bad' ? 'banner-what bad' : 'banner-what'}>{text}</b>{' '}
      <span className="banner-since">since {clockSeconds(Date.parse(since))}</span>
      <span className="banner-advice">{advice}</span>
    </li>
  )
}
