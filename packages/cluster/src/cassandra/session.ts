/**
 * A connection to Cassandra; the only file that knows the driver. What it guards against was found by reading and
 * running cassandra-driver 4.10.0:
 *
 * - A write without a timestamp in its statement gets the driver's wall clock; here the driver has no clock.
 * - `sslOptions` alone does not check certificates.
 * - Nodes learned from others are asked at the port of `protocolOptions`, whatever the contact points say.
 * - When every node was away, the driver starts over with new objects for the same nodes, routes on by the old ones
 *   and never closes them; their sockets and timers keep the process alive. A client that started over is replaced.
 */

import { type Clock, StoreUnavailableError } from '@smacktalk/ports'
import { Client, type ClientOptions, type Host, policies, type QueryOptions, types } from 'cassandra-driver'
import type { ClusterLogger } from '../cluster-logger.ts'
import { storeFailure } from './driver-failures.ts'
import { ServerWarnings } from './server-warnings.ts'
import { type CassandraSettings, type Consistency, checkedContactPoints } from './settings.ts'

/** The newest that the driver shares with 3.11, 4.x and 5.0; left to itself it tries two that no node takes. */
const PROTOCOL_VERSION = 4
/** A node that does not let us in by then is taken for dead. */
const CONNECT_TIMEOUT_MS = 5_000
/**
 * Nodes give up on a write after 2 s and on a read after 5 s by themselves, and say why. Longer silence means that
 * the node hangs; the driver's own 12 s would hide that from people for too long.
 */
const READ_TIMEOUT_MS = 5_000
/** Changing the schema takes seconds on a busy node. */
const DDL_TIMEOUT_MS = 60_000
/** Nodes tell each other of a changed schema within seconds; after this something is wrong. */
const SCHEMA_AGREEMENT_MS = 30_000
const AGREEMENT_LOOK_MS = 200
/** An idle connection is found dead after this and READ_TIMEOUT_MS; the driver's own 30 s is longer than people wait. */
const HEARTBEAT_MS = 10_000
/** So many unanswered requests, and the connection is given up: then calls fail at once instead of after a timeout. */
const UNANSWERED_MAX = 16
/** First and longest pause between two attempts to reach a lost node. */
const RECONNECT_MS = 500
const RECONNECT_MAX_MS = 2_000
/** Rows per page of a read: what a dashboard reads is one page. */
const PAGE_ROWS = 5_000

export type Parameter = string | number | Buffer

export interface Statement {
  readonly query: string
  readonly params: readonly Parameter[]
}

/** Values by column name, as the driver gives them. */
export type CqlRow = Readonly<Record<string, unknown>>

export interface Page {
  readonly rows: readonly CqlRow[]
  /** Where the next page begins; null when this was the last. */
  readonly next: string | null
}

export interface NodeState {
  readonly address: string
  readonly dataCenter: string
  readonly version: string
  readonly up: boolean
}

export interface SessionOptions {
  readonly settings: CassandraSettings
  readonly clock: Clock
  readonly logger: ClusterLogger
}

const CONSISTENCIES: Readonly<Record<Consistency, types.consistencies>> = {
  localQuorum: types.consistencies.localQuorum,
  localOne: types.consistencies.localOne,
  quorum: types.consistencies.quorum,
  one: types.consistencies.one,
}

/** Every write of ours may be sent again: same key, same timestamp, same bytes. */
const PREPARED: QueryOptions = { prepare: true, isIdempotent: true }
const BATCH: QueryOptions = { ...PREPARED, logged: false }
const UNPREPARED: QueryOptions = { prepare: false, isIdempotent: true }
/** Lightweight transactions are not: a second try may find its own first one. Linear over all data centers. */
const CONDITIONAL: QueryOptions = {
  prepare: false,
  isIdempotent: false,
  consistency: types.consistencies.quorum,
  serialConsistency: types.consistencies.serial,
}
const SERIAL_READ: QueryOptions = { ...UNPREPARED, consistency: types.consistencies.serial }

/** One more try, on another node if there is one; when to try after that is for the caller to say. */
class OnceMore extends policies.retry.RetryPolicy {
  override onRequestError(
    info: policies.retry.OperationInfo,
    consistency: types.consistencies,
  ): policies.retry.DecisionInfo {
    return info.nbRetry === 0 ? this.retryResult(consistency, false) : this.rethrowResult()
  }

  override onWriteTimeout(
    info: policies.retry.OperationInfo,
    consistency: types.consistencies,
  ): policies.retry.DecisionInfo {
    return info.nbRetry === 0 ? this.retryResult(consistency, true) : this.rethrowResult()
  }
}

/** A driver's client, and what it needs to be closed whole. */
interface Link {
  readonly client: Client
  /** Every node object the client ever had; it forgets some of them without closing them. */
  readonly hosts: Set<Host>
  requests: number
  retired: boolean
}

