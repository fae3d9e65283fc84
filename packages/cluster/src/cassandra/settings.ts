/** What the store needs to know about a Cassandra cluster. Knows nothing of the driver, so settings can be checked without it. */
import { SettingsError } from '@smacktalk/ports'

/** How many copies of a row there are, and where. */
export type Replication =
  | { readonly class: 'SimpleStrategy'; readonly factor: number }
  | { readonly class: 'NetworkTopologyStrategy'; readonly dataCenters: Readonly<Record<string, number>> }

/** How many replicas must have answered before a read or a write is done. */
export type Consistency = 'localQuorum' | 'localOne' | 'quorum' | 'one'

export interface CassandraSettings {
  /** `host` or `host:port`; nodes that are asked first, the others are learned from them. All share one port. */
  readonly contactPoints: readonly string[]
  readonly localDataCenter: string
  readonly keyspace: string
  readonly replication: Replication
  readonly consistency: Consistency
  readonly username: string | null
  readonly password: string | null
  /** Certificates are always checked; `ca` is a PEM text, null is what the system trusts. */
  readonly tls: { readonly ca: string | null } | null
}

export const DEFAULT_PORT = 9042

/** Cassandra's own limit is 48 letters; capitals would need quotes everywhere. */
const KEYSPACE = /^[a-z][a-z0-9_]{0,47}$/
/** More copies than anybody keeps; a larger number is a slip. */
const FACTOR_MAX = 9
/** Names go into CQL text: no quotes, no spaces. */
const DATA_CENTER = /^[A-Za-z0-9_.-]+$/

/** `1` is a SimpleStrategy; `dc1:3,dc2:2` names data centers; null when it is neither. */
export function parseReplication(text: string): Replication | null {
  const alone = factorOf(text.trim())
  if (alone !== null) return { class: 'SimpleStrategy', factor: alone }
  const dataCenters = new Map<string, number>()
  for (const part of text.split(',')) {
    const [name = '', count = '', ...rest] = part.split(':').map((piece) => piece.trim())
    const factor = factorOf(count)
    if (factor === null || rest.length > 0 || dataCenters.has(name) || !DATA_CENTER.test(name)) return null
    dataCenters.set(name, factor)
  }
  return { class: 'NetworkTopologyStrategy', dataCenters: Object.fromEntries(dataCenters) }
}

/** The text that `parseReplication` reads. */
export function replicationText(replication: Replication): string {
  if (replication.class === 'SimpleStrategy') return String(replication.factor)
  return Object.entries(replication.dataCenters)
    .map(([name, factor]) => `${name}:${factor}`)
    .sort()
    .join(',')
}

function factorOf(text: string): number | null {
  if (!/^\d+$/.test(text)) return null
  const factor = Number(text)
  return factor >= 1 && factor <= FACTOR_MAX ? factor : null
}

export interface ContactPoints {
  readonly hosts: readonly string[]
  readonly port: number
}

/** The nodes to ask first and their port; throws a SettingsError that lists every problem of the settings. */
export function checkedContactPoints(settings: CassandraSettings): ContactPoints {
  const points = settings.contactPoints.map(contactPointOf)
  const ports = new Set(points.map((point) => point?.port))
  const problems = [
    ...(points.length === 0 ? ['no contact point is given'] : []),
    ...settings.contactPoints.flatMap((text, index) =>
      points[index] === null ? [`the contact point ${JSON.stringify(text)} is no host or host:port`] : [],
    ),
    // The table of peers that every version of Cassandra has names no ports, so the others are asked at this one.
    ...(ports.size > 1 && !points.includes(null) ? ['all contact points must have the same port'] : []),
    ...(KEYSPACE.test(settings.keyspace)
      ? []
      : [`the keyspace ${JSON.stringify(settings.keyspace)} is no name of small letters, digits and _`]),
    ...(settings.localDataCenter === '' ? ['the local data center is not named'] : []),
    ...((settings.username === null) === (settings.password === null)
      ? []
      : ['of username and password only one is given']),
  ]
  if (problems.length > 0) {
    throw new SettingsError(
      `The settings of Cassandra cannot be used: ${problems.join('; ')}`,
      'Correct the settings under cassandra and start again.',
    )
  }
  return { hosts: points.map((point) => point!.host), port: points[0]!.port }
}

/** `host`, `host:port`, `::1`, `[::1]:9042`. */
function contactPointOf(text: string): { host: string; port: number } | null {
  const match =
    /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]]+))(?::(\d{1,5}))?$|^([0-9a-f]*:[0-9a-f:.]*:[0-9a-f:.]*)$/i.exec(text)
  if (match === null) return null
  const port = match[3] === undefined ? DEFAULT_PORT : Number(match[3])
  const host = match[1] ?? match[2] ?? match[4] ?? ''
  return port >= 1 && port <= 65_535 ? { host, port } : null
}
