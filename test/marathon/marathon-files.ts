/** The files of `marathon/`, parsed, in the shapes that Marathon 1.9 to 1.11 and Metronome 0.6 read them in. */
import { allFiles, contentOf } from '../tidy/tree.ts'

export interface PortMapping {
  readonly containerPort?: number | undefined
  readonly hostPort?: number | undefined
  readonly servicePort?: number | undefined
  readonly name?: string | undefined
  readonly labels?: Readonly<Record<string, string>> | undefined
}

export interface HealthCheck {
  readonly protocol?: string | undefined
  readonly path?: string | undefined
  readonly portIndex?: number | undefined
  readonly gracePeriodSeconds?: number | undefined
  readonly intervalSeconds?: number | undefined
  readonly timeoutSeconds?: number | undefined
  readonly maxConsecutiveFailures?: number | undefined
}

/** What the lints look at; everything may be missing, as in a file that a person is changing. */
export interface AppFile {
  readonly id?: string | undefined
  readonly cmd?: string | undefined
  readonly args?: readonly string[] | undefined
  readonly user?: string | undefined
  readonly instances?: number | undefined
  readonly mem?: number | undefined
  readonly dependencies?: readonly string[] | undefined
  readonly networks?: readonly { readonly mode?: string }[] | undefined
  readonly container?: {
    readonly docker?: ({ readonly image?: string } & Readonly<Record<string, unknown>>) | undefined
    readonly portMappings?: readonly PortMapping[] | undefined
  }
  readonly env?: Readonly<Record<string, unknown>> | undefined
  readonly labels?: Readonly<Record<string, string>> | undefined
  readonly healthChecks?: readonly HealthCheck[] | undefined
  readonly readinessChecks?: readonly {
    readonly portName?: string | undefined
    readonly intervalSeconds?: number | undefined
    readonly timeoutSeconds?: number | undefined
  }[]
  readonly taskKillGracePeriodSeconds?: number | undefined
  readonly upgradeStrategy?: {
    readonly minimumHealthCapacity?: number | undefined
    readonly maximumOverCapacity?: number | undefined
  }
  readonly unreachableStrategy?: {
    readonly inactiveAfterSeconds?: number | undefined
    readonly expungeAfterSeconds?: number | undefined
  }
  readonly constraints?: readonly (readonly string[])[] | undefined
  readonly acceptedResourceRoles?: readonly string[] | undefined
  readonly [other: string]: unknown
}

export interface GroupFile {
  readonly id: string
  readonly apps: readonly AppFile[]
}

export interface JobFile {
  readonly id: string
  readonly run: {
    readonly args: readonly string[]
    readonly mem: number
    readonly user: string
    readonly ucr: { readonly image: { readonly id: string } }
    readonly env: Readonly<Record<string, string>>
  } & Readonly<Record<string, unknown>>
  readonly schedules?: readonly { readonly cron: string }[]
}

interface Named<T> {
  /** As in the tree: `marathon/apps/gateway.json`. */
  readonly path: string
  readonly content: T
}

function parsed<T>(folder: string): Named<T>[] {
  return allFiles
    .filter((path) => path.startsWith(`marathon/${folder}/`))
    .map((path) => ({ path, content: JSON.parse(contentOf(path)) }))
}

export const apps: readonly Named<AppFile>[] = parsed('apps')
export const jobs: readonly Named<JobFile>[] = parsed('jobs')
export const packageOptions: readonly Named<Record<string, unknown>>[] = parsed('packages')
export const group: GroupFile = JSON.parse(contentOf('marathon/group.json'))

export function jobNamed(id: string): JobFile {
  const job = jobs.find(({ content }) => content.id === id)
  if (job === undefined) throw new Error(`There is no job ${id}.`)
  return job.content
}