export class Session implements AsyncDisposable {
  readonly #options: SessionOptions
  readonly #warnings: ServerWarnings
  readonly #stopped = new AbortController()
  readonly #closing = new Set<Promise<void>>()
  #link: Link
  #replacing: Promise<void> | null = null

  private constructor(options: SessionOptions) {
    this.#options = options
    this.#warnings = new ServerWarnings(options.logger)
    this.#link = this.#newLink()
  }

  static async open(options: SessionOptions): Promise<Session> {
    const session = new Session(options)
    try {
      await session.#link.client.connect()
      return session
    } catch (error) {
      await session[Symbol.asyncDispose]()
      throw storeFailure(error, options.settings.contactPoints.join(', '))
    }
  }

  /** Writes statements of one partition: several are one mutation, whole or not at all. */
  async write(statements: readonly Statement[]): Promise<void> {
    const [first] = statements
    if (first === undefined) return
    await this.#ask((client) =>
      statements.length === 1
        ? client.execute(first.query, first.params as Parameter[], PREPARED)
        : client.batch(statements as { query: string; params: Parameter[] }[], BATCH),
    )
  }

  /** One page of a prepared read, from where `next` of the page before says. */
  async page(statement: Statement, next: string | null): Promise<Page> {
    const options = next === null ? PREPARED : { ...PREPARED, pageState: next }
    const result = await this.#ask((client) =>
      client.execute(statement.query, statement.params as Parameter[], options),
    )
    return { rows: result.rows, next: result.pageState ?? null }
  }

  /** A read that is made once in a while: of one page, not prepared. */
  async rows(query: string): Promise<readonly CqlRow[]> {
    return (await this.#ask((client) => client.execute(query, [], UNPREPARED))).rows
  }

  /** Reads what conditional writes keep, after those that are under way. */
  async serialRows(query: string): Promise<readonly CqlRow[]> {
    return (await this.#ask((client) => client.execute(query, [], SERIAL_READ))).rows
  }

  /** A lightweight transaction; true when it was applied. After a failure it may or may not have been. */
  async conditional(query: string): Promise<boolean> {
    return (await this.#ask((client) => client.execute(query, [], CONDITIONAL))).wasApplied()
  }

  /** Changes the schema and resolves when all nodes agree on it. */
  async changeSchema(query: string): Promise<void> {
    await this.#ask((client) =>
      client.execute(query, [], { ...UNPREPARED, readTimeout: DDL_TIMEOUT_MS, ...this.#schemaHost(client) }),
    )
    await this.agreeOnSchema()
  }

  /** Resolves when all nodes that are up agree on the schema: only then the next may ask any of them for a table. */
  async agreeOnSchema(): Promise<void> {
    const { clock } = this.#options
    const begun = clock.now()
    for (;;) {
      const versions = await this.#ask((client) => this.#schemaVersions(client))
      if (versions.size <= 1) return
      if (clock.now() - begun >= SCHEMA_AGREEMENT_MS) break
      await clock.sleep(AGREEMENT_LOOK_MS, this.#stopped.signal)
    }
    throw new StoreUnavailableError(
      `The nodes of Cassandra did not agree on the schema within ${SCHEMA_AGREEMENT_MS / 1_000} s`,
      'Check with `nodetool describecluster`, restart nodes that differ, and run `smacktalk migrate` again.',
    )
  }

  /** The nodes that the driver knows, in the order of their addresses. */
  nodes(): readonly NodeState[] {
    return byAddress(this.#link.client).map((host) => ({
      address: host.address,
      dataCenter: host.datacenter,
      version: host.cassandraVersion,
      up: host.isUp(),
    }))
  }

  /** Requests under way fail; who wants their answers waits for them first. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort()
    await this.#replacing
    this.#retire(this.#link, true)
    await Promise.all(this.#closing)
  }

  async #ask<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const link = this.#link
    link.requests += 1
    try {
      return await work(link.client)
    } catch (error) {
      throw storeFailure(error, this.#options.settings.contactPoints.join(', '))
    } finally {
      link.requests -= 1
      if (link.retired) this.#retire(link, link.requests === 0)
    }
  }

  /** Always the same node, whoever asks: two that change the schema at once may come to disagree. */
  #schemaHost(client: Client): { host: Host } | undefined {
    const { localDataCenter } = this.#options.settings
    const host = byAddress(client).find((node) => node.isUp() && node.datacenter === localDataCenter)
    return host === undefined ? undefined : { host }
  }

  /**
   * As the driver's own look, which waits only after a statement that changed something, and for nodes too that are
   * down: a table that another process has just made would not be there yet.
   */
  async #schemaVersions(client: Client): Promise<ReadonlySet<string>> {
    const options: QueryOptions = { ...UNPREPARED, ...this.#schemaHost(client) }
    const local = await client.execute('SELECT schema_version FROM system.local', [], options)
    const peers = await client.execute('SELECT rpc_address, schema_version FROM system.peers', [], options)
    const port = client.hosts.keys()[0]?.split(':').at(-1)
    const up = peers.rows.filter((row) => client.hosts.get(`${row['rpc_address']}:${port}`)?.isUp() === true)
    return new Set([...local.rows, ...up].map((row) => String(row['schema_version'])))
  }

  #newLink(): Link {
    const { settings, logger } = this.#options
    const client = new Client(clientOptions(settings))
    const link: Link = { client, hosts: new Set(), requests: 0, retired: false }
    client.on('log', (level: string, _source: string, message: string) =>
      this.#warnings.heard(level, message),
    )
    client.on('hostDown', (host: Host) => logger.warn({ node: host.address }, 'A Cassandra node is lost'))
    client.on('hostUp', (host: Host) => logger.info({ node: host.address }, 'A Cassandra node is back'))
    client.hosts.on('add', (host: Host) => link.hosts.add(host))
    client.hosts.on('remove', (host: Host) => {
      // A node that left is gone from the map; one that has another object there was begun anew.
      if (client.hosts.get(host.address) !== undefined && link === this.#link) this.#replace()
    })
    return link
  }

  /** The old client answers until the new one is there. */
  #replace(): void {
    if (this.#replacing !== null || this.#stopped.signal.aborted) return
    this.#replacing = this.#connectAnew().finally(() => {
      this.#replacing = null
    })
  }

  async #connectAnew(): Promise<void> {
    const { clock, logger } = this.#options
    while (!this.#stopped.signal.aborted) {
      const fresh = this.#newLink()
      try {
        await fresh.client.connect()
        const old = this.#link
        this.#link = fresh
        this.#retire(old, old.requests === 0)
        logger.info({}, 'Connected to Cassandra anew')
        return
      } catch (error) {
        logger.debug({ error }, 'No new connection to Cassandra yet')
        this.#retire(fresh, true)
        await clock.sleep(RECONNECT_MAX_MS, this.#stopped.signal)
      }
    }
  }

  #retire(link: Link, now: boolean): void {
    link.retired = true
    if (!now) return
    const closing = closeLink(link)
      .catch((error: unknown) =>
        this.#options.logger.debug({ error }, 'A connection to Cassandra did not close well'),
      )
      .finally(() => this.#closing.delete(closing))
    this.#closing.add(closing)
  }
}

