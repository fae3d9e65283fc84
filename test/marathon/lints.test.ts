/** Each file passes every lint, and each lint sees the mistake it is there for. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { contentOf, ROOT, readPackage } from '../tidy/tree.ts'
import { circles, lints, type Surroundings } from './lints.ts'
import { type AppFile, apps, group, jobNamed, jobs, packageOptions } from './marathon-files.ts'

const image = jobs[0]?.content.run.ucr.image.id ?? ''
const around: Surroundings = {
  ids: apps.flatMap(({ content }) => content.id ?? []),
  outside: ['/kafka', '/cassandra'],
  servicePorts: apps.flatMap(({ content }) =>
    (content.container?.portMappings ?? []).flatMap(({ servicePort }) => servicePort ?? []),
  ),
  image,
  exists: (path) => existsSync(join(ROOT, path)),
}

function appNamed(id: string): AppFile {
  const found = apps.find(({ content }) => content.id === id)
  if (found === undefined) throw new Error(`There is no app ${id}.`)
  return found.content
}

const gateway = appNamed('/smacktalk/gateway')
const job = appNamed('/smacktalk/stream-job')
const [mapping] = gateway.container?.portMappings ?? []
const [health] = gateway.healthChecks ?? []
const [readiness] = gateway.readinessChecks ?? []

function withDocker(docker: object): Partial<AppFile> {
  return { container: { ...gateway.container, docker: { ...gateway.container?.docker, ...docker } } }
}

function withPorts(...portMappings: object[]): Partial<AppFile> {
  return { container: { ...gateway.container, portMappings } }
}

/** By lint, changes of a good app that it must see. */
const MISTAKES: Readonly<Record<string, readonly Partial<AppFile>[]>> = {
  'networks are said and fields are of today': [
    { networks: undefined },
    { networks: [{ mode: 'host' }] },
    { ports: [0] },
    { fetch: [] },
    withDocker({ network: 'BRIDGE' }),
  ],
  'ports are found and clash with nothing': [
    { healthChecks: [{ ...health, portIndex: 1 }] },
    { readinessChecks: [{ ...readiness, portName: 'web' }] },
    { readinessChecks: [{ ...readiness, timeoutSeconds: 10 }] },
    withPorts({ ...mapping }, { ...mapping, servicePort: 10_011 }),
    withPorts({ ...mapping, servicePort: 9_999 }),
  ],
  'the app listens where its port is, on every address': [
    { env: { ...gateway.env, SMACKTALK_HTTP_PORT: '3001' } },
    { env: { ...gateway.env, SMACKTALK_HTTP_HOST: '127.0.0.1' } },
    { env: { ...gateway.env, SMACKTALK_HTTP_PORT: 3_000 } },
  ],
  'one health check by Mesos, every figure said, time to stop, a user': [
    { healthChecks: [] },
    { healthChecks: [{ ...health, maxConsecutiveFailures: 0 }] },
    { healthChecks: [{ ...health, protocol: 'HTTP' }] },
    { healthChecks: [{ ...health, path: '/readyz' }] },
    { healthChecks: [{ ...health, gracePeriodSeconds: undefined }] },
    { taskKillGracePeriodSeconds: undefined },
    { user: undefined },
  ],
  'instances, capacities and constraints can be kept': [
    { labels: { MARATHON_SINGLE_INSTANCE_APP: 'true' } },
    { upgradeStrategy: { minimumHealthCapacity: 1 } },
    { upgradeStrategy: { minimumHealthCapacity: 1, maximumOverCapacity: 0 } },
    { constraints: [['hostname', 'UNIQUE', '1']] },
    { constraints: [['hostname', 'MAX_PER', 'two']] },
    { constraints: [['hostname', 'GROUP_BY', '']] },
    { constraints: [['hostname', 'unique']] },
    { unreachableStrategy: { inactiveAfterSeconds: 60, expungeAfterSeconds: 30 } },
  ],
  'either args, or a cmd that hands signals down': [
    { cmd: 'exec node' },
    { args: undefined },
    { args: undefined, cmd: 'node apps/cli/src/main.ts' },
  ],
  'labels of the load balancer stand where they are read': [
    { labels: { HAPROXY_0_STICKY: 'true' } },
    { labels: { HAPROXY_1_VHOST: 'example.com' } },
    { labels: { VIP_0: '/x:1' } },
    { labels: { HAPROXY_0_PORT: '10020' } },
    withPorts({ ...mapping, labels: { HAPROXY_0_VHOST: 'example.com' } }),
  ],
  'ids are whole and lead somewhere': [
    { id: 'gateway' },
    { id: '/gateway' },
    { id: '/smacktalk/web/gateway' },
    { id: '/smacktalk/restart' },
    { dependencies: ['../kafka'] },
    { dependencies: ['/smacktalk/job'] },
  ],
  'nothing that open DC/OS refuses, one pinned image': [
    { secrets: {} },
    { acceptedResourceRoles: ['slave_public'] },
    withDocker({ image: 'registry.example.com/smacktalk' }),
    withDocker({ image: 'registry.example.com/smacktalk:latest' }),
    withDocker({ image: 'registry.example.com:5000/smacktalk' }),
  ],
  'what is started is there': [{ args: ['node', 'apps/gateway/src/main.ts'] }],
}

