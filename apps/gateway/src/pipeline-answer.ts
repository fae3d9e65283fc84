/** `GET /pipeline`: what processes say, what the log says and what has been committed, side by side. */
import type {
  ChannelRef,
  ChatConnection,
  Hop,
  OwnedPartition,
  PipelineAnswer,
  PipelineAudit,
  PipelineConnection,
  PipelineHop,
  PipelineInstance,
  PipelinePartition,
  Role,
} from '@smacktalk/contract'
import { type Clock, type EventLog, PipelineError } from '@smacktalk/ports'
import type { ChannelDirectory } from './channel-directory.ts'
import type { FrameHub } from './frame-hub.ts'
import type { LiveState } from './live-state.ts'
import type { PipelineWatch } from './pipeline-watch.ts'
import { SharedAnswers } from './request-gate.ts'
import type { Member } from './roster.ts'
import type { RowReader } from './row-reader.ts'

/** Everybody who asks within this time shares one round of questions to the log and the store. */
const FRESH_MS = 1_000

/** Partitions of the log asked about at once. */
const EXTENTS_AT_ONCE = 16

/** A log that does not answer within this time is shown as not answering. */
const EXTENTS_MS = 2_000

const MINUTE_S = 60

interface Extent {
  readonly low: number
  readonly end: number
}

/** What is asked of the log and the store; null where there was no answer. */
interface Asked {
  readonly extents: readonly Extent[] | null
  readonly committed: ReadonlyMap<number, number> | null
  readonly audit: PipelineAudit | null
}

export interface PipelineSources {
  readonly log: EventLog
  readonly reader: RowReader
  readonly live: LiveState
  readonly hub: FrameHub
  readonly directory: ChannelDirectory
  readonly pipeline: PipelineWatch
  readonly clock: Clock
}

export class PipelineAnswers {
  readonly #sources: PipelineSources
  readonly #asked: SharedAnswers<Asked>

  constructor(sources: PipelineSources) {
    this.#sources = sources
    this.#asked = new SharedAnswers(FRESH_MS, () => sources.clock.now())
  }

  /** Never fails for want of log or store: what they would have said is null. */
  async answer(): Promise<PipelineAnswer> {
    const { pipeline, clock } = this.#sources
    const asked = await this.#asked.get('', () => this.#ask())
    const nowMs = clock.now()
    const members = pipeline.members(nowMs)
    const { troubles, asOf } = pipeline.news
    const { lookedAt } = pipeline
    return {
      now: new Date(nowMs).toISOString(),
      troubles,
      asOf,
      partitions: this.#partitions(members, asked),
      hops: this.#hops(members),
      instances: members.map((member) => shownInstance(member, nowMs)),
      instancesAt: lookedAt === null ? null : new Date(lookedAt).toISOString(),
      lastRestart: lastRestart(members),
      lastTakeOver: lastTakeOver(members),
      audit: asked.audit,
    }
  }

  async #ask(): Promise<Asked> {
    const { reader } = this.#sources
    // A store that is known not to answer refuses at once.
    const [extents, checkpoints, audit] = await Promise.all([
      this.#extents(),
      orNull(reader.checkpoints()),
      orNull(reader.newestAudit()),
    ])
    return {
      extents,
      committed:
        checkpoints && new Map([...checkpoints].map(([partition, { position }]) => [partition, position])),
      audit: audit && {
        at: new Date(audit.at).toISOString(),
        from: audit.to === 0 ? null : new Date(audit.from).toISOString(),
        to: audit.to === 0 ? null : new Date(audit.to).toISOString(),
        channels: audit.channels,
        spans: audit.spans,
        records: audit.records,
        differences: audit.differences,
      },
    }
  }

  async #extents(): Promise<Extent[] | null> {
    const { clock, pipeline } = this.#sources
    if (pipeline.logOutage !== null) return null
    const done = new AbortController()
    try {
      return await Promise.race([
        orNull(this.#allExtents()),
        clock.sleep(EXTENTS_MS, done.signal).then(() => null),
      ])
    } finally {
      done.abort()
    }
  }

  async #allExtents(): Promise<Extent[]> {
    const { log } = this.#sources
    const extents: Extent[] = []
    for (let first = 0; first < log.partitions; first += EXTENTS_AT_ONCE) {
      const length = Math.min(EXTENTS_AT_ONCE, log.partitions - first)
      const some = Array.from({ length }, (_, index) => log.extent('chat', first + index))
      extents.push(...(await Promise.all(some)))
    }
    return extents
  }

  #partitions(members: readonly Member[], { extents, committed }: Asked): PipelinePartition[] {
    const { log } = this.#sources
    const channels = this.#channelsByPartition()
    const owners = ownersOf(members)
    return Array.from({ length: log.partitions }, (_, partition) => {
      const extent = extents?.[partition] ?? null
      const owner = owners.get(partition) ?? null
      const position = owner?.owned.position ?? null
      const reached = position ?? committed?.get(partition) ?? (committed === null ? null : -1)
      return {
        partition,
        channels: channels.get(partition) ?? [],
        logStart: extent?.low ?? null,
        logEnd: extent?.end ?? null,
        position,
        committed: committed === null ? null : (committed.get(partition) ?? -1),
        lag: lagOf(extent, reached),
        lagMs: owner?.owned.lagMs ?? null,
        owner: owner?.id ?? null,
      }
    })
  }

  #channelsByPartition(): Map<number, ChannelRef[]> {
    const { log, directory } = this.#sources
    const found = new Map<number, ChannelRef[]>()
    for (const { id, login, displayName, slot } of directory.listed) {
      if (id === null) continue
      const partition = log.partitionOf(id)
      const channels = found.get(partition) ?? []
      channels.push({ id, name: login, displayName, slot })
      found.set(partition, channels)
    }
    return found
  }

  /** Some are the work of many processes; views and frames those of this gateway: each takes them all. */
  #hops(members: readonly Member[]): PipelineHop[] {
    const { live, hub } = this.#sources
    const said = members
      .filter(({ liveness }) => liveness === 'running')
      .flatMap(({ instance }) => instance.hops)
    const saidOf = (step: PipelineHop['name']): PipelineHop =>
      hopOf(
        step,
        said.filter(({ name }) => name === step),
      )
    return [
      saidOf('append'),
      saidOf('fold'),
      hopOf('view', [live.arrivals.hop()]),
      hopOf('frame', [hub.hop()]),
      saidOf('store'),
    ]
  }
}