function byAddress(client: Client): Host[] {
  return client.hosts.values().toSorted((a, b) => (a.address < b.address ? -1 : 1))
}

function clientOptions(settings: CassandraSettings): ClientOptions {
  const { hosts, port } = checkedContactPoints(settings)
  const { username, password, tls } = settings
  return {
    contactPoints: hosts.map((host) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`)),
    localDataCenter: settings.localDataCenter,
    protocolOptions: {
      port,
      maxVersion: PROTOCOL_VERSION,
      // Its own wait for agreement is replaced by `agreeOnSchema`.
      maxSchemaAgreementWaitSeconds: 0,
    },
    queryOptions: { consistency: CONSISTENCIES[settings.consistency], fetchSize: PAGE_ROWS },
    socketOptions: {
      connectTimeout: CONNECT_TIMEOUT_MS,
      readTimeout: READ_TIMEOUT_MS,
      defunctReadTimeoutThreshold: UNANSWERED_MAX,
    },
    pooling: { heartBeatInterval: HEARTBEAT_MS },
    policies: {
      reconnection: new policies.reconnection.ExponentialReconnectionPolicy(
        RECONNECT_MS,
        RECONNECT_MAX_MS,
        false,
      ),
      retry: new OnceMore(),
      // The driver takes null for "no timestamps of my own"; only its types do not say so.
      timestampGeneration: null as unknown as policies.timestampGeneration.TimestampGenerator,
    },
    ...(username === null || password === null ? {} : { credentials: { username, password } }),
    ...(tls === null
      ? {}
      : { sslOptions: { rejectUnauthorized: true, ...(tls.ca === null ? {} : { ca: tls.ca }) } }),
  }
}

/** Parts of the driver that its types leave out. */
interface Inside {
  readonly controlConnection: { readonly connection: { close(): void } | null }
}
interface InsideHost {
  shutdown(waitForPending: boolean): Promise<void>
}

/** Closes also what the client itself forgets: nodes it began anew, and the connection of a failed start. */
async function closeLink({ client, hosts }: Link): Promise<void> {
  await client.shutdown()
  ;(client as unknown as Inside).controlConnection.connection?.close()
  await Promise.all([...hosts].map((host) => (host as unknown as InsideHost).shutdown(false)))
}
