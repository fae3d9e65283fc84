import type { TopUsersAnswer } from '@smacktalk/contract'
import { useEffect, useMemo } from 'react'
import { navigate, useAddress } from '../address/history.ts'
import { resultsOf } from '../find/find-results.ts'
import { useSearch } from '../find/use-search.ts'
import { count, plural } from '../format/numbers.ts'
import type { LiveFeed } from '../live/live-feed.ts'
import { serverNow } from '../live/server-clock.ts'
import { useFeedState } from '../live/use-feed.ts'
import { api } from '../rest/client.ts'
import { type Query, useQuery } from '../rest/use-query.ts'
import { Icon } from '../shell/icons.tsx'
import { usePageKeys } from '../shell/keys.ts'
import { OldFigures, PanelError, RowsSkeleton } from '../shell/panel-states.tsx'
import { FoundPeople } from './found-people.tsx'
import { PeopleTable } from './people-table.tsx'
import {
  NAME_CHARACTERS_MAX,
  readUsersView,
  USERS_SPAN_WORDS,
  USERS_SPANS,
  type UsersView,
  usersSpan,
  writeUsersView,
} from './users-view.ts'

/** Places that are shown, and so many more are asked for, because bots may stand among them. */
const PLACES = 50
const SPARE_PLACES = 20
/** Lists reach the store every five seconds, and the gateway adds them up every ten. */
const USERS_EVERY_MS = 15_000

interface UsersPageProps {
  feed: LiveFeed
  /** Logins of bots: they are no people. */
  bots: readonly string[]
}

/** People over all channels: looked for by name, or those who write most. */
export function UsersPage({ feed, bots }: UsersPageProps) {
  const { path, search } = useAddress()
  const view = readUsersView(search)
  const { epoch } = useFeedState(feed)
  const change = (part: Partial<UsersView>): void => {
    const next = { ...view, ...part }
    // What is typed letter by letter is one step back, not many.
    navigate(path + writeUsersView(next), { replace: view.find !== '' && part.find !== undefined })
  }
  usePageKeys({
    ...Object.fromEntries(USERS_SPANS.map((span, index) => [String(index + 1), () => change({ span })])),
  })
  useEffect(() => {
    document.title = 'Users · Smacktalk'
  }, [])
  const top = useQuery(
    `users ${view.span}`,
    (signal) => api.users({ ...usersSpan(view.span, serverNow()), limit: PLACES + SPARE_PLACES }, signal),
    { refreshMs: USERS_EVERY_MS, epoch },
  )
  return (
    <>
      <div className="page-head">
        <div>
          <h1>Users</h1>
          <p className="page-sub">
            Everybody who writes, by number of messages. What they write is not kept.
          </p>
        </div>
        <div className="page-end">
          <fieldset className="switch">
            <legend className="spoken">Time</legend>
            {USERS_SPANS.map((span) => (
              <button
                key={span}
                type="button"
                aria-pressed={span === view.span}
                onClick={() => change({ span })}
              >
                {USERS_SPAN_WORDS[span].label}
              </button>
            ))}
          </fieldset>
        </div>
      </div>
      <PeopleSearch find={view.find} onFind={(find) => change({ find })} />
      <MostActive top={top} view={view} bots={bots} />
      <section className="panel user-privacy" aria-label="Privacy">
        <Icon name="shield" size={20} />
        <p>
          <b>Is this you?</b> Whoever runs this can leave you out by name everywhere: with your login or id in
          the setting <code>optOut</code> your page, your ranks and your name in every list are gone.
        </p>
      </section>
    </>
  )
}

function PeopleSearch({ find, onFind }: { find: string; onFind: (find: string) => void }) {
  const { text, answer, error } = useSearch(find)
  const people = useMemo(
    () => (answer === null ? [] : resultsOf(answer).filter(({ kind }) => kind === 'person')),
    [answer],
  )
  return (
    <section className="panel people-search" aria-label="Find a person">
      <search>
        <label className="people-field">
          <Icon name="find" />
          <span className="spoken">Name, older name or id of a person</span>
          <input
            type="search"
            placeholder="Name, older name or id"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={NAME_CHARACTERS_MAX}
            value={find}
            onChange={(event) => onFind(event.currentTarget.value)}
          />
        </label>
      </search>
      <FoundPeople asked={find.trim()} text={text} people={people} answered={answer !== null} error={error} />
    </section>
  )
}

function MostActive({
  top: { data, error, at, reload },
  view,
  bots,
}: {
  top: Query<TopUsersAnswer>
  view: UsersView
  bots: readonly string[]
}) {
  const users = useMemo(() => {
    const hidden = new Set(bots)
    return (data?.users ?? []).filter(({ displayName }) => !hidden.has(displayName.toLowerCase()))
  }, [data, bots])
  return (
    <section className="panel" aria-label="Most active">
      <header className="panel-head">
        <h2>Most active</h2>
        <span className="panel-note panel-note-end">{data === null ? '\u00a0' : spanNote(data, view)}</span>
        {data !== null && error !== null && at !== null && <OldFigures at={at} onRetry={reload} />}
      </header>
      {data === null && error === null && <RowsSkeleton label="Loading the people" />}
      {data === null && error !== null && (
        <PanelError what="the most active people" error={error} onRetry={reload} />
      )}
      {data !== null && users.length === 0 && (
        <p className="list-empty people-empty">Nobody has written {USERS_SPAN_WORDS[view.span].spoken}.</p>
      )}
      {users.length > 0 && data !== null && (
        <PeopleTable users={users.slice(0, PLACES)} approximate={data.approximate} />
      )}
    </section>
  )
}

function spanNote({ channels, channelsOmitted }: TopUsersAnswer, { span }: UsersView): string {
  const where =
    channelsOmitted === 0 ? `in ${plural(channels, 'channel')}` : `in the ${count(channels)} busiest channels`
  return `${where}, ${USERS_SPAN_WORDS[span].spoken}, without bots`
}
