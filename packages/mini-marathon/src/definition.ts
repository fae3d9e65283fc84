/**
 * An app, a group, a job: the parts of Marathon's and Metronome's JSON that are acted on here, with the defaults of
 * Marathon 1.11 (its RAML types). What else a file says is kept for showing and told apart in not-emulated.ts.
 */
import { createHash } from 'node:crypto'
import { DefinitionError } from './errors.ts'

export interface PortMapping {
  readonly containerPort: number
  /** 0: nobody asked for one. */
  readonly servicePort: number
  readonly name: string | null
}

export interface HealthCheck {
  readonly path: string
  readonly portIndex: number
  readonly delayMs: number
  readonly graceMs: number
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly maxConsecutiveFailures: number
}

export interface ReadinessCheck {
  readonly path: string
  readonly portName: string
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly readyCodes: readonly number[]
}

export interface App {
  readonly id: string
  /** The same for definitions that differ in nothing but the number of instances. */
  readonly configuration: string
  readonly instances: number
  readonly args: readonly string[]
  readonly user: string | null
  readonly env: Readonly<Record<string, string>>
  readonly dependencies: readonly string[]
  readonly ports: readonly PortMapping[]
  readonly healthCheck: HealthCheck | null
  readonly readinessCheck: ReadinessCheck | null
  readonly killGraceMs: number
  readonly minimumHealthCapacity: number
  readonly maximumOverCapacity: number
  readonly backoffMs: number
  readonly backoffFactor: number
  readonly maxLaunchDelayMs: number
  readonly killOldestFirst: boolean
  /** As it was posted. */
  readonly json: Json
}

export interface Group {
  readonly id: string
  readonly apps: readonly App[]
}

export interface Job {
  readonly id: string
  readonly args: readonly string[]
  readonly user: string | null
  readonly env: Readonly<Record<string, string>>
}

export type Json = Readonly<Record<string, unknown>>

/** Ids as Marathon takes them: absolute, lower case, digits, dots, inner dashes. */
const ID = /^(\/([a-z0-9]([a-z0-9.-]*[a-z0-9])?))+$/
/** More processes than this on one machine are a typing error. */
export const INSTANCES_MAX = 50

/** @throws {DefinitionError} that names the field. */
export function readGroup(value: unknown): Group {
  const json = objectOf(value, 'the group')
  const id = idOf(json['id'], 'id')
  const apps = listOf(json['apps'], 'apps').map(readApp)
  const seen = new Set<string>()
  for (const app of apps) {
    if (app.id.slice(0, app.id.lastIndexOf('/')) !== id) throw refused(`${app.id} is not directly in ${id}`)
    if (seen.has(app.id)) throw refused(`${app.id} is there twice`)
    seen.add(app.id)
  }
  return { id, apps }
}

/** @throws {DefinitionError} that names the field. */
export function readApp(value: unknown): App {
  const json = objectOf(value, 'an app')
  const id = idOf(json['id'], 'id of an app')
  const at = (field: string): string => `${field} of ${id}`
  if (json['cmd'] !== undefined) throw refused(`${at('cmd')}: only args are run here`)
  const args = textsOf(json['args'], at('args'))
  if (args.length === 0) throw refused(`${at('args')} is empty`)
  const container = objectOf(json['container'] ?? {}, at('container'))
  const ports = listOf(container['portMappings'], at('portMappings')).map((mapping) => {
    const { containerPort, servicePort, name } = objectOf(mapping, at('portMappings'))
    return {
      containerPort: numberOf(containerPort, 0, at('containerPort')),
      servicePort: numberOf(servicePort, 0, at('servicePort')),
      name: typeof name === 'string' ? name : null,
    }
  })
  const upgrade = objectOf(json['upgradeStrategy'] ?? {}, at('upgradeStrategy'))
  const instances = numberOf(json['instances'], 1, at('instances'))
  if (!Number.isInteger(instances) || instances < 0 || instances > INSTANCES_MAX) {
    throw refused(`${at('instances')} is ${instances}; 0 to ${INSTANCES_MAX} can be run here`)
  }
  return {
    id,
    configuration: configurationOf(json),
    instances,
    args,
    user: typeof json['user'] === 'string' ? json['user'] : null,
    env: environmentOf(json['env'], at('env')),
    dependencies: textsOf(json['dependencies'], at('dependencies')),
    ports,
    healthCheck: readHealthCheck(listOf(json['healthChecks'], at('healthChecks')), ports.length, at),
    readinessCheck: readReadinessCheck(listOf(json['readinessChecks'], at('readinessChecks')), ports, at),
    // UCR's own, where nothing is said.
    killGraceMs: seconds(json['taskKillGracePeriodSeconds'], 3, at('taskKillGracePeriodSeconds')),
    minimumHealthCapacity: numberOf(upgrade['minimumHealthCapacity'], 1, at('minimumHealthCapacity')),
    maximumOverCapacity: numberOf(upgrade['maximumOverCapacity'], 1, at('maximumOverCapacity')),
    backoffMs: seconds(json['backoffSeconds'], 1, at('backoffSeconds')),
    backoffFactor: numberOf(json['backoffFactor'], 1.15, at('backoffFactor')),
    maxLaunchDelayMs: seconds(json['maxLaunchDelaySeconds'], 300, at('maxLaunchDelaySeconds')),
    killOldestFirst: json['killSelection'] === 'OLDEST_FIRST',
    json,
  }
}

