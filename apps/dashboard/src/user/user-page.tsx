import type { UserAnswer } from '@smacktalk/contract'
import { useEffect } from 'react'
import { navigate, useAddress } from '../address/history.ts'
import { tameName } from '../format/names.ts'
import type { LiveFeed } from '../live/live-feed.ts'
import { serverNow } from '../live/server-clock.ts'
import { useFeedState } from '../live/use-feed.ts'
import { api } from '../rest/client.ts'
import { useQuery } from '../rest/use-query.ts'
import { Icon } from '../shell/icons.tsx'
import { FigureSkeleton, OldFigures, PanelError } from '../shell/panel-states.tsx'
import { DaysPanel } from './days-panel.tsx'
import { HoursPanel } from './hours-panel.tsx'
import { UserHead } from './user-head.tsx'
import { ChannelsPanel, EmotesAndNames } from './user-lists.tsx'
import { UserNotFound } from './user-not-found.tsx'
import { readUserRange, userSpan, writeUserRange } from './user-range.ts'
import { userFigures } from './user-view.ts'

/** A person's rows are up to 15 s old anyway (interface.md). */
const USER_EVERY_MS = 10_000
const DAYS_EVERY_MS = 60_000

interface UserPageProps {
  /** As the address names the person: a login, an older one, or an id. */
  name: string
  feed: LiveFeed
}

/** One person over all channels. */
export function UserPage({ name, feed }: UserPageProps) {
  const { path, search } = useAddress()
  const { epoch } = useFeedState(feed)
  const range = readUserRange(search)
  const key = writeUserRange(range)
  const user = useQuery(
    `user ${name} ${key}`,
    (signal) => api.user(name, userSpan(range, serverNow()), signal),
    { refreshMs: USER_EVERY_MS, epoch, group: `user ${name}` },
  )
  const { data, error, at, reload } = user
  // Of nobody there is nothing to ask.
  const days = useQuery(
    data === null ? null : `days ${data.id}`,
    (signal) => api.userSeries(`id:${data?.id ?? ''}`, null, signal),
    { refreshMs: DAYS_EVERY_MS, epoch },
  )
  const title = tameName(data?.displayName ?? name)
  useEffect(() => {
    document.title = `${title} · Smacktalk`
  }, [title])
  if (data === null && (error?.status === 404 || error?.status === 400)) {
    return <UserNotFound name={name} error={error} />
  }
  return (
    <>
      <UserHead
        name={name}
        user={data}
        range={range}
        onRange={(next) => navigate(path + writeUserRange(next))}
      />
      <section className="panel" aria-label="Key figures">
        {data === null && error !== null ? (
          <PanelError what="this person" error={error} onRetry={reload} />
        ) : (
          <Figures user={data} />
        )}
        {data !== null && error !== null && at !== null && <OldFigures at={at} onRetry={reload} />}
      </section>
      {data !== null && (
        <div className="user-grid">
          <DaysPanel user={data} days={days} />
          <EmotesAndNames emotes={data.emotes} uses={data.totals.emoteUses} names={data.names} />
          <ChannelsPanel channels={data.channels} />
          <HoursPanel hours={data.hours} weekHours={data.weekHours} />
        </div>
      )}
      {data !== null && <PrivacyHint id={data.id} />}
    </>
  )
}

const TITLES = ['Messages', 'Best rank', 'Emote uses', 'First seen', 'Last seen', 'Replies, bits, timeouts']

function Figures({ user }: { user: UserAnswer | null }) {
  const figures =
    user === null
      ? TITLES.map((title) => ({ title, value: null, note: '\u00a0' }))
      : userFigures(user, serverNow())
  return (
    <dl className="figures user-figures">
      {figures.map(({ title, value, note }) => (
        <div key={title} className="figure">
          <dt>{title}</dt>
          <dd className="figure-value">{value ?? <FigureSkeleton width={72} />}</dd>
          <dd className="figure-note" title={note}>
            {note}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function PrivacyHint({ id }: { id: string }) {
  return (
    <section className="panel user-privacy" aria-label="Privacy">
      <Icon name="shield" size={20} />
      <p>
        <b>Is this you?</b> Smacktalk shows counts, not what you wrote. You can be left out by name
        everywhere: whoever runs this adds <span className="user-id">{id}</span> to the setting{' '}
        <code>optOut</code>; from then on this page, your ranks and your name in every list are gone.
      </p>
    </section>
  )
}