/** Records that wait; a log that has dropped what nobody folded has no more to give than it holds. */
function lagOf(extent: Extent | null, position: number | null): number | null {
  if (extent === null || position === null) return null
  return Math.max(0, extent.end - Math.max(extent.low, position + 1))
}

/** During a change two may claim a partition: the one that came later has it. */
function ownersOf(members: readonly Member[]): Map<number, { id: string; owned: OwnedPartition }> {
  const owners = new Map<number, { id: string; owned: OwnedPartition }>()
  const running = members.filter(({ liveness }) => liveness === 'running')
  for (const { instance } of running) {
    for (const owned of instance.partitions) {
      const before = owners.get(owned.partition)
      if (before === undefined || owned.position >= before.owned.position) {
        owners.set(owned.partition, { id: instance.id, owned })
      }
    }
  }
  return owners
}

function hopOf(name: PipelineHop['name'], hops: readonly Hop[]): PipelineHop {
  const highest = (values: readonly (number | null)[]): number | null => {
    const known = values.filter((value) => value !== null)
    return known.length === 0 ? null : Math.max(...known)
  }
  const perMinute = hops.reduce((sum, hop) => sum + hop.perMinute, 0)
  return {
    name,
    recordsPerSecond: hops.length === 0 ? null : Math.round((perMinute / MINUTE_S) * 10) / 10,
    p50Ms: highest(hops.map(({ p50Ms }) => p50Ms)),
    p99Ms: highest(hops.map(({ p99Ms }) => p99Ms)),
  }
}

const HOP_NAMES: readonly string[] = [
  'append',
  'fold',
  'view',
  'frame',
  'store',
] satisfies PipelineHop['name'][]

function isHopName(name: string): name is PipelineHop['name'] {
  return HOP_NAMES.includes(name)
}

function shownInstance({ instance, liveness, heardAt }: Member, nowMs: number): PipelineInstance {
  const { id, role, host, version, startedAt, updatedAt, troubles, partitions, lastTakeOver } = instance
  const { wanted, joined, confirmed, clients } = instance
  // A process of a newer build may measure more than is known here.
  const hops = instance.hops.flatMap((hop) => (isHopName(hop.name) ? [hopOf(hop.name, [hop])] : []))
  return {
    id,
    // Whatever writes these rows is one of ours.
    role: role as Role,
    host,
    version,
    started: new Date(startedAt).toISOString(),
    updated: new Date(updatedAt).toISOString(),
    state: liveness,
    silentMs: Math.max(0, nowMs - heardAt),
    troubles,
    hops,
    partitions: partitions.map(({ partition }) => partition),
    lastTakeOver: lastTakeOver && { ...lastTakeOver, at: new Date(lastTakeOver.at).toISOString() },
    group: instance.ingestGroup,
    wanted,
    joined,
    confirmed,
    connections: instance.connections.map(shownConnection),
    clients,
  }
}

function shownConnection({ state, since, ...figures }: ChatConnection): PipelineConnection {
  // Whatever writes these rows is one of ours.
  return { ...figures, state: state as PipelineConnection['state'], since: new Date(since).toISOString() }
}

function lastRestart(members: readonly Member[]): PipelineAnswer['lastRestart'] {
  const newest = members.reduce<Member | null>(
    (last, member) => (last === null || member.instance.startedAt > last.instance.startedAt ? member : last),
    null,
  )
  if (newest === null) return null
  const { startedAt, id, role } = newest.instance
  return { at: new Date(startedAt).toISOString(), id, role: role as Role }
}

function lastTakeOver(members: readonly Member[]): PipelineAnswer['lastTakeOver'] {
  let newest: { at: number; answer: NonNullable<PipelineAnswer['lastTakeOver']> } | null = null
  for (const { instance } of members) {
    const { id, lastTakeOver: last } = instance
    if (last === null || (newest !== null && newest.at >= last.at)) continue
    newest = { at: last.at, answer: { ...last, at: new Date(last.at).toISOString(), id } }
  }
  return newest?.answer ?? null
}

/** No answer is an answer here: the trouble is told beside it. */
async function orNull<T>(asking: Promise<T>): Promise<T | null> {
  try {
    return await asking
  } catch (error) {
    if (!(error instanceof PipelineError && error.retriable)) throw error
    return null
  }
}
