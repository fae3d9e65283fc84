import { array, boolean, long, nullable, record, string, type TypeOf } from './avro-schema.ts'

/** What runs: one of each role in a process of its own, or all of them in one process, each with a row. */
export const ROLES = ['ingestor', 'stream-job', 'gateway'] as const
export type Role = (typeof ROLES)[number]

/** A sign of life goes out this often, ms (architecture.md, Store). */
export const INSTANCE_EVERY_MS = 1_000
/** Silent for so long means not answering, ms (architecture.md, Store). */
export const INSTANCE_SILENT_MS = 4_000
/** A row is kept for so long after its last writing, seconds. */
export const INSTANCE_KEPT_S = 30

/** Identity of everybody who reads without an account: Twitch does not say how it counts them, so as one. */
export const ANONYMOUS = 'anonymous'

/** A step on the way of a record, as one process measures it over its last minute. */
const hopSchema = record('Hop', {
  /**
   * `append`: heard to durable in the log. `fold`: appended to folded. `store`: rows, from written to durable.
   * `view`: appended to arrived in a gateway. `frame`: arrived there to sent.
   */
  name: string,
  /** Records, or rows, since the start of the process. */
  records: long,
  /** Records in the last full minute, or since the start when that is shorter. */
  perMinute: long,
  /** Latencies of the last minute, ms; null without any. */
  p50Ms: nullable(long),
  p99Ms: nullable(long),
})
export type Hop = TypeOf<typeof hopSchema>

const ownedPartitionSchema = record('OwnedPartition', {
  partition: long,
  /** Last folded position, -1 before the first. */
  position: long,
  /** Offset after the newest record, as of the last batch. */
  end: long,
  /** Age of the last folded record when it was folded, ms; 0 when nothing waits. */
  lagMs: long,
})
export type OwnedPartition = TypeOf<typeof ownedPartitionSchema>

const takeOverSchema = record('TakeOver', {
  /** When the last partitions were taken over. */
  at: long,
  partitions: long,
  /** From being given them to the first new record, ms. */
  tookMs: long,
  /** Records read back for their identities. */
  readBack: long,
})
export type TakeOver = TypeOf<typeof takeOverSchema>

/** Connections named in a sign of life: 90 channels each, so far more than CHANNELS_WANTED_MAX needs. */
export const CONNECTIONS_SHOWN_MAX = 24
/** Channels that a gateway says are looked at; beyond it those with the most watchers. */
export const WATCHED_SHOWN_MAX = 100

const chatConnectionSchema = record('ChatConnection', {
  /** From 0; a successor keeps the number. */
  link: long,
  /** `waiting`, `connecting`, `open` or `overlapping` (a successor takes over without a gap). */
  state: string,
  since: long,
  /** Connections that came after the first. */
  restarts: long,
  /** Why the one before ended; null when none has. */
  reason: nullable(string),
  /** Channels confirmed on it. */
  channels: long,
})
export type ChatConnection = TypeOf<typeof chatConnectionSchema>

const emoteSourceSchema = record('EmoteSource', {
  /** One of EMOTE_PROVIDERS. */
  provider: string,
  /** Sets in force, and the emotes in them. */
  sets: long,
  emotes: long,
  /** No set in force is older, epoch ms; null without any. */
  asOf: nullable(long),
  /** Why sets cannot be refreshed; null while they can. */
  problem: nullable(string),
})
export type EmoteSource = TypeOf<typeof emoteSourceSchema>

/** A role's sign of life, written every second by the process that plays it. */
export const instanceSchema = record('Instance', {
  /** Unique per process and role. */
  id: string,
  role: string,
  host: string,
  startedAt: long,
  updatedAt: long,
  version: string,
  /** What keeps it from its work, one sentence each; empty when all is well. */
  troubles: array(string),
  hops: array(hopSchema),
  /** Stream jobs: the partitions it works on. */
  partitions: array(ownedPartitionSchema),
  lastTakeOver: nullable(takeOverSchema),
  /** Ingestors: channels asked for, channels heard, and channels the server has confirmed and not taken back. */
  wanted: nullable(long),
  joined: nullable(long),
  confirmed: nullable(long),
  /** Ingestors: their connections to chat, at most CONNECTIONS_SHOWN_MAX. */
  connections: array(chatConnectionSchema),
  /** Ingestors: where emotes of other providers come from; one entry each. */
  emoteSources: array(emoteSourceSchema),
  /** Ingestors: the name in their records and channel states. */
  ingestor: nullable(string),
  /** Ingestors: those of one group share the channels; null when it has all of them for itself. */
  ingestGroup: nullable(string),
  /** Ingestors: whom Twitch counts its JOINs for; null when it shares no budget. */
  identity: nullable(string),
  /** Gateways: browsers connected. */
  clients: nullable(long),
  /** Gateways: logins of channels that somebody looks at, at most WATCHED_SHOWN_MAX. */
  watched: array(string),
  stopping: boolean,
})
export type Instance = TypeOf<typeof instanceSchema>
