import type { TopUser } from '@smacktalk/contract'
import { channelAddress, userAddress } from '../address/history.ts'
import { Link } from '../address/link.tsx'
import { Swatch } from '../channels/swatch.tsx'
import { channelLabel, tameName } from '../format/names.ts'
import { count } from '../format/numbers.ts'

interface PeopleTableProps {
  users: readonly TopUser[]
  /** Some channel's list was full, so that counts may miss what it does not name. */
  approximate: boolean
}

/** Who writes most, with where most of it was. */
export function PeopleTable({ users, approximate }: PeopleTableProps) {
  const most = users[0]?.messages ?? 1
  return (
    <table className="people">
      <thead>
        <tr>
          <th scope="col" className="right people-place">
            <span className="spoken">Place</span>
          </th>
          <th scope="col">Name</th>
          <th scope="col" className="right">
            Messages
          </th>
          <th scope="col" className="not-phone">
            <span className="spoken">Compared with the first</span>
          </th>
          <th scope="col" className="not-phone">
            Mostly in
          </th>
          <th scope="col" className="right not-phone">
            Channels
          </th>
        </tr>
      </thead>
      <tbody>
        {users.map((user, index) => (
          <tr key={user.id}>
            <td className="right people-place">{index + 1}</td>
            <th scope="row">
              <Link to={userAddress(`id:${user.id}`)} className="ellipsis people-name">
                <bdi>{tameName(user.displayName)}</bdi>
              </Link>
              <span className="phone-only people-where">
                <Swatch slot={user.most.slot} />
                <bdi className="ellipsis">{channelLabel(user.most)}</bdi>
              </span>
            </th>
            <td className="right" title={exactly(user)}>
              <b>
                {approximate || user.maxError > 0 ? '≈' : ''}
                {count(user.messages)}
              </b>
            </td>
            <td className="not-phone" aria-hidden="true">
              <span className="user-track">
                <i style={{ width: `${(user.messages / most) * 100}%` }} />
              </span>
            </td>
            <td className="not-phone">
              <MostlyIn user={user} />
            </td>
            <td className="right not-phone soft">{count(user.channels)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function MostlyIn({ user: { most } }: { user: TopUser }) {
  return (
    <span className="who" title={`${count(most.messages)} messages there`}>
      <Swatch slot={most.slot} />
      <Link to={channelAddress(most.name)} className="ellipsis">
        <bdi>{channelLabel(most)}</bdi>
      </Link>
    </span>
  )
}

function exactly({ messages, maxError }: TopUser): string {
  return maxError > 0 ? `${count(messages)}, at most ${count(maxError)} too high` : count(messages)
}
