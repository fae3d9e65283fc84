/** What the picture of the pipeline says, box by box: written from one answer, without any geometry. */
import type { PipelineAnswer, PipelineHop, PipelineInstance, Role, TroublePart } from '@smacktalk/contract'
import { compact, count, MISSING, plural, rate } from '../format/numbers.ts'
import { roughDuration } from '../format/times.ts'
import { type Lane, spansText } from './lanes.ts'
import { sumKnown } from './partition-rates.ts'

/** Boxes of a kind that are drawn; more are one box together. */
export const INGESTORS_MAX = 3
export const JOBS_MAX = 4

export interface Box {
  /** Unique in the picture; what edges are tied to. */
  readonly id: string
  readonly title: string
  /** Beside the title, such as the partitions of a job. */
  readonly note: string
  readonly figure: { readonly value: string; readonly unit: string } | null
  readonly lines: readonly { readonly label: string; readonly value: string }[]
  /** What is wrong with it, in a few words; null when nothing is. */
  readonly trouble: string | null
  /** Instances it stands for. */
  readonly instances: readonly string[]
  /** Records, rows or frames that leave it, per second; null while not known. */
  readonly perSecond: number | null
}

export interface FlowModel {
  readonly ingestors: readonly Box[]
  readonly lanes: readonly Lane[]
  readonly jobs: readonly Box[]
  readonly store: Box
  readonly gateway: Box
}

export const STORE_ID = 'store'
export const GATEWAY_ID = 'gateway'
export const YOU_ID = 'you'

export function flowModel(answer: PipelineAnswer, lanes: readonly Lane[], storeName: string): FlowModel {
  const now = Date.parse(answer.now)
  const of = (role: Role): PipelineInstance[] =>
    answer.instances
      .filter((instance) => instance.role === role)
      .sort((a, b) => (a.started < b.started ? -1 : a.started > b.started ? 1 : a.id < b.id ? -1 : 1))
  return {
    ingestors: boxesOf(of('ingestor'), INGESTORS_MAX, (some, name) => ingestorBox(some, name, now)),
    lanes,
    jobs: boxesOf(of('stream-job'), JOBS_MAX, (some, name) => jobBox(some, name, now)),
    store: storeBox(answer, storeName),
    gateway: gatewayBox(answer, of('gateway')),
  }
}

type Naming = (base: string) => string

/** One box each, numbered when there are several; from `max` on the last box is for all that remain. */
function boxesOf(
  instances: readonly PipelineInstance[],
  max: number,
  boxOf: (instances: readonly PipelineInstance[], name: Naming) => Box,
): Box[] {
  const alone = instances.length === 1
  const shown = instances.length <= max ? instances.length : max - 1
  const boxes = instances
    .slice(0, shown)
    .map((instance, index) => boxOf([instance], (base) => (alone ? base : `${base} ${index + 1}`)))
  const rest = instances.slice(shown)
  return rest.length === 0 ? boxes : [...boxes, boxOf(rest, (base) => `${rest.length} more ${base}s`)]
}

function ingestorBox(instances: readonly PipelineInstance[], name: Naming, now: number): Box {
  const append = hopsOf(instances, 'append')
  const wanted = sumKnown(instances.map((instance) => instance.wanted))
  const joined = sumKnown(instances.map((instance) => instance.joined))
  const perSecond = sumKnown(append.map(({ recordsPerSecond }) => recordsPerSecond))
  return {
    id: idOf(instances),
    title: name('Ingestor'),
    note: [...new Set(instances.map(({ group }) => group ?? ''))].join(', '),
    figure: { value: rate(perSecond), unit: 'records/s' },
    lines: [
      { label: 'Channels', value: ofWhole(joined, wanted) },
      { label: 'Connections', value: connectionsText(instances) },
      { label: 'Into the log', value: millis(slowest(append, 'p50Ms')) },
      { label: 'Up', value: upText(instances, now) },
    ],
    ...standing(instances),
    perSecond,
  }
}

/** How many there are, and how often one was followed by another. */
function connectionsText(instances: readonly PipelineInstance[]): string {
  const connections = instances.flatMap((instance) => instance.connections)
  if (connections.length === 0) return MISSING
  const restarts = connections.reduce((sum, connection) => sum + connection.restarts, 0)
  return restarts === 0 ? count(connections.length) : `${connections.length}, ${plural(restarts, 'restart')}`
}

function jobBox(instances: readonly PipelineInstance[], name: Naming, now: number): Box {
  const fold = hopsOf(instances, 'fold')
  const perSecond = sumKnown(fold.map(({ recordsPerSecond }) => recordsPerSecond))
  const partitions = instances.flatMap((instance) => instance.partitions)
  return {
    id: idOf(instances),
    title: name('Job'),
    note: spansText(partitions),
    figure: null,
    lines: [
      { label: 'Reads', value: perSecond === null ? MISSING : `${rate(perSecond)}/s` },
      { label: 'Counted within', value: millis(slowest(fold, 'p99Ms')) },
      { label: 'Up', value: upText(instances, now) },
    ],
    ...standing(instances),
    perSecond,
  }
}

