/** What the files say and one machine cannot do. Pure. */
import type { App } from './definition.ts'

const ALWAYS = [
  'container: no image is pulled; args run from this checkout with the Node that runs this',
  'networks: no namespaces; tasks share the loopback address, each with ports of its own',
  'cpus, mem, disk: nothing is limited (NODE_OPTIONS is passed on)',
]

const FIELDS: Readonly<Record<string, string>> = {
  constraints: 'constraints: there is one machine, so every task is placed on it',
  unreachableStrategy: 'unreachableStrategy: this machine is never unreachable to itself',
  readinessChecks:
    'readinessChecks: asked from the start of every task until ready, though they count in deployments only',
}

/** A sentence for each thing that the apps ask for and do not get. */
export function notEmulated(apps: readonly App[], isRoot: boolean): string[] {
  const asked = new Set(apps.flatMap(({ json }) => Object.keys(json)))
  const ours = new Set(apps.map(({ id }) => id))
  const outside = new Set(apps.flatMap(({ dependencies }) => dependencies.filter((id) => !ours.has(id))))
  const labels = apps.some(({ json }) => JSON.stringify(json['labels'] ?? {}).includes('HAPROXY_'))
  const vips = apps.some(({ json }) => JSON.stringify(json['container'] ?? {}).includes('"VIP_'))
  return [
    ...ALWAYS,
    ...Object.entries(FIELDS).flatMap(([field, sentence]) => (asked.has(field) ? [sentence] : [])),
    ...(isRoot ? [] : ['user: tasks run as you, only root can become another']),
    ...(labels
      ? [
          'labels: no HAProxy; a servicePort is a plain forwarder to healthy tasks, without host names and cookies',
        ]
      : []),
    ...(vips ? ['portMappings: no address behind a VIP label (l4lb), only the ports of tasks'] : []),
    ...[...outside].map((id) => `dependencies: ${id} is nothing here, so nobody waits for it`),
    'secrets, volumes, fetch, pods, events, authentication, state that outlives this program',
  ]
}
