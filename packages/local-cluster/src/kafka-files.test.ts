import { expect, test } from 'vitest'
import { formatArguments, kafkaArguments, kafkaProperties } from './kafka-files.ts'

const directory = 'data/kafka'

function propertiesOf(nodeId: number, brokers: number): Map<string, string> {
  const cluster = Array.from({ length: brokers }, (_, index) => ({
    client: 9092 + index,
    controller: 19_092 + index,
  }))
  const lines = kafkaProperties({ nodeId, cluster, directory }).trim().split('\n')
  return new Map(lines.map((line) => [line.split('=')[0] ?? '', line.slice(line.indexOf('=') + 1)]))
}

test('one broker is its own controller and keeps one copy of everything', () => {
  const properties = propertiesOf(1, 1)
  expect(properties.get('process.roles')).toBe('broker,controller')
  expect(properties.get('controller.quorum.voters')).toBe('1@127.0.0.1:19092')
  expect(properties.get('listeners')).toBe('PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:19092')
  expect(properties.get('offsets.topic.replication.factor')).toBe('1')
  expect(properties.get('min.insync.replicas')).toBe('1')
})

test('three brokers vote together and acknowledge a write when two have it', () => {
  const properties = propertiesOf(2, 3)
  expect(properties.get('node.id')).toBe('2')
  expect(properties.get('controller.quorum.voters')).toBe(
    '1@127.0.0.1:19092,2@127.0.0.1:19093,3@127.0.0.1:19094',
  )
  expect(properties.get('advertised.listeners')).toBe('PLAINTEXT://127.0.0.1:9093')
  expect(properties.get('default.replication.factor')).toBe('3')
  expect(properties.get('offsets.topic.replication.factor')).toBe('3')
  expect(properties.get('min.insync.replicas')).toBe('2')
})

test('everything listens on the loopback address, and no topic appears by itself', () => {
  const properties = propertiesOf(1, 3)
  for (const listener of properties.get('listeners')?.split(',') ?? []) {
    expect(listener).toMatch(/:\/\/127\.0\.0\.1:\d+$/)
  }
  expect(properties.get('auto.create.topics.enable')).toBe('false')
})

test('a broker that was killed is missed after 2 s, and sessions of a second may be asked for', () => {
  const properties = propertiesOf(1, 1)
  expect(properties.get('broker.session.timeout.ms')).toBe('2000')
  expect(properties.get('broker.heartbeat.interval.ms')).toBe('500')
  expect(properties.get('group.min.session.timeout.ms')).toBe('1000')
  expect(properties.get('group.initial.rebalance.delay.ms')).toBe('0')
})

test('a broker without ports is a mistake', () => {
  expect(() => propertiesOf(4, 3)).toThrow('broker 4')
})

test('the command lines name jars, heap and the file with the properties', () => {
  const broker = kafkaArguments({ jars: 'jars', directory, heapMegabytes: 320 })
  expect(broker).toEqual(expect.arrayContaining(['-Xmx320m', 'jars/*', 'kafka.Kafka']))
  expect(broker.at(-1)).toBe('data/kafka/server.properties')
  const format = formatArguments('jars', directory, 'some-id')
  expect(format.slice(format.indexOf('kafka.tools.StorageTool'))).toEqual([
    'kafka.tools.StorageTool',
    'format',
    '--ignore-formatted',
    '-t',
    'some-id',
    '-c',
    'data/kafka/server.properties',
  ])
})
