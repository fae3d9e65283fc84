/**
 * Every fault that a cluster is there for, one after the other on one living system under load; after each the rows
 * are what one plain fold of the log gives. Prints the gap of each: from the fault to the next fresh frame on every page.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Role } from '@smacktalk/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FaultWorld, openFaultWorld } from './fault-world.ts'

const SEED = Number(process.env['SMACKTALK_TEST_SEED'] ?? 20_261_121)
const MESSAGES_PER_SECOND = 80
/** Longer than a consumer's session of 6 s: the others have taken its partitions when it wakes. */
const FROZEN_MS = 8_000
/** A server that is down, a network that is cut. */
const DOWN_MS = 3_000
/** Between two events that must not fall together. */
const BREATH_MS = 1_000

let world: FaultWorld
const gaps: [string, number][] = []

beforeAll(async () => {
  console.info(`fault matrix: seed ${SEED}, ${MESSAGES_PER_SECOND} messages/s in 8 channels`)
  world = await openFaultWorld({ seed: SEED, messagesPerSecond: MESSAGES_PER_SECOND })
  await world.untilFresh(() => undefined)
})

afterAll(async () => {
  await world?.[Symbol.asyncDispose]()
  const width = Math.max(...gaps.map(([fault]) => fault.length))
  const lines = gaps.map(
    ([fault, ms]) => `  ${fault.padEnd(width)}  ${(ms / 1_000).toFixed(1).padStart(5)} s`,
  )
  console.info(['from the fault to the next fresh frame on every page:', ...lines].join('\n'))
})

async function faulty(fault: string, act: () => Promise<void> | void): Promise<number> {
  const ms = await world.untilFresh(act)
  gaps.push([fault, ms])
  return ms
}

const ROLES: readonly { readonly role: Role; readonly name: string }[] = [
  { role: 'stream-job', name: 'job a' },
  { role: 'ingestor', name: 'ingestor' },
  { role: 'gateway', name: 'gateway a' },
]

for (const { role, name } of ROLES) {
  test(`a ${role} that is killed and started again changes no row`, async () => {
    let again: Promise<unknown> = Promise.resolve()
    await faulty(`SIGKILL of a ${role}`, async () => {
      const { process, ended } = world.role(name)
      process.kill('SIGKILL')
      await ended
      await world.remove(name)
      // A supervisor starts it again at once; where others do its work meanwhile, they are not waited for.
      again = world.start(name, role)
      if (world.names(role).length === 1) await again
    })
    await again
    await world.expectExactRows()
  })

  test(`a ${role} that is stopped for longer than its session and wakes up changes no row`, async () => {
    const { process } = world.role(name)
    await faulty(`SIGSTOP of a ${role} for ${FROZEN_MS / 1_000} s, then SIGCONT`, async () => {
      process.kill('SIGSTOP')
      await sleep(FROZEN_MS)
      process.kill('SIGCONT')
    })
    await world.expectExactRows()
  })

  test(`a ${role} that is asked to stop and started again changes no row`, async () => {
    await faulty(`SIGTERM of a ${role}`, async () => {
      await world.remove(name)
      if (world.names(role).length === 0) await world.start(name, role)
    })
    if (!world.names(role).includes(name)) await world.start(name, role)
    await world.expectExactRows()
  })
}

test('a broker that is killed and started again loses nothing that was acknowledged', async () => {
  await faulty('kill -9 of Kafka, started again', async () => {
    await world.kafka.kill()
    await sleep(DOWN_MS)
    await world.kafka.start()
  })
  await world.expectExactRows()
})

test('a Cassandra that is killed and started again: live views go on, then the rows are right', async () => {
  let downMs = 0
  await faulty('kill -9 of Cassandra, while it is down', async () => {
    await world.cassandra.kill()
    downMs = Date.now()
  })
  await sleep(DOWN_MS)
  expect(Date.now()).toBeGreaterThan(downMs)
  await faulty('Cassandra comes back', () => world.cassandra.start())
  await world.expectExactRows()
})

const CUTS = [
  { role: 'stream-job', to: 'Kafka', kind: 'freeze' },
  { role: 'stream-job', to: 'Cassandra', kind: 'drop' },
  { role: 'ingestor', to: 'Kafka', kind: 'drop' },
  { role: 'gateway', to: 'Kafka', kind: 'drop' },
  { role: 'gateway', to: 'Cassandra', kind: 'freeze' },
] as const

for (const { role, to, kind } of CUTS) {
  test(`a network cut between the ${role} and ${to} changes no row`, async () => {
    const proxy = (to === 'Kafka' ? world.toKafka : world.toCassandra)[role]
    expect(proxy.bytes).toBeGreaterThan(0)
    await faulty(`network cut (${kind}) between ${role} and ${to} for ${FROZEN_MS / 1_000} s`, async () => {
      proxy.cut(kind)
      await sleep(FROZEN_MS)
      proxy.heal()
    })
    await world.expectExactRows()
  })
}

test('stream jobs are scaled from one to four to two under load', async () => {
  await world.remove('job b')
  await faulty('one job becomes four', async () => {
    await Promise.all(['job b', 'job c', 'job d'].map((name) => world.start(name, 'stream-job')))
  })
  await sleep(BREATH_MS)
  await faulty('four jobs become two', async () => {
    await Promise.all([world.remove('job a'), world.remove('job c')])
  })
  await world.expectExactRows()
})

test('in the end every row is what is counted by hand', async () => {
  await world.expectOracle()
})
