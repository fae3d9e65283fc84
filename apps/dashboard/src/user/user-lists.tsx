import type { TopListEntry, UserChannel, UserName } from '@smacktalk/contract'
import { channelAddress } from '../address/history.ts'
import { Link } from '../address/link.tsx'
import { Swatch, slotColor } from '../channels/swatch.tsx'
import { EmotePicture } from '../emotes/emote-picture.tsx'
import { tameName } from '../format/names.ts'
import { count, estimate, MISSING, plural } from '../format/numbers.ts'
import { channelBars, dayText, favourites } from './user-view.ts'

export function ChannelsPanel({ channels }: { channels: readonly UserChannel[] }) {
  const bars = channelBars(channels)
  return (
    <section className="panel" aria-labelledby="user-channels-head">
      <header className="panel-head">
        <h2 id="user-channels-head">Messages by channel</h2>
        <span className="panel-note panel-end">rank of all chatters</span>
      </header>
      {bars.length === 0 && <p className="list-empty">Nothing counted in this time.</p>}
      <ol className="user-bars">
        {bars.map(({ key, channel, label, messages, share, rank }) => (
          <li key={key}>
            <span className="who">
              <Swatch slot={channel?.slot ?? null} />
              {channel === null ? (
                <span className="ellipsis soft">{label}</span>
              ) : (
                <Link className="ellipsis" to={channelAddress(channel.name)}>
                  <bdi>{label}</bdi>
                </Link>
              )}
            </span>
            <span className="user-track" aria-hidden="true">
              <i style={{ width: `${share * 100}%`, background: slotColor(channel?.slot ?? null) }} />
            </span>
            <b>{count(messages)}</b>
            <span className="user-rank" title={rank === MISSING ? NO_RANK : undefined}>
              {rank}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}

const NO_RANK = 'With so many chatters only counts of the busiest are kept, and this place is not certain.'

export function EmotesAndNames({
  emotes,
  uses: all,
  names,
}: {
  emotes: readonly TopListEntry[]
  /** Of all emotes. */
  uses: number
  names: readonly UserName[]
}) {
  const shown = favourites(emotes)
  return (
    <section className="panel user-side" aria-label="Favourite emotes and names">
      <header className="panel-head">
        <h2>Favourite emotes</h2>
        <span className="panel-note panel-end">{plural(all, 'use')}</span>
      </header>
      {shown.length === 0 && <p className="list-empty">None in this time.</p>}
      <ul className="user-emotes">
        {shown.map(({ key, label, count: uses, maxError }) => (
          <li key={key}>
            <EmotePicture emote={key} code={tameName(label)} />
            <b className="ellipsis" title={label}>
              <bdi>{tameName(label)}</bdi>
            </b>
            <span>{estimate(uses, maxError, count)}</span>
          </li>
        ))}
      </ul>
      <header className="panel-head user-names-head">
        <h2>Name history</h2>
      </header>
      <ol className="user-names">
        {names.map(({ login, displayName, firstAt, lastAt }, index) => (
          <li key={login}>
            <bdi>{index === 0 ? <b>{nameText(login, displayName)}</b> : nameText(login, displayName)}</bdi>
            <span className="user-name-time">
              {nameTime({ login, displayName, firstAt, lastAt }, index === 0, index === names.length - 1)}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}

/** `since 2 May 2026`, `11 Jan 2025 – 2 May 2026`, `first seen 30 Aug 2024 – 11 Jan 2025`. */
function nameTime({ firstAt, lastAt }: UserName, newest: boolean, oldest: boolean): string {
  const [first, last] = [dayText(Date.parse(firstAt)), dayText(Date.parse(lastAt))]
  if (newest) return `since ${first}`
  return `${oldest ? 'first seen ' : ''}${first === last ? first : `${first} – ${last}`}`
}

function nameText(login: string, displayName: string): string {
  const shown = tameName(displayName)
  return shown === '' || shown.toLowerCase() === login.toLowerCase() ? shown || login : `${shown} (${login})`
}
