/** Every role over one log and store in this process, as many gateways as wanted, each to be killed and started again. */
import { join } from 'node:path'
import type { Role } from '@smacktalk/contract'
import { openEmbedded } from '@smacktalk/embedded'
import { type Gateway, startGateway } from '@smacktalk/gateway'
import { type BackfillSource, type Ingestor, startIngestor } from '@smacktalk/ingestor'
import { announce, type InstanceFigures } from '@smacktalk/instances'
import { type EventLog, LogUnavailableError, type RowStore, StoreUnavailableError } from '@smacktalk/ports'
import { Health, silentLogger, systemClock } from '@smacktalk/runtime'
import { DEFAULT_FOLD_SETTINGS } from '@smacktalk/stream'
import { type StreamJob, startStreamJob } from '@smacktalk/stream-job'
import { openTmiSource } from '@smacktalk/twitch'
import { openWantedChannels, type WantedChannels } from '@smacktalk/wanted-channels'
import { temporaryFolder } from './temporary-folder.ts'

/** A role that runs. Disposing it is a graceful stop: it says goodbye. */
export interface RunningRole extends AsyncDisposable {
  /** As SIGKILL to those who look on: no goodbye, and its work ends. */
  kill(): Promise<void>
}

export interface RunningGateway extends RunningRole {
  readonly url: string
  readonly port: number
}

export interface KillableRolesOptions {
  /** A server that talks like Twitch. */
  readonly chatUrl: string
  readonly channels: readonly string[]
  /** Silence after which a connection is dead, ms. Default as the product has it. */
  readonly watchdogMs?: number
  /** Asked for what was not heard. */
  readonly backfillFrom?: BackfillSource
  /** The built page; null serves the API only. */
  readonly staticDirectory?: string | null
}

export class KillableRoles implements AsyncDisposable {
  readonly log: EventLog
  readonly store: RowStore
  /** While true, nobody reaches it: calls are refused. */
  readonly away = { log: false, store: false }
  readonly #options: KillableRolesOptions
  readonly #wanted: WantedChannels
  readonly #stack: AsyncDisposableStack
  #started = 0

  private constructor(
    options: KillableRolesOptions,
    log: EventLog,
    store: RowStore,
    wanted: WantedChannels,
    stack: AsyncDisposableStack,
  ) {
    this.#options = options
    this.#wanted = wanted
    this.#stack = stack
    this.store = this.#whileThere(store, 'store', () => {
      return new StoreUnavailableError('The store does not answer.', 'It is tried again.')
    })
    this.log = this.#whileThere(log, 'log', () => {
      return new LogUnavailableError('The log does not answer.', 'It is tried again.')
    })
  }

  static async open(options: KillableRolesOptions): Promise<KillableRoles> {
    await using stack = new AsyncDisposableStack()
    const folder = stack.use(temporaryFolder())
    const { log, store } = stack.use(
      await openEmbedded({
        directory: join(folder.path, 'data'),
        clock: systemClock,
        logRetentionMs: 86_400_000,
        rowRetentionDays: 400,
      }),
    )
    const following = new AbortController()
    const wanted = await openWantedChannels({ log, clock: systemClock, signal: following.signal })
    stack.defer(async () => {
      following.abort()
      await wanted.finished
    })
    return new KillableRoles(options, log, store, wanted, stack.move())
  }

  async startIngestor(): Promise<RunningRole> {
    const { chatUrl, channels, watchdogMs, backfillFrom = null } = this.#options
    const watchdog = watchdogMs === undefined ? {} : { watchdogMs }
    const id = this.#nextId('ingestor')
    const ingestor: Ingestor = await startIngestor({
      log: this.log,
      store: this.store,
      clock: systemClock,
      logger: silentLogger,
      settings: { bots: [], optOut: [], channels: channels.map((name) => ({ name })) },
      wanted: this.#wanted,
      openSource: (listener) =>
        openTmiSource({ url: chatUrl, clock: systemClock, listener, log: silentLogger, ...watchdog }),
      ingestorId: id,
      backfillFrom,
    })
    return this.#running('ingestor', id, ingestor, () => {
      const { wanted, joined, hops, troubles } = ingestor.figures()
      return { wanted, joined, hops: [...hops], troubles: [...troubles] }
    })
  }

  async startJob(): Promise<RunningRole> {
    const { log, store } = this
    const job: StreamJob = startStreamJob({
      log,
      store,
      clock: systemClock,
      logger: silentLogger,
      fold: DEFAULT_FOLD_SETTINGS,
    })
    return this.#running('stream-job', this.#nextId('stream-job'), job, () => {
      const { hops, owned, lastTakeOver } = job.figures()
      return { hops: [...hops], partitions: [...owned], lastTakeOver }
    })
  }

  async startGateway(port = 0): Promise<RunningGateway> {
    const gateway: Gateway = await startGateway({
      log: this.log,
      store: this.store,
      clock: systemClock,
      logger: silentLogger,
      settings: { host: '127.0.0.1', port, adminToken: null, bots: [], backend: 'cluster' },
      wanted: this.#wanted,
      sourceInfo: { kind: 'twitch', twitchReachable: () => true, switchTo: null },
      staticDirectory: this.#options.staticDirectory ?? null,
      version: '0.0.0-test',
      signal: new AbortController().signal,
      health: new Health(systemClock),
    })
    const role = this.#running('gateway', this.#nextId('gateway'), gateway, () => gateway.figures())
    return Object.assign(role, { url: gateway.url, port: gateway.port })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    Object.assign(this.away, { log: false, store: false })
    await this.#stack.disposeAsync()
  }

  #running(role: Role, id: string, work: AsyncDisposable, figures: () => InstanceFigures): RunningRole {
    let killed = false
    const { store } = this
    const announcement = announce({
      store: {
        write: async (rows) => {
          if (!killed) await store.write(rows)
        },
      },
      ...{ clock: systemClock, logger: silentLogger, id, role, version: '0.0.0-test', figures },
    })
    const stop = async (): Promise<void> => {
      await announcement[Symbol.asyncDispose]()
      await work[Symbol.asyncDispose]()
    }
    let stopped: Promise<void> | null = null
    const once = (): Promise<void> => {
      stopped ??= stop()
      return stopped
    }
    this.#stack.defer(once)
    return {
      async kill() {
        killed = true
        await once()
      },
      [Symbol.asyncDispose]: once,
    }
  }

  #nextId(role: Role): string {
    this.#started++
    return `${role}-${this.#started}`
  }

  /** The same, but refusing while it is away; what is being followed breaks off. */
  #whileThere<T extends EventLog | RowStore>(inner: T, what: 'log' | 'store', refusal: () => Error): T {
    const { away } = this
    return new Proxy(inner, {
      get(target, name) {
        const found: unknown = Reflect.get(target, name)
        if (typeof found !== 'function') return found
        const call = found.bind(target)
        if (!REMOTE.has(name)) return call
        return async (...args: unknown[]) => {
          if (away[what]) throw refusal()
          return call(...args)
        }
      },
    })
  }
}

/** Calls that go to a server where the log or the store is one. */
const REMOTE: ReadonlySet<string | symbol> = new Set([
  'append',
  'follow',
  'extent',
  'offsetAt',
  'load',
  'loadRange',
  'write',
  'commit',
])