describe.each(Object.entries(lints))('%s', (name, lint) => {
  test.each(apps)('$path', ({ content }) => {
    expect(lint(content, around)).toEqual([])
  })

  test('a mistake is seen', () => {
    const mistakes = MISTAKES[name] ?? []
    expect(mistakes.length).toBeGreaterThan(0)
    for (const mistake of mistakes) {
      expect(lint({ ...gateway, ...mistake }, around), JSON.stringify(mistake)).not.toEqual([])
    }
  })
})

test('a service port that two apps want is told', () => {
  const clash = { ...around, servicePorts: [10_010, 10_010] }
  expect(lints['ports are found and clash with nothing']?.(gateway, clash)).toHaveLength(1)
})

test('group.json is made of its parts, in the order in which they start', () => {
  expect(group.id).toBe('/smacktalk')
  expect(group.apps.map(({ id }) => id)).toEqual([
    '/smacktalk/stream-job',
    '/smacktalk/gateway',
    '/smacktalk/ingestor-a',
    '/smacktalk/ingestor-b',
  ])
  expect(group.apps).toHaveLength(apps.length)
  for (const app of group.apps) expect(app).toEqual(appNamed(app.id ?? ''))
})

test('nothing needs itself', () => {
  expect(circles(group.apps)).toEqual([])
  expect(circles([{ ...job, dependencies: ['/smacktalk/gateway'] }, gateway])).toHaveLength(2)
})

test('every image is that of this version', () => {
  const { version } = readPackage('apps/cli') as { version?: string }
  expect(image).toMatch(new RegExp(`/smacktalk:${version}$`))
  expect(jobs.map(({ content }) => content.run.ucr.image.id)).toEqual(jobs.map(() => image))
})

test('compose runs the same commands as Marathon and Metronome, and the same version', () => {
  const { services } = parse(contentOf('docker-compose.yml'), { merge: true }) as {
    services: Record<string, { command?: readonly string[]; image: string; build?: string }>
  }
  const ours = Object.values(services).filter(({ build }) => build !== undefined)
  const started = [...apps.map(({ content }) => content.args), jobNamed('smacktalk.migrate').run.args]
  const commands = (all: readonly (readonly string[] | undefined)[]): string[] =>
    [...new Set(all.map((words) => words?.join(' ') ?? ''))].sort()
  expect(commands(ours.map(({ command }) => command))).toEqual(commands(started))
  for (const { image: own } of ours) expect(image.endsWith(`/${own}`), own).toBe(true)
})

test('topics are copied to no more brokers than there are, rows to no more nodes', () => {
  const options = Object.assign({}, ...packageOptions.map(({ content }) => content))
  const { env } = jobNamed('smacktalk.migrate').run
  const brokers = options.brokers.count
  expect(Number(env['SMACKTALK_KAFKA_REPLICATION'])).toBeLessThanOrEqual(brokers)
  expect(options.kafka.default_replication_factor).toBeLessThanOrEqual(brokers)
  expect(options.kafka.min_insync_replicas).toBeLessThan(options.kafka.default_replication_factor)
  expect(Number(env['SMACKTALK_CASSANDRA_REPLICATION'])).toBeLessThanOrEqual(options.nodes.count)
})

test('there are no more stream jobs than partitions', () => {
  const partitions = Number(jobNamed('smacktalk.migrate').run.env['SMACKTALK_KAFKA_PARTITIONS'])
  expect(job.instances).toBeLessThanOrEqual(partitions)
})
