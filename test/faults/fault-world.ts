/**
 * A whole cluster to be broken: a Kafka and a Cassandra of its own, a proxy between each role and each server, two
 * stream jobs, an ingestor, two gateways behind a round-robin proxy, a chat whose every message is known, and one
 * page per channel that notes when its frames come.
 */

import { type Backend, openBackend } from '@smacktalk/backend'
import { CHECKPOINTS_PARTITION, checkpointRow, type Role, type StatusAnswer } from '@smacktalk/contract'
import {
  freePorts,
  type LocalKafka,
  type LocalServer,
  startCassandra,
  startKafka,
} from '@smacktalk/local-cluster'
import { loadSettings, silentLogger, systemClock } from '@smacktalk/runtime'
import { expect } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type LiveWatcher, watchLive } from '../support/live-watcher.ts'
import { NumberedChat } from '../support/numbered-chat.ts'
import { Random } from '../support/random.ts'
import { startRoundRobinProxy } from '../support/round-robin-proxy.ts'
import { type RoleCluster, type RoleProcess, roleCluster } from '../support/start-roles.ts'
import { openTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { differentRows, expectOracle, foldedOnce, wholeLog } from './expected-rows.ts'

const CHANNELS = [
  'ash_den',
  'bay_den',
  'cob_den',
  'dun_den',
  'elm_den',
  'fen_den',
  'gap_den',
  'hay_den',
] as const
const PARTITIONS = 8
/** What an ingestor that is killed may have on its socket and not in the log yet, ms. */
const AGAIN_MS = 4_000
/** After so long without a fresh frame something is broken, not slow, ms. */
const FRESH_WITHIN_MS = 60_000
/** A commit comes every five seconds; a store that was down for long is found again within a few more. */
const SETTLED_WITHIN_MS = 60_000

/** Every role has a way of its own to each server, so that each can be cut off alone. */
const WAYS = ['ingestor', 'stream-job', 'gateway'] as const satisfies readonly Role[]

export interface FaultWorld extends AsyncDisposable {
  readonly kafka: LocalKafka
  readonly cassandra: LocalServer
  readonly chat: NumberedChat
  /** Between a role and a server. */
  readonly toKafka: Readonly<Record<Role, TcpProxy>>
  readonly toCassandra: Readonly<Record<Role, TcpProxy>>
  /** The running one of this name. */
  role(name: string): RoleProcess
  /** Names of what runs, by role. */
  names(role: Role): readonly string[]
  /** Starts one under this name; resolves when it can serve. */
  start(name: string, role: Role): Promise<RoleProcess>
  /** SIGTERM, or what it takes when it is frozen or dead. */
  remove(name: string): Promise<void>
  /** Ms from the call until every page has had a frame with something that was said after it. */
  untilFresh(act: () => Promise<void> | void): Promise<number>
  /** Lets everything come to rest, then expects every row to be what one plain fold of the log gives. */
  expectExactRows(): Promise<void>
  /** The same, and that fold is what is counted by hand. Ends the ingestors. */
  expectOracle(): Promise<void>
}

export async function openFaultWorld(options: {
  seed: number
  messagesPerSecond: number
}): Promise<FaultWorld> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.adopt(temporaryFolder(), (used) => used[Symbol.dispose]())
  const random = new Random(options.seed)
  const { kafka, cassandra, toKafka, toCassandra } = await startServers(stack, folder.path)
  const chat = stack.use(
    await NumberedChat.start({
      channels: CHANNELS,
      random,
      messagesPerSecond: options.messagesPerSecond,
      againMs: AGAIN_MS,
    }),
  )
  const cluster: RoleCluster = stack.use(
    roleCluster({
      name: 'faults',
      partitions: PARTITIONS,
      direct: { kafka: kafka.address, cassandra: cassandra.address },
      env: { SMACKTALK_TWITCH_URL: chat.url, SMACKTALK_CHANNELS: CHANNELS.join(',') },
    }),
  )
  await cluster.migrate()
  const running = new Map<string, RoleProcess>()
  const pages = new Map<string, FreshPage>()
  const gatewayPorts = new Map<string, number>()
  const proxy = stack.use(await startRoundRobinProxy(() => [...gatewayPorts.values()]))

  function role(name: string): RoleProcess {
    const found = running.get(name)
    if (found === undefined) throw new Error(`${name} does not run.`)
    return found
  }

  async function start(name: string, kind: Role): Promise<RoleProcess> {
    const started = cluster.start(kind, {
      SMACKTALK_KAFKA_BROKERS: toKafka[kind].address,
      SMACKTALK_CASSANDRA_CONTACT_POINTS: toCassandra[kind].address,
    })
    running.set(name, started)
    await started.ready()
    if (kind === 'gateway') gatewayPorts.set(name, Number(new URL(await started.address()).port))
    return started
  }

  async function remove(name: string): Promise<void> {
    gatewayPorts.delete(name)
    const gone = role(name)
    running.delete(name)
    if (gone.process.exitCode === null && gone.process.signalCode === null) {
      expect(await gone.stop(), gone.context()).toEqual({ code: 0, signal: null })
    }
  }

  async function differences(backend: Backend, tables: 'all' | 'of chat'): Promise<string[]> {
    const log = await wholeLog(backend.log)
    await committed(backend, log)
    const expected = await foldedOnce(log)
    // Coverage is written all the time; while an ingestor runs it is ahead of what was read.
    if (tables === 'of chat') {
      for (const [key, { table }] of expected.rows) {
        if (table === 'coverage' || table === 'checkpoints') expected.rows.delete(key)
      }
    }
    const different = await differentRows(expected, backend.store)
    if (different.length === 0) await expectOracle(log)
    return different
  }

  /** What an ingestor that joins again appends may fall between the reading of log and store: a wrong row stays wrong. */
  async function compare(tables: 'all' | 'of chat'): Promise<void> {
    await using backend = await openStore(cluster, folder.path)
    let found: string[] = []
    await eventually(
      'every row is what one plain fold of the log gives',
      async () => {
        found = await differences(backend, tables)
        return found.length === 0
      },
      { withinMs: SETTLED_WITHIN_MS, everyMs: 500, context: () => found.join('\n') },
    )
  }

  /** A restart would read on behind all of this. */
  async function committed({ store }: Backend, log: readonly (readonly unknown[])[]): Promise<void> {
    await eventually(
      'what is in the log is committed',
      async () => {
        const rows = await store.load('checkpoints', CHECKPOINTS_PARTITION)
        const positions = new Map(rows.map(({ row, position }) => [row, position]))
        return log.every(
          ({ length }, partition) => (positions.get(checkpointRow(partition)) ?? -1) >= length - 1,
        )
      },
      { withinMs: SETTLED_WITHIN_MS, everyMs: 100, context: all },
    )
  }

  const all = (): string => [...running].map(([name, { context }]) => `${name}: ${context()}`).join('\n')

  /** Every message that went to a socket is counted, and committed. */
  async function settle(): Promise<void> {
    await eventually(
      `all of ${chat.messages} messages are counted`,
      async () => {
        const answer = await fetch(`${proxy.url}/api/v1/status`)
        const { account } = (await answer.json()) as StatusAnswer
        return account.messages >= chat.messages
      },
      { withinMs: SETTLED_WITHIN_MS, everyMs: 200, context: all },
    )
  }

  const world: Omit<FaultWorld, typeof Symbol.asyncDispose> = {
    kafka,
    cassandra,
    chat,
    toKafka,
    toCassandra,
    role,
    names: (kind) => [...running].flatMap(([name, { role: own }]) => (own === kind ? [name] : [])),
    start,
    remove,
    async untilFresh(act) {
      const from = Date.now()
      await act()
      await eventually(
        'every page has fresh frames',
        () => [...pages.values()].every((page) => page.freshAt(from) !== null),
        { withinMs: FRESH_WITHIN_MS, everyMs: 20, context: all },
      )
      return Math.max(...[...pages.values()].map((page) => page.freshAt(from) ?? from)) - from
    },
    async expectExactRows() {
      await chat.pause()
      try {
        await settle()
        await compare('of chat')
      } finally {
        chat.resume()
      }
    },
    async expectOracle() {
      await chat.fallSilent()
      await settle()
      for (const kind of ['ingestor', 'stream-job'] as const) {
        for (const name of world.names(kind)) await remove(name)
      }
      await compare('all')
      await using backend = await openStore(cluster, folder.path)
      await expectOracle(await wholeLog(backend.log))
    },
  }

  await Promise.all([
    start('job a', 'stream-job'),
    start('job b', 'stream-job'),
    start('gateway a', 'gateway'),
    start('gateway b', 'gateway'),
    start('ingestor', 'ingestor'),
  ])
  for (const channel of CHANNELS) pages.set(channel, stack.use(new FreshPage(proxy.url, channel)))
  const opened = stack.move()
  return { ...world, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

async function startServers(stack: AsyncDisposableStack, directory: string) {
  const toCassandra: Partial<Record<Role, TcpProxy>> = {}
  const toKafka: Partial<Record<Role, TcpProxy>> = {}
  const detours: { port: number; advertised: number }[] = []
  const ports = await freePorts(WAYS.length)
  for (const [index, way] of WAYS.entries()) {
    const port = ports[index]!
    const proxy = stack.use(await openTcpProxy(`127.0.0.1:${port}`))
    toKafka[way] = proxy
    detours.push({ port, advertised: proxy.port })
  }
  const [kafka, cassandra] = await Promise.all([
    startKafka({ directory, detours }),
    startCassandra({ directory }),
  ])
  stack.use(kafka)
  stack.use(cassandra)
  for (const way of WAYS) toCassandra[way] = stack.use(await openTcpProxy(cassandra.address))
  return {
    kafka,
    cassandra,
    toKafka: toKafka as Record<Role, TcpProxy>,
    toCassandra: toCassandra as Record<Role, TcpProxy>,
  }
}

function openStore(cluster: RoleCluster, directory: string): Promise<Backend> {
  const { settings } = loadSettings({ env: cluster.env, cwd: directory })
  return openBackend(settings, { clock: systemClock, logger: silentLogger, directory })
}

/** A channel's page: when it first showed something said after a moment. */
class FreshPage implements Disposable {
  readonly #watcher: LiveWatcher
  /** Newest send time shown, and when it came; ascending. */
  readonly #shown: { readonly asOf: number; readonly atMs: number }[] = []

  constructor(url: string, channel: string) {
    this.#watcher = watchLive(url, { channel }, ({ asOf }, atMs) => {
      if (asOf !== null) this.#shown.push({ asOf: Date.parse(asOf), atMs })
    })
  }

  freshAt(fromMs: number): number | null {
    return this.#shown.find(({ asOf }) => asOf >= fromMs)?.atMs ?? null
  }

  [Symbol.dispose](): void {
    this.#watcher[Symbol.dispose]()
  }
}
