/**
 * What no schema sees: mistakes that Marathon takes without a word, and that are found out at night. Each lint gives
 * a sentence per mistake. Numbers and rules are those of Marathon 1.9 to 1.11.
 */
import type { AppFile, PortMapping } from './marathon-files.ts'

export interface Surroundings {
  /** Ids of every app of ours. */
  readonly ids: readonly string[]
  /** What stands outside of our group and may be depended on. */
  readonly outside: readonly string[]
  /** Ports that every app wants of the load balancer, ours included. */
  readonly servicePorts: readonly number[]
  /** The one image of all files. */
  readonly image: string
  /** True for a path in the tree. */
  readonly exists: (path: string) => boolean
}

export type Lint = (app: AppFile, around: Surroundings) => string[]

/** Fields of older generations, each with one that took its place. */
const DEPRECATED = ['ports', 'uris', 'ipAddress', 'portDefinitions', 'requirePorts', 'fetch'] as const
const DEPRECATED_DOCKER = ['network', 'portMappings', 'parameters'] as const
const RESERVED_LAST = new Set(['restart', 'tasks', 'versions'])
const GROUP = '/smacktalk/'
/** marathon-lb opens these to the outside unless told otherwise. */
const SERVICE_PORTS = { least: 10_000, most: 10_100 }
/** Settings that carry the port an app listens on. */
export const PORT_VARIABLES = ['SMACKTALK_HTTP_PORT', 'SMACKTALK_HEALTH_PORT'] as const

const said = (wrong: boolean, sentence: string): string[] => (wrong ? [sentence] : [])

function mappingsOf(app: AppFile): readonly PortMapping[] {
  return app.container?.portMappings ?? []
}

function twice<T>(values: readonly T[]): T[] {
  return values.filter((value, index) => values.indexOf(value) !== index)
}

