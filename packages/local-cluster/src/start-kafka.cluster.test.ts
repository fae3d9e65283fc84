import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test, vi } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { ServerEndedError } from './errors.ts'
import { ensureJars, KAFKA_JARS } from './jars.ts'
import { findJava } from './java.ts'
import { askKafka } from './kafka-probe.ts'
import type { LocalServer } from './local-server.ts'
import { type KafkaOptions, startKafka } from './start-kafka.ts'

const execute = promisify(execFile)
const HOST = '127.0.0.1'

async function kafkaOf(options: Omit<KafkaOptions, 'directory'> = {}) {
  const folder = temporaryFolder()
  onTestFinished(() => folder[Symbol.dispose]())
  const kafka = await startKafka({ directory: folder.path, ...options })
  onTestFinished(() => kafka[Symbol.asyncDispose]())
  return { kafka, directory: folder.path }
}

const portOf = ({ address }: LocalServer): number => Number(address.split(':')[1])

/** Kafka's own tool, so that what it finds does not depend on our probe. */
async function topics(address: string, ...words: string[]): Promise<string[]> {
  const jars = await ensureJars(KAFKA_JARS, { env: process.env, say: () => undefined })
  const { stdout } = await execute(await findJava(process.env), [
    '-XX:TieredStopAtLevel=1',
    '-cp',
    join(jars, '*'),
    'org.apache.kafka.tools.TopicCommand',
    '--bootstrap-server',
    address,
    ...words,
  ])
  return stdout.split('\n').filter((line) => /^[\w-]+$/.test(line))
}

test('a killed broker comes back on its port with its topics, and reports its death', async () => {
  const ends: ServerEndedError[] = []
  const { kafka } = await kafkaOf({ onUnexpectedEnd: (error) => ends.push(error) })
  const [broker] = kafka.brokers
  if (broker === undefined) throw new Error('there is no broker')
  await topics(kafka.address, '--create', '--topic', 'kept', '--partitions', '3')

  await broker.kill()
  expect(broker.state).toBe('stopped')
  await expect(askKafka(HOST, portOf(broker))).rejects.toThrow('ECONNREFUSED')
  expect(ends, 'a kill that was asked for is no surprise').toEqual([])

  await broker.start()
  expect(await topics(kafka.address, '--list')).toEqual(['kept'])

  process.kill(broker.pid ?? 0, 'SIGKILL')
  await vi.waitFor(() => expect(ends).toHaveLength(1))
  expect(ends[0]?.message).toMatch(/^Kafka ended with SIGKILL\. Its last lines:\n/)
})

test('a paused broker keeps its port and says nothing; resumed it answers', async () => {
  const { kafka } = await kafkaOf()
  const [broker] = kafka.brokers
  if (broker === undefined) throw new Error('there is no broker')
  broker.pause()
  await expect(askKafka(HOST, portOf(broker))).rejects.toThrow('no answer within')
  broker.resume()
  const brokers = await vi.waitFor(() => askKafka(HOST, portOf(broker)), { timeout: 30_000 })
  expect(brokers.brokers).toEqual([broker.address])
  broker.pause()
  await kafka.stop()
  expect(broker.state).toBe('stopped')
})

test('three brokers know of each other, miss one that is killed, and take it back', async () => {
  const { kafka } = await kafkaOf({ brokers: 3 })
  const [first, , third] = kafka.brokers
  if (first === undefined || third === undefined) throw new Error('there are no three brokers')
  expect(kafka.address.split(',')).toHaveLength(3)
  const known = async (): Promise<number> => (await askKafka(HOST, portOf(first))).brokers.length
  expect(await known()).toBe(3)
  await topics(kafka.address, '--create', '--topic', 'copied', '--partitions', '3')
  await third.kill()
  await vi.waitFor(async () => expect(await known()).toBe(2), { timeout: 30_000, interval: 100 })
  expect(await topics(first.address, '--list')).toEqual(['copied'])
  await kafka.start()
  expect(await known()).toBe(3)
})

test('a broker that cannot start says why, with its own last lines', async () => {
  const { kafka, directory } = await kafkaOf()
  await kafka.stop()
  const file = join(directory, 'kafka-1', 'data', 'meta.properties')
  writeFileSync(file, readFileSync(file, 'utf8').replace('node.id=1', 'node.id=7'))
  const failure = await kafka.start().catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(ServerEndedError)
  expect(String(failure)).toMatch(/Kafka ended with exit code 1\. Its last lines:[\s\S]*node id/i)
})