function storeBox(answer: PipelineAnswer, title: string): Box {
  const store = answer.hops.find(({ name }) => name === 'store')
  const waiting = sumKnown(
    answer.partitions.map(({ position, committed }) =>
      position === null || committed === null ? null : Math.max(0, position - committed),
    ),
  )
  const perSecond = store?.recordsPerSecond ?? null
  return {
    id: STORE_ID,
    title,
    note: '',
    figure: { value: rate(perSecond), unit: 'rows/s' },
    lines: [
      { label: 'Writes, 99%', value: millis(store?.p99Ms ?? null) },
      { label: 'Not committed', value: compact(waiting) },
    ],
    trouble: troubleAt(answer, 'store', 'does not answer'),
    instances: [],
    perSecond,
  }
}

function gatewayBox(answer: PipelineAnswer, instances: readonly PipelineInstance[]): Box {
  const frame = answer.hops.find(({ name }) => name === 'frame')
  const clients = sumKnown(instances.map((instance) => instance.clients))
  const { trouble } = standing(instances)
  return {
    id: GATEWAY_ID,
    title: instances.length > 1 ? `${instances.length} gateways` : 'Gateway',
    note: '',
    figure: null,
    lines: [
      { label: 'Browsers', value: count(clients) },
      { label: 'Frames', value: perSecondText(frame) },
      { label: 'Sent within', value: millis(frame?.p99Ms ?? null) },
    ],
    trouble: trouble ?? troubleAt(answer, 'gateway', 'is troubled'),
    instances: instances.map(({ id }) => id),
    perSecond: frame?.recordsPerSecond ?? null,
  }
}

function standing(instances: readonly PipelineInstance[]): Pick<Box, 'trouble' | 'instances'> {
  const silent = instances.find(({ state }) => state === 'silent')
  const stopping = instances.find(({ state }) => state === 'stopping')
  const troubled = instances.find(({ troubles }) => troubles.length > 0)
  const trouble =
    silent !== undefined
      ? `silent for ${roughDuration(silent.silentMs)}`
      : stopping !== undefined
        ? 'stopping'
        : (troubled?.troubles[0] ?? null)
  return { trouble, instances: instances.map(({ id }) => id) }
}

function troubleAt({ troubles }: PipelineAnswer, part: TroublePart, words: string): string | null {
  return troubles.some((trouble) => trouble.part === part) ? words : null
}

function hopsOf(instances: readonly PipelineInstance[], name: PipelineHop['name']): PipelineHop[] {
  return instances.flatMap(({ hops }) => hops.filter((hop) => hop.name === name))
}

function slowest(hops: readonly PipelineHop[], which: 'p50Ms' | 'p99Ms'): number | null {
  const known = hops.map((hop) => hop[which]).filter((ms) => ms !== null)
  return known.length === 0 ? null : Math.max(...known)
}

/** A box of several is named after all of them, so that another one in it is another box. */
function idOf(instances: readonly PipelineInstance[]): string {
  return instances.map(({ id }) => id).join(' ')
}

function upText(instances: readonly PipelineInstance[], now: number): string {
  const youngest = Math.max(...instances.map(({ started }) => Date.parse(started)))
  return roughDuration(now - youngest)
}

function ofWhole(part: number | null, whole: number | null): string {
  if (part === null) return MISSING
  return whole === null ? count(part) : `${count(part)} of ${count(whole)}`
}

function perSecondText(hop: PipelineHop | undefined): string {
  return hop?.recordsPerSecond == null ? MISSING : `${rate(hop.recordsPerSecond)}/s`
}

/** `43 ms`, `2.31 s`; missing is a dash. */
export function millis(ms: number | null): string {
  if (ms === null) return MISSING
  if (ms < 1_000) return `${Math.round(ms)} ms`
  return ms < 100_000 ? `${(ms / 1_000).toFixed(ms < 10_000 ? 2 : 1)} s` : roughDuration(ms)
}

/** The picture in words, for those who do not see it. */
export function spokenFlow(model: FlowModel, logName: string, totalMs: number | null): string {
  const heard = sumKnown(model.ingestors.map(({ perSecond }) => perSecond))
  const lanes = model.lanes.filter(({ lagging }) => lagging)
  const partitions = model.lanes.reduce((sum, lane) => sum + lane.partitions, 0)
  const parts = [
    `${plural(model.ingestors.length, 'ingestor')} write${model.ingestors.length === 1 ? 's' : ''} ${rate(heard)} records per second to ${plural(partitions, 'partition')} of the log (${logName})`,
    `${plural(model.jobs.length, 'stream job')} read${model.jobs.length === 1 ? 's' : ''} them`,
    `${model.store.figure?.value ?? MISSING} rows per second go to the store (${model.store.title})`,
    totalMs === null ? null : `you are ${millis(totalMs)} behind chat`,
    ...lanes.map((lane) =>
      lane.partition === null
        ? `others lag by ${plural(lane.lag ?? 0, 'record')}`
        : `partition ${lane.partition} lags by ${plural(lane.lag ?? 0, 'record')}`,
    ),
    ...[...model.ingestors, ...model.jobs, model.store, model.gateway]
      .filter(({ trouble }) => trouble !== null)
      .map(({ title, trouble }) => `${title}: ${trouble}`),
  ]
  return `${parts.filter((part) => part !== null).join('; ')}.`
}

/** A share of the log that lanes stand for, for the head of the log. */
export function lanesNote(lanes: readonly Lane[]): string {
  const partitions = lanes.reduce((sum, lane) => sum + lane.partitions, 0)
  const alone = lanes.filter(({ partition }) => partition !== null).length
  if (partitions === 0) return 'no partitions'
  const share = alone === partitions ? 'all' : `${alone} busiest of`
  return `${share} ${count(partitions)} partitions`
}
