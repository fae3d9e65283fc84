/**
 * A process to be killed: appends to the log and commits rows as fast as it can, and says so line by line once
 * each is acknowledged. Started as `node kill-writer.ts <folder> <seed>`; it never ends by itself.
 *
 * Every row counts the records of its key up to the position of its commit, so that a reader of log and store can
 * tell exactly what a commit should have left.
 */
import { writeSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { CHECKPOINTS_PARTITION, checkpointRow, clocksPartition } from '@smacktalk/contract'
import { openEmbedded } from '@smacktalk/embedded'
import type { StoredRow } from '@smacktalk/ports'
import { KEYS, rowsOf, rowsPartition } from './kill-keys.ts'
import { ManualClock } from './manual-clock.ts'
import { bytesOf, record, textOf } from './records.ts'

const [directory, seed] = process.argv.slice(2)
if (directory === undefined || seed === undefined) throw new Error('give a folder and a seed')

const { log, store } = await openEmbedded({
  directory,
  clock: new ManualClock(),
  logRetentionMs: 86_400_000,
  rowRetentionDays: 400,
})

/** Microseconds; young enough for the clock above not to have the rows expire. */
const FIRST_WRITTEN_AT = Date.UTC(2026, 0, 15) * 1_000

/** Straight to the pipe: what is said must be out before the next step, or a kill would swallow it. */
const say = (line: string): void => {
  writeSync(1, `${line}\n`)
}

let state = Number(seed)
const draw = (below: number): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return (state >>> 8) % below
}

async function appendOn(key: string): Promise<void> {
  for (let call = 0; ; call++) {
    const texts = Array.from({ length: 1 + draw(20) }, (_, index) => `${seed}/${key}/${call}/${index}`)
    await log.append(
      'chat',
      texts.map((text) => record(key, text)),
    )
    say(`appended ${key} ${texts.join(' ')}`)
  }
}

async function foldOn(partition: number): Promise<void> {
  const rows = new Map(
    (await store.load('minutes', rowsPartition(partition))).map(({ row, value }) => [
      row,
      Number(textOf(value)),
    ]),
  )
  const checkpoints = await store.load('checkpoints', CHECKPOINTS_PARTITION)
  const checkpoint = checkpoints.find(({ row }) => row === checkpointRow(partition))
  let position = checkpoint?.position ?? -1
  for (;;) {
    const { end } = await log.extent('chat', partition)
    for await (const batch of log.read('chat', partition, position + 1, end)) {
      for (const { key, offset } of batch) {
        for (const row of rowsOf(key)) rows.set(row, (rows.get(row) ?? 0) + 1)
        position = offset
      }
      const writtenAt = FIRST_WRITTEN_AT + position
      const at = { position, writtenAt }
      const stored = [...rows].map(
        ([row, count]): StoredRow => ({
          ...at,
          table: 'minutes',
          partition: rowsPartition(partition),
          row,
          value: bytesOf(String(count)),
        }),
      )
      const clock: StoredRow = {
        ...at,
        table: 'clocks',
        partition: clocksPartition(partition),
        row: 'channel',
        value: bytesOf(String(position)),
      }
      await store.commit({
        rows: stored,
        deletes: [
          { table: 'hours', partition: rowsPartition(partition), row: `before ${position}`, writtenAt },
        ],
        clocks: [clock],
        checkpoint: {
          ...at,
          table: 'checkpoints',
          partition: CHECKPOINTS_PARTITION,
          row: checkpointRow(partition),
          value: bytesOf(String(position)),
        },
      })
      say(`committed ${partition} ${position}`)
    }
    await delay(0)
  }
}

say('open')
await Promise.all([
  ...KEYS.map(appendOn),
  ...[...new Set(KEYS.map((key) => log.partitionOf(key)))].map(foldOn),
])
