/** What a Kafka broker is started with: its properties, its logging, its words on the command line. */
import { join } from 'node:path'
import { LOOPBACK } from './free-ports.ts'

export interface BrokerPorts {
  /** Clients. */
  readonly client: number
  /** The controllers among themselves. */
  readonly controller: number
}

/** One more way to a broker: clients that come through it are told `advertised`, where a proxy may stand. */
export interface Detour {
  readonly port: number
  readonly advertised: number
}

export interface BrokerFiles {
  /** From 1. */
  readonly nodeId: number
  /** Ports of every broker of the cluster, in the order of their node ids. */
  readonly cluster: readonly BrokerPorts[]
  /** Where the broker keeps everything. */
  readonly directory: string
  /** Default none. */
  readonly detours?: readonly Detour[]
}

/** With three copies a write is acknowledged by two: one broker may be missing. */
const REPLICAS_OF_THREE = 3
const IN_SYNC_OF_THREE = 2

/**
 * Every broker is a controller too. Timings are those of a cluster on one machine: a session of 1 s may be asked
 * for, and a broker that was killed is taken back after 2 s instead of 9.
 */
export function kafkaProperties({ nodeId, cluster, directory, detours = [] }: BrokerFiles): string {
  const own = cluster[nodeId - 1]
  if (own === undefined) throw new RangeError(`there are no ports for broker ${nodeId}`)
  const replicas = Math.min(cluster.length, REPLICAS_OF_THREE)
  const inSync = replicas === REPLICAS_OF_THREE ? IN_SYNC_OF_THREE : 1
  return properties({
    'process.roles': 'broker,controller',
    'node.id': nodeId,
    'controller.quorum.voters': cluster
      .map(({ controller }, index) => `${index + 1}@${LOOPBACK}:${controller}`)
      .join(','),
    listeners: [
      `PLAINTEXT://${LOOPBACK}:${own.client}`,
      `CONTROLLER://${LOOPBACK}:${own.controller}`,
      ...detours.map(({ port }, index) => `DETOUR${index}://${LOOPBACK}:${port}`),
    ].join(','),
    'advertised.listeners': [
      `PLAINTEXT://${LOOPBACK}:${own.client}`,
      ...detours.map(({ advertised }, index) => `DETOUR${index}://${LOOPBACK}:${advertised}`),
    ].join(','),
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': [
      'CONTROLLER:PLAINTEXT',
      'PLAINTEXT:PLAINTEXT',
      ...detours.map((_, index) => `DETOUR${index}:PLAINTEXT`),
    ].join(','),
    'log.dirs': dataFolder(directory),
    // Topics are made by `migrate`; a typing error must not make one.
    'auto.create.topics.enable': false,
    'default.replication.factor': replicas,
    'min.insync.replicas': inSync,
    'offsets.topic.num.partitions': 1,
    'offsets.topic.replication.factor': replicas,
    'transaction.state.log.num.partitions': 1,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': inSync,
    'share.coordinator.state.topic.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': inSync,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1_000,
    'broker.session.timeout.ms': 2_000,
    'broker.heartbeat.interval.ms': 500,
  })
}

function properties(values: Readonly<Record<string, string | number | boolean>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}

export function dataFolder(directory: string): string {
  return join(directory, 'data')
}

/** Warnings and errors to the output, which is read and kept. */
export const KAFKA_LOGGING = `<?xml version="1.0" encoding="UTF-8"?>
<Configuration status="WARN">
  <Appenders>
    <Console name="out" target="SYSTEM_OUT">
      <PatternLayout pattern="%d %-5p %c{1}: %m%n"/>
    </Console>
  </Appenders>
  <Loggers>
    <Root level="WARN"><AppenderRef ref="out"/></Root>
  </Loggers>
</Configuration>
`

export interface KafkaCommand {
  /** Folder of the jars. */
  readonly jars: string
  readonly directory: string
  readonly heapMegabytes: number
}

/** Where the parts of a broker's folder are. */
export function kafkaPaths(directory: string): {
  readonly properties: string
  readonly logging: string
  readonly temporary: string
} {
  return {
    properties: join(directory, 'server.properties'),
    logging: join(directory, 'log4j2.xml'),
    temporary: join(directory, 'tmp'),
  }
}

export function kafkaArguments({ jars, directory, heapMegabytes }: KafkaCommand): string[] {
  const { properties: file, logging, temporary } = kafkaPaths(directory)
  return [
    `-Xmx${heapMegabytes}m`,
    `-Xms${Math.min(heapMegabytes, 128)}m`,
    // One thread collects: servers of a laptop's cluster share few cores with everything else.
    '-XX:+UseSerialGC',
    '-XX:+ExitOnOutOfMemoryError',
    `-Djava.io.tmpdir=${temporary}`,
    `-Dlog4j2.configurationFile=${logging}`,
    '-cp',
    join(jars, '*'),
    'kafka.Kafka',
    file,
  ]
}

/** Gives the data folder of a broker its cluster's id; a broker refuses to start without. */
export function formatArguments(jars: string, directory: string, clusterId: string): string[] {
  const { properties: file, logging } = kafkaPaths(directory)
  return [
    '-Xmx128m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    `-Dlog4j2.configurationFile=${logging}`,
    '-cp',
    join(jars, '*'),
    'kafka.tools.StorageTool',
    'format',
    // Left half done by an interrupted start.
    '--ignore-formatted',
    '-t',
    clusterId,
    '-c',
    file,
  ]
}
