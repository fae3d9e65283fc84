/** Who runs what, and how far log, rows and views are: from the data themselves. */
import {
  type Backend,
  type Finding,
  fail,
  type Newest,
  newestOf,
  ok,
  type Rows,
  rowsOf,
  warn,
} from '@smacktalk/backend'
import { INSTANCE_EVERY_MS, type Instance, ROLES, type Role } from '@smacktalk/contract'
import { InstanceWatch, type SeenInstance } from '@smacktalk/instances'
import type { Clock, RowStore } from '@smacktalk/ports'
import { ageText } from './doctor-text.ts'

/** Who lives writes once a second; the second look sees it by its own clock. */
const SECOND_LOOK_MS = 2 * INSTANCE_EVERY_MS
/** Coverage alone comes every 5 s from a channel that is heard. */
const QUIET_MS = 60_000
/** A job stores its position every 5 s. */
const STORED_MS = 30_000
/** Nothing can have been appended later than now: then clocks differ. */
const AHEAD_MS = 1_000

export async function checkData(backend: Backend, clock: Clock, signal: AbortSignal): Promise<Finding[]> {
  const { log, store, kind } = backend
  const instances = kind === 'cluster' ? await lookTwice(store, clock, signal) : []
  const chat = await newestOf(log, 'chat')
  const views = kind === 'cluster' ? await newestOf(log, 'views') : null
  const rows = await rowsOf(log, store, chat.ends)
  const now = clock.now()
  const isFolded = instances.some(({ instance, liveness }) => {
    return instance.role === 'stream-job' && liveness === 'running'
  })
  return [
    ...(kind === 'cluster' ? instanceFindings(instances) : []),
    logFinding(chat, now),
    rowsFinding(rows, { now, isFolded, isCluster: kind === 'cluster' }),
    hopFinding({ log: chat.appendedAt, rows: rows.appendedAt, views: views?.appendedAt ?? null }, now),
  ]
}

async function lookTwice(
  store: RowStore,
  clock: Clock,
  signal: AbortSignal,
): Promise<readonly SeenInstance[]> {
  const watch = new InstanceWatch(store, clock)
  await watch.look()
  await clock.sleep(SECOND_LOOK_MS, signal)
  return watch.look()
}

function instanceFindings(instances: readonly SeenInstance[]): Finding[] {
  const missing = ROLES.filter((role) => {
    return !instances.some(({ instance, liveness }) => instance.role === role && liveness === 'running')
  })
  return [...instances.map(instanceFinding), ...missing.map(missingFinding)]
}

function instanceFinding({ instance, liveness, silentMs }: SeenInstance): Finding {
  const { id, troubles } = instance
  if (liveness === 'stopping') return ok('instance', `${id} has stopped.`)
  if (liveness === 'silent') {
    const says = `${id} has been silent for ${ageText(silentMs)}.`
    return warn(
      'instance',
      says,
      'It was killed, hangs or cannot reach the store: look at it, start it again.',
    )
  }
  if (troubles.length > 0) return warn('instance', `${id}: ${troubles.join(' ')}`, '')
  return ok('instance', `${id} runs${workOf(instance)}.`)
}

function workOf({ role, partitions, wanted, joined, ingestGroup, clients, hops }: Instance): string {
  const group = ingestGroup === null ? '' : ` of ${ingestGroup}`
  const work: Readonly<Record<Role, string | null>> = {
    ingestor: wanted === null ? null : `hears ${joined} of ${wanted} channels${group}`,
    'stream-job': `folds ${partitions.length} partitions`,
    gateway: clients === null ? null : `serves ${clients} browsers`,
  }
  const speeds = hops.flatMap(({ name, perMinute, p99Ms }) => {
    return p99Ms === null ? [] : [`${name} ${perMinute} a minute, p99 ${p99Ms} ms`]
  })
  const known = ROLES.find((one) => one === role)
  return [known === undefined ? null : work[known], ...speeds]
    .flatMap((part) => (part === null ? [] : [`, ${part}`]))
    .join('')
}

const WITHOUT: Readonly<Record<Role, string>> = {
  ingestor: 'nothing is heard',
  'stream-job': 'nothing is counted',
  gateway: 'there are no pages',
}

function missingFinding(role: Role): Finding {
  const says = `No ${role} runs: ${WITHOUT[role]}.`
  return warn('instance', says, `Start one: \`smacktalk ${role}\`.`)
}

function logFinding({ appendedAt, ends }: Newest, now: number): Finding {
  if (appendedAt === null) {
    const isNew = ends.every((end) => end === 0)
    return warn(
      'log',
      isNew ? 'Nothing was ever heard.' : 'Everything in it has expired.',
      'Start an ingestor.',
    )
  }
  const ageMs = now - appendedAt
  if (ageMs < -AHEAD_MS) {
    const says = `Its newest record is ${ageText(-ageMs)} ahead of this machine’s clock.`
    return warn('log', says, 'Let every machine take its time from the same source (NTP).')
  }
  if (ageMs <= QUIET_MS) return ok('log', `Its newest record is ${ageText(ageMs)} old.`)
  const says = `Nothing was appended for ${ageText(ageMs)}.`
  return warn('log', says, 'Is an ingestor running, and is it in a channel?')
}

function rowsFinding(
  { waiting, ahead, appendedAt }: Rows,
  { now, isFolded, isCluster }: { now: number; isFolded: boolean; isCluster: boolean },
): Finding {
  const count = waiting === 1 ? 'One record waits' : `${waiting.toLocaleString('en-US')} records wait`
  if (ahead.length > 0) {
    return fail(
      'rows',
      `The rows of partition ${ahead.slice(0, 5).join(', ')}${ahead.length > 5 ? ` and ${ahead.length - 5} more` : ''} were counted from another log, or this one was cut short.`,
      'Start with a new store (keyspace or data folder) for the new log, or bring back the log that the rows belong to.',
    )
  }
  if (waiting === 0) return ok('rows', 'Every record of the log is counted and stored.')
  if (!isCluster) return warn('rows', `${count}.`, 'They are counted when the product starts.')
  if (!isFolded)
    return fail('rows', `${count}, and no stream job runs.`, 'Start one: `smacktalk stream-job`.')
  const ageMs = appendedAt === null ? Number.POSITIVE_INFINITY : now - appendedAt
  if (ageMs <= STORED_MS) return ok('rows', `${count}; stored is all up to ${ageText(ageMs)} ago.`)
  const since = appendedAt === null ? 'nothing is stored yet' : `stored is all up to ${ageText(ageMs)} ago`
  const advice = 'The jobs are behind or new to their partitions; if the number does not fall, add one.'
  return warn('rows', `${count}; ${since}.`, advice)
}

/** Which of them moved last, for whoever looks where it stands still. */
function hopFinding(moved: Readonly<Record<'log' | 'rows' | 'views', number | null>>, now: number): Finding {
  const known = Object.entries(moved).flatMap(([name, at]) => (at === null ? [] : [{ name, at }]))
  if (known.length === 0) return warn('hops', 'Nothing has moved yet.', '')
  const newest = known.reduce((last, one) => (one.at > last.at ? one : last))
  const ages = known.map(({ name, at }) => `${name} ${ageText(now - at)} ago`).join(', ')
  return ok('hops', `Last moved: ${newest.name} (${ages}).`)
}
