/** The Kafka that DC/OS last had, 2.4, and its ZooKeeper: for tests of the clients against servers that old. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePorts, LOOPBACK } from './free-ports.ts'
import { DCOS_KAFKA_JARS, ensureJars } from './jars.ts'
import { findJava } from './java.ts'
import { askKafka, isReady } from './kafka-probe.ts'
import { localServer } from './local-server.ts'
import type { StartOptions } from './start-kafka.ts'
import { openExchange } from './tcp-exchange.ts'

const ZOOKEEPER_HEAP_MEGABYTES = 128
const KAFKA_HEAP_MEGABYTES = 384
const STOP_MS = 7_000

/** Disposing kills both. */
export interface DcosKafka extends AsyncDisposable {
  /** `host:port` of its one broker. */
  readonly address: string
}

/**
 * Resolves when the broker answers.
 * @throws {LocalClusterError} of the kind that says what is missing.
 */
export async function startDcosKafka(options: StartOptions): Promise<DcosKafka> {
  const { signal, env = process.env, say = () => undefined } = options
  const java = await findJava(env)
  const jars = await ensureJars(DCOS_KAFKA_JARS, { env, say, signal })
  const [zookeeperPort = 0, port = 0] = await freePorts(2)
  const zookeeperFolder = join(options.directory, 'zookeeper')
  const folder = join(options.directory, 'kafka-2.4')
  const address = `${LOOPBACK}:${port}`
  const classes = (main: string, heap: number, file: string): string[] => [
    `-Xmx${heap}m`,
    '-XX:+UseSerialGC',
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    '-cp',
    join(jars, '*'),
    main,
    file,
  ]

  const zookeeperFile = join(zookeeperFolder, 'zookeeper.properties')
  const zookeeper = localServer({
    name: 'ZooKeeper',
    address: `${LOOPBACK}:${zookeeperPort}`,
    directory: zookeeperFolder,
    file: java,
    args: classes(
      'org.apache.zookeeper.server.quorum.QuorumPeerMain',
      ZOOKEEPER_HEAP_MEGABYTES,
      zookeeperFile,
    ),
    stopMs: STOP_MS,
    prepare: () =>
      writeFile(
        zookeeperFile,
        properties({
          dataDir: join(zookeeperFolder, 'data'),
          clientPortAddress: LOOPBACK,
          clientPort: zookeeperPort,
          'admin.enableServer': false,
        }),
      ),
    ask: () => isServing(zookeeperPort),
  })

  const kafkaFile = join(folder, 'server.properties')
  const kafka = localServer({
    name: 'Kafka 2.4',
    address,
    directory: folder,
    file: java,
    args: classes('kafka.Kafka', KAFKA_HEAP_MEGABYTES, kafkaFile),
    stopMs: STOP_MS,
    prepare: () =>
      writeFile(
        kafkaFile,
        properties({
          'broker.id': 1,
          listeners: `PLAINTEXT://${address}`,
          'zookeeper.connect': `${LOOPBACK}:${zookeeperPort}`,
          'log.dirs': join(folder, 'data'),
          'auto.create.topics.enable': false,
          'offsets.topic.num.partitions': 1,
          'offsets.topic.replication.factor': 1,
          'transaction.state.log.replication.factor': 1,
          'transaction.state.log.min.isr': 1,
          'group.initial.rebalance.delay.ms': 0,
          'group.min.session.timeout.ms': 1_000,
        }),
      ),
    ask: async () => isReady(await askKafka(LOOPBACK, port), address, 1),
  })

  await using running = new AsyncDisposableStack()
  running.use(zookeeper)
  await zookeeper.start(signal)
  running.use(kafka)
  await kafka.start(signal)
  const both = running.move()
  return { address, [Symbol.asyncDispose]: () => both.disposeAsync() }
}

/** ZooKeeper's `srvr` is answered with lines about the server, the first of which begins with its name. */
async function isServing(port: number): Promise<boolean> {
  const name = 'Zookeeper version'
  using exchange = await openExchange(LOOPBACK, port, () => name.length)
  return (await exchange.ask(Buffer.from('srvr'))).toString() === name
}

function properties(values: Readonly<Record<string, string | number | boolean>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}
