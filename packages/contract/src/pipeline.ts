/** How the way of a record goes: what is wrong, who does what, how far everything is. Times are ISO 8601 UTC. */
import type { Role } from './instance.ts'
import type { ChannelRef } from './rest.ts'

/** Where something is wrong, in the order of a record's way. */
export const TROUBLE_PARTS = ['twitch', 'ingestor', 'log', 'job', 'store', 'gateway'] as const
export type TroublePart = (typeof TROUBLE_PARTS)[number]

/** Something that keeps figures from being right now, in words for the people who read them. */
export interface Trouble {
  part: TroublePart
  /** `bad`: counting or reading stands still for all. `warning`: the rest goes on. */
  severity: 'bad' | 'warning'
  since: string
  /** What is wrong: a clause without a full stop. */
  text: string
  /** What it means, what still holds and, where there is something to do, what: full sentences. */
  advice: string
}

/** A step on the way of a record over the last minute; over all processes that take it, if there are several. */
export interface PipelineHop {
  /**
   * `append`: heard to durable in the log. `fold`: appended to folded. `view`: appended to arrived in the gateway
   * that answers. `frame`: arrived there to sent to browsers. `store`: rows, from written to durable; beside the way
   * to a browser, which does not wait for it.
   */
  name: 'append' | 'fold' | 'view' | 'frame' | 'store'
  recordsPerSecond: number | null
  /** The highest of any process; null when nothing came by or nobody says. */
  p50Ms: number | null
  p99Ms: number | null
}

export interface PipelinePartition {
  partition: number
  channels: ChannelRef[]
  /** First offset that is kept, and the offset the next record gets; null while the log does not answer. */
  logStart: number | null
  logEnd: number | null
  /** Last folded record as its owner says, and as committed; null when nobody says, -1 before the first. */
  position: number | null
  committed: number | null
  /** Records that wait, and how old the last folded one was when it was folded. */
  lag: number | null
  lagMs: number | null
  /** Id of the stream job that works on it. */
  owner: string | null
}

export interface PipelineConnection {
  /** From 0; a successor keeps the number. */
  link: number
  /** `overlapping`: asked to move by the server, and a successor takes over without a gap. */
  state: 'waiting' | 'connecting' | 'open' | 'overlapping'
  since: string
  /** Connections that came after the first, since the start of the process. */
  restarts: number
  /** Why the one before ended. */
  reason: string | null
  /** Channels confirmed on it. */
  channels: number
}

export interface PipelineInstance {
  id: string
  role: Role
  host: string
  version: string
  started: string
  updated: string
  state: 'running' | 'silent' | 'stopping'
  /** Since its last sign of life. */
  silentMs: number
  troubles: string[]
  /** What this process measures of its own steps. */
  hops: PipelineHop[]
  /** Stream jobs: partitions worked on. */
  partitions: number[]
  lastTakeOver: { at: string; partitions: number; tookMs: number; readBack: number } | null
  /** Ingestors: those of one group share the channels; null when it has all of them for itself. */
  group: string | null
  /** Ingestors: channels asked for, heard, and confirmed by the server; equal at rest. */
  wanted: number | null
  joined: number | null
  confirmed: number | null
  /** Ingestors: their connections to chat. */
  connections: PipelineConnection[]
  /** Gateways: browsers connected. */
  clients: number | null
}

export interface PipelineAudit {
  at: string
  /** Extent of what was compared; null when no span lay wholly inside the log. */
  from: string | null
  to: string | null
  channels: number
  spans: number
  records: number
  differences: number
}

export interface PipelineAnswer {
  now: string
  troubles: Trouble[]
  /** Live figures are as of then; null: as of now. */
  asOf: string | null
  partitions: PipelinePartition[]
  hops: PipelineHop[]
  instances: PipelineInstance[]
  /** When the instances were read; null before the first time. */
  instancesAt: string | null
  /** Newest start of any process that is known, and the newest take-over of partitions. */
  lastRestart: { at: string; id: string; role: Role } | null
  lastTakeOver: { at: string; id: string; partitions: number; tookMs: number; readBack: number } | null
  audit: PipelineAudit | null
}
