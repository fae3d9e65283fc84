import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { CHECKPOINTS_PARTITION, checkpointRow, clocksPartition } from '@smacktalk/contract'
import { type Embedded, openEmbedded } from '@smacktalk/embedded'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { KEYS, rowsOf, rowsPartition } from './kill-keys.ts'
import { ManualClock } from './manual-clock.ts'
import { allOf, offsetsOf, span, textOf } from './records.ts'

const SEED = Number(process.env['SMACKTALK_TEST_SEED'] ?? 20_260_115)
const KILLS = 10
const WRITER = fileURLToPath(new URL('./kill-writer.ts', import.meta.url))

/** What a writer said it has got acknowledged, over all its lives. */
interface Acknowledged {
  /** Texts per key, in order. */
  readonly texts: Map<string, string[]>
  /** Newest committed position per partition. */
  readonly positions: Map<number, number>
  commits: number
}

/** Runs a writer and kills it after so many lines: wherever it then is. */
async function runAndKill(
  folder: string,
  seed: number,
  lines: number,
  acknowledged: Acknowledged,
): Promise<void> {
  const child = spawn(process.execPath, [WRITER, folder, String(seed)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  let left = lines
  for await (const line of createInterface(child.stdout)) {
    const [what, subject, ...rest] = line.split(' ')
    if (what === 'appended') {
      const texts = acknowledged.texts.get(subject!)
      if (texts === undefined) acknowledged.texts.set(subject!, rest)
      else texts.push(...rest)
    }
    if (what === 'committed') {
      acknowledged.positions.set(Number(subject), Number(rest[0]))
      acknowledged.commits++
    }
    if (--left === 0) child.kill('SIGKILL')
  }
  expect(await exited, 'the writer was killed and did not fail before').toEqual([null, 'SIGKILL'])
}

/** Compares all that is stored with what was acknowledged; returns the number of records. */
async function check({ log, store }: Embedded, acknowledged: Acknowledged): Promise<number> {
  const checkpoints = await store.load('checkpoints', CHECKPOINTS_PARTITION)
  let count = 0
  for (const partition of new Set(KEYS.map((key) => log.partitionOf(key)))) {
    const records = await allOf(log, 'chat', partition)
    count += records.length
    expect(offsetsOf(records)).toEqual(span(0, records.length))

    for (const key of KEYS.filter((each) => log.partitionOf(each) === partition)) {
      const stored = records.filter((each) => each.key === key).map(({ value }) => textOf(value))
      const wanted = acknowledged.texts.get(key) ?? []
      // More may be there, written but not yet acknowledged when the writer died; in order and once each.
      const known = new Set(wanted)
      expect(stored.filter((text) => known.has(text))).toEqual(wanted)
      expect(new Set(stored).size).toBe(stored.length)
    }

    const position = checkpoints.find(({ row }) => row === checkpointRow(partition))?.position ?? -1
    expect(position).toBeGreaterThanOrEqual(acknowledged.positions.get(partition) ?? -1)
    expect(position).toBeLessThan(records.length)
    const folded = new Map<string, number>()
    for (const { key } of records.slice(0, position + 1)) {
      for (const row of rowsOf(key)) folded.set(row, (folded.get(row) ?? 0) + 1)
    }
    const rows = await store.load('minutes', rowsPartition(partition))
    expect(new Map(rows.map(({ row, value }) => [row, Number(textOf(value))]))).toEqual(folded)
    const clocks = await store.load('clocks', clocksPartition(partition))
    expect(clocks.map((clock) => clock.position)).toEqual(position < 0 ? [] : [position])
  }
  return count
}

test(`killed ${KILLS} times at random moments, it loses nothing acknowledged and tears nothing (seed ${SEED})`, async () => {
  using folder = temporaryFolder()
  const acknowledged: Acknowledged = { texts: new Map(), positions: new Map(), commits: 0 }
  let state = SEED
  let records = 0
  for (let kill = 0; kill < KILLS; kill++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    await runAndKill(folder.path, kill, 2 + ((state >>> 8) % 300), acknowledged)
    await using embedded = await openEmbedded({
      directory: folder.path,
      clock: new ManualClock(),
      logRetentionMs: 86_400_000,
      rowRetentionDays: 400,
    })
    const found = await check(embedded, acknowledged)
    expect(found).toBeGreaterThanOrEqual(records)
    records = found
  }
  expect(records).toBeGreaterThan(1_000)
  expect(acknowledged.commits).toBeGreaterThan(50)
})