export const lints: Readonly<Record<string, Lint>> = {
  'networks are said and fields are of today': (app) => {
    const modes = app.networks?.map(({ mode }) => mode) ?? []
    const docker = app.container?.docker ?? {}
    return [
      ...said(modes.length === 0, 'networks is missing: port mappings would be dropped'),
      ...said(modes.includes('host') && mappingsOf(app).length > 0, 'host network with port mappings'),
      ...DEPRECATED.flatMap((field) => said(field in app, `${field} is deprecated or not for us`)),
      ...DEPRECATED_DOCKER.flatMap((field) => said(field in docker, `docker.${field} is deprecated`)),
    ]
  },

  'ports are found and clash with nothing': (app, { servicePorts }) => {
    const mappings = mappingsOf(app)
    const names = mappings.flatMap(({ name }) => name ?? [])
    return [
      ...(app.healthChecks ?? []).flatMap(({ portIndex = 0 }) =>
        said(portIndex >= mappings.length, `portIndex ${portIndex} is no mapping`),
      ),
      ...(app.readinessChecks ?? []).flatMap((check) => [
        ...said(!names.includes(check.portName ?? 'http-api'), `no port is called ${check.portName}`),
        ...said(
          (check.timeoutSeconds ?? 10) >= (check.intervalSeconds ?? 30),
          'a readiness check must time out before the next',
        ),
      ]),
      ...twice(names).map((name) => `two ports are called ${name}`),
      ...mappings.flatMap(({ servicePort }) => {
        if (servicePort === undefined) return []
        const { least, most } = SERVICE_PORTS
        return [
          ...said(
            servicePort < least || servicePort > most,
            `servicePort ${servicePort} is not in ${least}-${most}`,
          ),
          ...said(twice(servicePorts).includes(servicePort), `servicePort ${servicePort} is wanted twice`),
        ]
      }),
    ]
  },

  'the app listens where its port is, on every address': (app) => {
    const env = app.env ?? {}
    const ports = mappingsOf(app).map(({ containerPort }) => String(containerPort))
    const own = PORT_VARIABLES.flatMap((name) => (name in env ? [env[name]] : []))
    return [
      ...said(
        JSON.stringify(own) !== JSON.stringify(ports),
        `it listens on ${own} and its container port is ${ports}`,
      ),
      ...said(env['SMACKTALK_HTTP_HOST'] !== '0.0.0.0', 'SMACKTALK_HTTP_HOST is not 0.0.0.0'),
      ...Object.entries(env).flatMap(([name, value]) =>
        said(typeof value !== 'string', `${name} is no string`),
      ),
    ]
  },

  'one health check by Mesos, every figure said, time to stop, a user': (app) => {
    const checks = app.healthChecks ?? []
    const figures = [
      'gracePeriodSeconds',
      'intervalSeconds',
      'timeoutSeconds',
      'maxConsecutiveFailures',
    ] as const
    return [
      ...said(checks.length !== 1, `${checks.length} health checks, one is needed`),
      ...checks.flatMap((check) => [
        ...said(check.protocol !== 'MESOS_HTTP', `the health check is ${check.protocol}, not MESOS_HTTP`),
        ...said(check.path !== '/healthz', 'the health check must not depend on servers: /healthz'),
        ...said(check.maxConsecutiveFailures === 0, 'maxConsecutiveFailures 0 kills at the first failure'),
        ...figures.flatMap((figure) => said(check[figure] === undefined, `${figure} is not written`)),
      ]),
      ...said(app.taskKillGracePeriodSeconds === undefined, 'taskKillGracePeriodSeconds is missing: 3 s'),
      ...said(app.user === undefined, 'user is missing: the image’s is ignored'),
    ]
  },

  'instances, capacities and constraints can be kept': (app) => {
    const { instances = 1, upgradeStrategy: upgrade, unreachableStrategy: unreachable } = app
    const single = app.labels?.['MARATHON_SINGLE_INSTANCE_APP'] === 'true'
    const both = [upgrade?.minimumHealthCapacity, upgrade?.maximumOverCapacity]
    const unique = (app.constraints ?? []).some(([, operator]) => operator === 'UNIQUE')
    return [
      ...said(both.includes(undefined), 'upgradeStrategy needs both numbers'),
      ...said(
        single && (instances !== 1 || both.some((share) => share !== 0)),
        'a single instance app has 1 instance and stops before it starts: 0 and 0',
      ),
      ...said(unique && both[0] === 1, 'UNIQUE that keeps all instances up waits for a spare node for ever'),
      ...(app.constraints ?? []).flatMap(([field, operator = '', value]) => [
        ...said(operator !== operator.toUpperCase(), `${operator} is written in capitals`),
        ...said(operator === 'UNIQUE' && value !== undefined, `UNIQUE of ${field} takes no value`),
        ...said(
          operator === 'MAX_PER' && !/^\d+$/.test(value ?? ''),
          `MAX_PER needs a whole number, not ${value}`,
        ),
        ...said(
          operator === 'GROUP_BY' && value !== undefined && !/^\d+$/.test(value),
          `GROUP_BY takes a whole number, not ${value}`,
        ),
      ]),
      ...said(
        (unreachable?.expungeAfterSeconds ?? 0) < (unreachable?.inactiveAfterSeconds ?? 0),
        'expunged before it is inactive',
      ),
    ]
  },

  'either args, or a cmd that hands signals down': (app) => [
    ...said(app.cmd !== undefined && app.args !== undefined, 'cmd and args together'),
    ...said(app.cmd === undefined && app.args === undefined, 'neither cmd nor args'),
    ...said(
      app.cmd !== undefined && !app.cmd.startsWith('exec '),
      'cmd without exec: a shell swallows SIGTERM',
    ),
  ],

  'labels of the load balancer stand where they are read': (app) => {
    const labels = app.labels ?? {}
    const mappings = mappingsOf(app)
    return [
      ...Object.entries(labels).flatMap(([name, value]) => {
        const [, index] = /^HAPROXY_(\d+)_/.exec(name) ?? []
        return [
          ...said(typeof value !== 'string', `${name} is no string`),
          ...said(index !== undefined && Number(index) >= mappings.length, `${name} is of no port`),
          ...said(name.startsWith('VIP_'), `${name} belongs to a port mapping`),
          ...said(/^HAPROXY_\d+_PORT$/.test(name), `${name} instead of servicePort`),
          ...said(
            /^HAPROXY_\d+_STICKY$/.test(name) && labels[`HAPROXY_${index}_MODE`] !== 'http',
            `${name} needs HAPROXY_${index}_MODE http`,
          ),
        ]
      }),
      ...mappings.flatMap(({ labels: own }) =>
        Object.keys(own ?? {}).flatMap((name) =>
          said(name.startsWith('HAPROXY_'), `${name} belongs to the app`),
        ),
      ),
    ]
  },

  'ids are whole and lead somewhere': (app, { ids, outside }) => {
    const { id = '' } = app
    const last = id.split('/').at(-1) ?? ''
    return [
      ...said(!id.startsWith('/'), `${id} is relative`),
      ...said(!id.startsWith(GROUP) || id.slice(GROUP.length).includes('/'), `${id} is not in ${GROUP}`),
      ...said(RESERVED_LAST.has(last), `${last} is reserved`),
      ...(app.dependencies ?? []).flatMap((other) => [
        ...said(!other.startsWith('/'), `dependency ${other} is relative`),
        ...said(!ids.includes(other) && !outside.includes(other), `dependency ${other} is nothing`),
      ]),
    ]
  },

  'nothing that open DC/OS refuses, one pinned image': (app, { image }) => {
    const own = app.container?.docker?.image ?? ''
    const tag = /:([^:/]+)$/.exec(own)?.[1]
    return [
      ...said('secrets' in app, 'secrets are refused by open DC/OS'),
      ...said(app.acceptedResourceRoles !== undefined, 'a group of its own enforces its role'),
      ...said(tag === undefined || tag === 'latest', `${own} has no tag that stays`),
      ...said(own !== image, `${own} instead of ${image}`),
    ]
  },

  'what is started is there': (app, { exists }) =>
    (app.args ?? [])
      .filter((word) => word.endsWith('.ts'))
      .flatMap((path) => said(!exists(path), `${path} is not there`)),
}

/** Dependencies among our own apps that lead back to where they began, one sentence each. */
export function circles(apps: readonly AppFile[]): string[] {
  const needs = new Map(apps.map(({ id = '', dependencies = [] }) => [id, dependencies]))
  const leadsTo = (from: string, wanted: string, seen: Set<string>): boolean =>
    (needs.get(from) ?? []).some((next) => {
      if (next === wanted) return true
      if (seen.has(next)) return false
      seen.add(next)
      return leadsTo(next, wanted, seen)
    })
  return [...needs.keys()].filter((id) => leadsTo(id, id, new Set())).map((id) => `${id} needs itself`)
}
