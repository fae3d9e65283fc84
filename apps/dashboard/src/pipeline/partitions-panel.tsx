import { channelAddress } from '../address/history.ts'
import { Link } from '../address/link.tsx'
import { Swatch } from '../channels/swatch.tsx'
import { channelLabel } from '../format/names.ts'
import { count, MISSING, plural, rate } from '../format/numbers.ts'
import { millis } from './flow-model.ts'
import { LAGGING_MS, type Lane } from './lanes.ts'

interface PartitionsPanelProps {
  lanes: readonly Lane[]
  onPoint: (id: string | null) => void
}

/** Names in one row; a partition of a big installation holds more. */
const NAMES_SHOWN = 4

/** The lanes of the picture as a table, with names; pointing at a row lights its path. */
export function PartitionsPanel({ lanes, onPoint }: PartitionsPanelProps) {
  const partitions = lanes.reduce((sum, lane) => sum + lane.partitions, 0)
  const channels = lanes.reduce((sum, lane) => sum + lane.channels.length, 0)
  return (
    <section className="panel" aria-labelledby="partitions-head">
      <header className="panel-head">
        <h2 id="partitions-head">Channels by partition</h2>
        <span className="panel-note panel-end">
          {plural(channels, 'channel')} in {plural(partitions, 'partition')}
        </span>
      </header>
      <table className="partitions">
        <thead>
          <tr>
            <th scope="col">
              <abbr title="Number of the partition">Part</abbr>
            </th>
            <th scope="col">Channels</th>
            <th scope="col" className="right">
              <abbr title="Records per second">rec/s</abbr>
            </th>
            <th scope="col" className="right">
              Lag
            </th>
          </tr>
        </thead>
        <tbody>
          {lanes.map((lane) => (
            <tr
              key={lane.key}
              onPointerEnter={() => onPoint(lane.key)}
              onPointerLeave={() => onPoint(null)}
              onFocus={() => onPoint(lane.key)}
              onBlur={() => onPoint(null)}
            >
              <td>
                <b>{lane.partition}</b>
              </td>
              <td>
                {lane.partition === null ? (
                  <span className="soft">
                    {plural(lane.channels.length, 'channel')} in {count(lane.partitions)} more
                  </span>
                ) : (
                  <Channels lane={lane} />
                )}
              </td>
              <td className="right">{rate(lane.perSecond)}</td>
              <td className="right">
                <Lag lane={lane} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Channels({ lane: { channels } }: { lane: Lane }) {
  if (channels.length === 0) return <span className="faint">no channel</span>
  return (
    <span className="partition-channels">
      {channels.slice(0, NAMES_SHOWN).map((channel) => (
        <Link key={channel.id} to={channelAddress(channel.name)}>
          <Swatch slot={channel.slot} />
          <span className="ellipsis">
            <bdi>{channelLabel(channel)}</bdi>
          </span>
        </Link>
      ))}
      {channels.length > NAMES_SHOWN && (
        <span className="faint">and {channels.length - NAMES_SHOWN} more</span>
      )}
    </span>
  )
}

function Lag({ lane: { lag, lagMs, lagging, owners } }: { lane: Lane }) {
  if (!lagging) return lag === null ? MISSING : count(lag)
  const late = (lagMs ?? 0) > LAGGING_MS ? millis(lagMs) : owners.length === 0 ? 'nobody reads' : ''
  return (
    <span className="lagging-text">
      ▲ {count(lag)}
      {late === '' ? '' : `, ${late}`}
    </span>
  )
}