/** @throws {DefinitionError} that names the field. */
export function readJob(value: unknown): Job {
  const json = objectOf(value, 'the job')
  const { id } = json
  if (typeof id !== 'string') throw refused('id of the job is no text')
  const run = objectOf(json['run'], `run of ${id}`)
  return {
    id,
    args: textsOf(run['args'], `args of ${id}`),
    user: typeof run['user'] === 'string' ? run['user'] : null,
    env: environmentOf(run['env'], `env of ${id}`),
  }
}

function readHealthCheck(
  checks: readonly unknown[],
  ports: number,
  at: (field: string) => string,
): HealthCheck | null {
  if (checks.length === 0) return null
  if (checks.length > 1) throw refused(`${at('healthChecks')}: Mesos takes one`)
  const check = objectOf(checks[0], at('healthChecks'))
  if (check['protocol'] !== 'MESOS_HTTP') throw refused(`${at('healthChecks')}: only MESOS_HTTP is run here`)
  const portIndex = numberOf(check['portIndex'], 0, at('portIndex'))
  if (portIndex >= ports) throw refused(`${at('portIndex')} is ${portIndex}, and there are ${ports} ports`)
  return {
    path: typeof check['path'] === 'string' ? check['path'] : '/',
    portIndex,
    delayMs: seconds(check['delaySeconds'], 15, at('delaySeconds')),
    graceMs: seconds(check['gracePeriodSeconds'], 300, at('gracePeriodSeconds')),
    intervalMs: seconds(check['intervalSeconds'], 60, at('intervalSeconds')),
    timeoutMs: seconds(check['timeoutSeconds'], 20, at('timeoutSeconds')),
    maxConsecutiveFailures: numberOf(check['maxConsecutiveFailures'], 3, at('maxConsecutiveFailures')),
  }
}

function readReadinessCheck(
  checks: readonly unknown[],
  ports: readonly PortMapping[],
  at: (field: string) => string,
): ReadinessCheck | null {
  if (checks.length === 0) return null
  const check = objectOf(checks[0], at('readinessChecks'))
  const portName = typeof check['portName'] === 'string' ? check['portName'] : 'http-api'
  if (!ports.some(({ name }) => name === portName)) throw refused(`${at('portName')}: no port is ${portName}`)
  const codes = listOf(check['httpStatusCodesForReady'] ?? [200], at('httpStatusCodesForReady'))
  return {
    path: typeof check['path'] === 'string' ? check['path'] : '/',
    portName,
    intervalMs: seconds(check['intervalSeconds'], 30, at('intervalSeconds')),
    timeoutMs: seconds(check['timeoutSeconds'], 10, at('timeoutSeconds')),
    readyCodes: codes.filter((code) => typeof code === 'number'),
  }
}

function configurationOf({ instances: _, ...rest }: Json): string {
  return createHash('sha256').update(JSON.stringify(rest)).digest('hex').slice(0, 12)
}

function idOf(value: unknown, what: string): string {
  if (typeof value === 'string' && ID.test(value)) return value
  throw refused(`${what} is ${JSON.stringify(value)}, an absolute id is needed`)
}

function objectOf(value: unknown, what: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json
  throw refused(`${what} is no object`)
}

function listOf(value: unknown, what: string): readonly unknown[] {
  if (value === undefined) return []
  if (Array.isArray(value)) return value
  throw refused(`${what} is no list`)
}

function textsOf(value: unknown, what: string): readonly string[] {
  return listOf(value, what).map((item) => {
    if (typeof item === 'string') return item
    throw refused(`${what} holds ${JSON.stringify(item)}`)
  })
}

function environmentOf(value: unknown, what: string): Readonly<Record<string, string>> {
  const env = Object.entries(objectOf(value ?? {}, what))
  return Object.fromEntries(
    env.map(([name, text]) => {
      if (typeof text === 'string') return [name, text]
      throw refused(`${name} in ${what} is no text`)
    }),
  )
}

function numberOf(value: unknown, fallback: number, what: string): number {
  if (value === undefined) return fallback
  if (typeof value === 'number' && value >= 0) return value
  throw refused(`${what} is ${JSON.stringify(value)}`)
}

function seconds(value: unknown, fallback: number, what: string): number {
  return numberOf(value, fallback, what) * 1_000
}

function refused(what: string): DefinitionError {
  return new DefinitionError(`${what}.`)
}
