import { parseChannelName } from '@smacktalk/contract'
import { useEffect } from 'react'
import { channelAddress } from '../address/history.ts'
import { Link } from '../address/link.tsx'
import { addChannel } from '../channels/adding.ts'
import { tameName } from '../format/names.ts'
import { Icon } from '../shell/icons.tsx'
import { nearestName } from './suggest.ts'

/** No such channel: the nearest name, or the offer to add it. */
export function ChannelNotFound({ name, known }: { name: string; known: readonly string[] }) {
  const nearest = nearestName(name, known)
  const parsed = parseChannelName(name)
  useEffect(() => {
    document.title = 'Not found · Smacktalk'
  }, [])
  return (
    <section className="panel page-notice">
      <div className="notice">
        <h1>
          No channel “<bdi>{tameName(name)}</bdi>”
        </h1>
        {nearest === null ? (
          <p>Nobody has counted a channel of this name here.</p>
        ) : (
          <p>
            Did you mean <Link to={channelAddress(nearest)}>{nearest}</Link>? Old names work too.
          </p>
        )}
        <p className="notice-actions">
          {parsed.ok && (
            <button type="button" className="button primary" onClick={() => void addChannel(parsed.login)}>
              <Icon name="plus" />
              Add {parsed.login}
            </button>
          )}
          <Link to="/" className="button">
            All channels
          </Link>
        </p>
      </div>
    </section>
  )
}
