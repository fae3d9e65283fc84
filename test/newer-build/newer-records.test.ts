import { type AvroJson, chatSchemas, SCHEMAS_PARTITION } from '@smacktalk/contract'
import { DEFAULT_FOLD_SETTINGS } from '@smacktalk/stream'
import { PartitionWorker } from '@smacktalk/stream-job'
import { expect, test } from 'vitest'
import { Codec } from '../../packages/wire/src/codec.ts'
import { MemoryStore } from '../support/memory-store.ts'

const AT = Date.UTC(2026, 0, 5, 12)

/** A coverage record whose schema has a field that this build does not know. */
function ofNewerBuild(mood: string) {
  const { avro } = chatSchemas.coverage
  const { fields, ...rest } = avro as { fields: AvroJson[] }
  const newer = { avro: { ...rest, fields: [...fields, { name: mood, type: 'string' }] } }
  const codec = new Codec<Record<string, unknown>>(newer as never)
  const coverage = { channelId: '7', channelLogin: 'seven', ingestor: 'new', from: AT - 1_000, to: AT }
  const value = codec.encode({ ...coverage, ended: null, origin: 'heard', [mood]: 'fine' })
  return { value, fingerprint: codec.fingerprint, json: codec.json }
}

async function fold(store: MemoryStore, value: Uint8Array) {
  const settings = { fold: DEFAULT_FOLD_SETTINGS, cacheWeightMax: 1_000 }
  const worker = await PartitionWorker.open(0, store, settings, async () => 0)
  const dead = await worker.batch([{ partition: 0, offset: 0, appendMs: AT, key: '7', value }])
  await worker.commit()
  return dead
}

function register(store: MemoryStore, fingerprint: string, json: string): Promise<void> {
  const value = new TextEncoder().encode(json)
  return store.write([
    { table: 'schemas', partition: SCHEMAS_PARTITION, row: fingerprint, position: 0, writtenAt: 1, value },
  ])
}

test('a record of a newer build is counted once that build has registered its schema', async () => {
  const { value, fingerprint, json } = ofNewerBuild('mood')
  const store = new MemoryStore()
  await register(store, fingerprint, json)
  expect(await fold(store, value)).toEqual([])
  expect([...store.rows.values()].map(({ table }) => table)).toContain('coverage')
})

test('a record whose schema nobody has registered goes to the dead letters', async () => {
  const { value, fingerprint } = ofNewerBuild('weather')
  expect(await fold(new MemoryStore(), value)).toEqual([
    { partition: 0, offset: 0, reason: `Unknown schema ${fingerprint}.` },
  ])
})

test('a record that breaks off does so in a newer schema too', async () => {
  const { value, fingerprint, json } = ofNewerBuild('season')
  const store = new MemoryStore()
  await register(store, fingerprint, json)
  expect(await fold(store, value.subarray(0, value.length - 3))).toMatchObject([{ offset: 0 }])
})
