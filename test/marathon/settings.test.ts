/** What the files set exists, can be used as it is, and is the same wherever it must be. */
import {
  entriesOf,
  type LoadedSettings,
  loadSettings,
  STOP_GRACE_MS,
  settingsTable,
} from '@smacktalk/runtime'
import { expect, test } from 'vitest'
import { PING_INTERVAL_MS } from '../../apps/gateway/src/socket-server.ts'
import { contentOf, ROOT } from '../tidy/tree.ts'
import { type AppFile, apps, jobNamed, jobs } from './marathon-files.ts'

type Environment = Readonly<Record<string, string>>

const roleOf = ({ args = [] }: { readonly args?: readonly string[] | undefined }): string => args.at(-1) ?? ''

const tasks = [
  ...apps.map(({ path, content }) => ({ path, role: roleOf(content), env: content.env as Environment })),
  ...jobs.map(({ path, content }) => ({ path, role: roleOf(content.run), env: content.run.env })),
]

function load(env: Environment): LoadedSettings {
  return loadSettings({ env, cwd: ROOT })
}

/** Settings whose default names this machine alone: no task of a cluster can do with it. */
const LOCAL_BY_DEFAULT = entriesOf(settingsTable).filter(({ setting }) =>
  JSON.stringify(setting.fallback).includes('127.0.0.1'),
)

/** Besides those, what a role needs: where it is asked. */
const PORT_OF: Readonly<Record<string, string>> = {
  ingestor: 'health.port',
  'stream-job': 'health.port',
  gateway: 'http.port',
}

test.each(tasks)('$path: every setting exists and has a value that can be used', ({ env }) => {
  const { settings } = load(env)
  expect(settings.backend).toBe('cluster')
  expect(settings.source).toBe('twitch')
  expect(settings.cassandra.localDataCenter).toBe('datacenter1')
})

test.each(tasks)('$path: what has no usable default in a cluster is set', ({ role, env }) => {
  const { origins } = load(env)
  const serves = role in PORT_OF
  const needed = LOCAL_BY_DEFAULT.map(({ path }) => path).filter((path) => serves || path !== 'http.host')
  expect(needed).toEqual(expect.arrayContaining(['kafka.brokers', 'cassandra.contactPoints']))
  for (const path of ['backend', ...needed, ...(serves ? [PORT_OF[role] ?? ''] : [])]) {
    expect(origins.get(path), path).toBe('environment')
  }
})

test('every variable under our prefix in any file of marathon/ is a setting', () => {
  const known = entriesOf(settingsTable).flatMap(({ variable, setting }) =>
    setting.kind === 'secret' ? [variable, `${variable}_FILE`] : [variable],
  )
  const files = [...tasks.map(({ path }) => path), 'marathon/group.json', 'marathon/README.md']
  for (const file of files) {
    const named = contentOf(file).match(/\bSMACKTALK_\w+/g) ?? []
    expect(
      named.filter((name) => !known.includes(name)),
      file,
    ).toEqual([])
  }
})

test('what several files set is the same in all, but for what is each one’s own', () => {
  const own = new Set(['SMACKTALK_INGEST_GROUP', 'NODE_OPTIONS'])
  const values = new Map<string, Set<string>>()
  for (const { env } of tasks) {
    for (const [name, value] of Object.entries(env)) {
      values.set(name, (values.get(name) ?? new Set()).add(value))
    }
  }
  const different = [...values].filter(([name, all]) => !own.has(name) && all.size > 1)
  expect(different).toEqual([])
})

test('the two ingestors hear the same channels in two groups, one after the other in a deployment', () => {
  const ingestors = apps.filter(({ content }) => roleOf(content) === 'ingestor').map(({ content }) => content)
  expect(ingestors.map(({ env }) => env?.['SMACKTALK_INGEST_GROUP'])).toEqual(['ingest-a', 'ingest-b'])
  const [a, b] = ingestors
  expect(b?.dependencies).toContain(a?.id)
  expect({ ...b, id: '', env: {}, dependencies: [] }).toEqual({ ...a, id: '', env: {}, dependencies: [] })
})

test('whoever is asked to stop has more time than its stop takes', () => {
  for (const { content } of apps) {
    expect((content.taskKillGracePeriodSeconds ?? 0) * 1_000, content.id).toBeGreaterThan(STOP_GRACE_MS)
  }
  for (const { path, content } of jobs) {
    expect(Number(content.run['taskKillGracePeriodSeconds']) * 1_000, path).toBeGreaterThan(STOP_GRACE_MS)
  }
})

test('Node is told to stay within the memory of its task', () => {
  const limits = [
    ...apps.map(({ content }) => ({ mem: content.mem ?? 0, env: content.env as Environment })),
    ...jobs.map(({ content }) => ({ mem: content.run.mem, env: content.run.env })),
  ]
  for (const { mem, env } of limits) {
    const heap = Number(/^--max-old-space-size=(\d+)$/.exec(env['NODE_OPTIONS'] ?? '')?.[1])
    expect(heap / mem).toBeCloseTo(0.7, 1)
  }
})

test('the spool of an ingestor fits on the disk of its task', () => {
  // packages/spool: 1 GiB, and what SQLite writes beside it.
  for (const { content } of apps.filter(({ content }) => roleOf(content) === 'ingestor')) {
    expect(content['disk']).toBeGreaterThan(1_024 * 1.25)
    expect(content.env?.['SMACKTALK_DATA_DIR']).toMatch(/^\/mnt\/mesos\/sandbox\//)
  }
})

test('a live page is pinged more often than the load balancer hangs up on silence', () => {
  const gateway = apps.find(({ content }) => roleOf(content) === 'gateway')?.content as AppFile
  const options = gateway.labels?.['HAPROXY_0_BACKEND_HTTP_OPTIONS'] ?? ''
  const seconds = [...options.matchAll(/timeout (server|tunnel) (\d+)s/g)].map(([, , count]) => Number(count))
  // marathon-lb's own limit for clients, until a connection is a tunnel.
  for (const limit of [30, ...seconds]) expect(limit * 1_000).toBeGreaterThan(PING_INTERVAL_MS)
  expect(seconds).toHaveLength(2)
  for (const line of options.split('\n')) expect(line).toMatch(/^$|^ {2}(option|http-request|timeout) /)
})

test('the migration makes what the apps expect', () => {
  const made = load(jobNamed('smacktalk.migrate').run.env).settings
  for (const { env, path } of tasks) {
    const { kafka, cassandra } = load(env).settings
    expect(kafka.topicPrefix, path).toBe(made.kafka.topicPrefix)
    expect(kafka.partitions, path).toBe(made.kafka.partitions)
    expect(cassandra.keyspace, path).toBe(made.cassandra.keyspace)
    // A task that is told of fewer copies warns at every start, and advises to give them up.
    expect(cassandra.replication, path).toBe(made.cassandra.replication)
    expect(load(env).settings.rowRetentionDays, path).toBe(made.rowRetentionDays)
  }
})

test('the audit is told which day it runs', () => {
  expect(jobs.flatMap(({ content }) => content.schedules ?? [])).toEqual([
    expect.objectContaining({ id: 'daily', timezone: 'UTC', concurrencyPolicy: 'FORBID', enabled: true }),
  ])
})
