import { type Backend, migrateBackend, openBackend } from '@smacktalk/backend'
import type { OutgoingRecord } from '@smacktalk/ports'
import { loadSettings, silentLogger, systemClock } from '@smacktalk/runtime'
import { afterAll, describe, expect, test } from 'vitest'
import { sharedFile } from '../support/shared-data.ts'
import { roleCluster } from '../support/start-roles.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { openTemporaryLog } from '../support/temporary-log.ts'
import { foldOn } from './fold-on.ts'
import { adversarial, captured, nasty } from './recordings.ts'

const SEED = Number(process.env['SMACKTALK_TEST_SEED'] ?? 20_261_121)
console.info(`the same rows on both backings: seed ${SEED}`)

const capture = sharedFile('twitch-irc/captures/busy-channel-48min.irc')

/** As many as the product has: which record lies where is part of what is compared. */
const PARTITIONS = 64

const folder = temporaryFolder()
afterAll(() => folder[Symbol.dispose]())

/** Topics and a keyspace of its own, created as `migrate` does it. */
async function withCluster<T>(name: string, work: (backend: Backend) => Promise<T>): Promise<T> {
  await using cluster = roleCluster({ name, partitions: PARTITIONS })
  const { settings } = loadSettings({ env: cluster.env, cwd: folder.path })
  const options = { clock: systemClock, logger: silentLogger, directory: folder.path }
  await migrateBackend(settings, options)
  await using backend = await openBackend(settings, options)
  return await work(backend)
}

async function expectTheSame(name: string, recording: readonly OutgoingRecord[]): Promise<void> {
  const embedded = await foldOn(await openTemporaryLog(), recording)
  const cluster = await withCluster(name, (backend) => foldOn(backend, recording))
  const different = [...embedded].filter(([key, row]) => cluster.get(key) !== row)
  expect(different.slice(0, 5)).toEqual([])
  expect([...cluster.keys()]).toEqual([...embedded.keys()])
  console.info(`${name}: ${recording.length} records, ${embedded.size} rows, equal to the byte`)
}

describe('one recording, folded on SQLite and on Kafka and Cassandra, gives the same rows to the byte', () => {
  test.skipIf(capture === null)('a captured hour of a busy channel', async () => {
    await expectTheSame('captured', captured(capture ?? '', Date.now()))
  })

  test('a seeded world with faults, repeats, disorder, two ingestors and broken records', async () => {
    await expectTheSame('nasty', nasty(SEED, Date.now()))
  })

  test('adversarial logs with imports, renamed people, opt-outs and times around every limit', async () => {
    await expectTheSame('adversarial', adversarial(SEED, Date.now()))
  })
})
