import { type Alert, type AnyRecord, LIVE_RUN, type Message, type Notice } from '@smacktalk/contract'
import { silentLogger, systemClock } from '@smacktalk/runtime'
import { DEFAULT_FOLD_SETTINGS } from '@smacktalk/stream'
import { decodeFeed, encodeRecord } from '@smacktalk/wire'
import { expect, test } from 'vitest'
import { MemoryStore } from '../../../test/support/memory-store.ts'
import { openTemporaryLog } from '../../../test/support/temporary-log.ts'
import { PartitionWorker } from './partition-worker.ts'
import { startStreamJob } from './start-stream-job.ts'

const HEARD = {
  channelId: '7',
  channelLogin: 'seven',
  run: LIVE_RUN,
  line: 0,
  ingestor: 'one',
  receivedAt: 0,
}
const SOMEBODY = { badges: '', sourceRoomId: null }

/** A raid, and talk until it is over. */
function raided(nowMs: number): AnyRecord[] {
  const raid: Notice = {
    ...{ ...HEARD, ...SOMEBODY, sentAt: nowMs, id: 'r1', userId: '5', login: 'wren', displayName: 'Wren' },
    ...{
      msgId: 'raid',
      sourceMsgId: null,
      recipientId: null,
      recipientLogin: null,
      plan: null,
      months: null,
    },
    ...{ massGiftCount: null, viewerCount: 80, originId: null },
  }
  const talk = Array.from({ length: 30 }, (_, index): AnyRecord => {
    const value: Message = {
      ...{ ...HEARD, ...SOMEBODY, sentAt: nowMs + index * 2_000, id: `m${index}`, userId: '6', login: 'sol' },
      ...{ displayName: 'Sol', text: 'hello', emotes: '', thirdPartyEmotes: [], bits: null },
      ...{ firstMessage: false, returningChatter: false, replyParentId: null },
    }
    return { kind: 'message', value }
  })
  return [{ kind: 'notice', value: raid }, ...talk]
}

test('the beginning and the end of a moment are told in the log', async () => {
  const { log, store } = await openTemporaryLog()
  const records = raided(Date.now() - 120_000)
  await log.append(
    'chat',
    records.map((record) => ({ key: '7', value: encodeRecord(record) })),
  )
  const ends: number[] = []
  for (let partition = 0; partition < log.partitions; partition++) {
    ends.push((await log.extent('chat', partition)).end)
  }
  await using job = startStreamJob({
    ...{ log, store, clock: systemClock, logger: silentLogger, fold: DEFAULT_FOLD_SETTINGS },
  })
  await job.folded(ends)
  const { end } = await log.extent('alerts', 0)
  const alerts: Alert[] = []
  for await (const batch of log.read('alerts', 0, 0, end)) {
    for (const { value } of batch) alerts.push(decodeFeed('alert', value))
  }
  expect(alerts).toMatchObject([
    { what: 'started', channelId: '7', channelLogin: 'seven', moment: { cause: 'raid', to: null } },
    { what: 'ended', moment: { cause: 'raid', raidViewers: 80, raider: 'wren' } },
  ])
  expect(alerts[1]!.id).toBe(alerts[0]!.id)
})

test('what was told before a crash is told again with the same ids, and a commit waits until it is told', async () => {
  const store = new MemoryStore()
  const start = Date.UTC(2026, 0, 5, 12)
  const log = raided(start).map((record, offset) => {
    const value = encodeRecord(record)
    return { partition: 0, offset, appendMs: start + 1_000 + offset * 2_000, key: '7', value }
  })
  const told: string[][] = []
  const open = async (tell: (alerts: readonly Alert[]) => Promise<void>) =>
    PartitionWorker.open(
      0,
      store,
      { fold: DEFAULT_FOLD_SETTINGS, cacheWeightMax: 1_000, tell },
      async () => 0,
    )
  const ids = (alerts: readonly Alert[]) => alerts.map(({ id, what }) => `${id} ${what}`)

  const logIsBack = Promise.withResolvers<void>()
  const first = await open(async (alerts) => {
    told.push(ids(alerts))
    await logIsBack.promise
  })
  const batch = first.batch(log)
  await expect.poll(() => told.length).toBe(1)
  const committing = first.commit()
  expect(store.rows.size).toBe(0)
  // It dies here; the next one begins anew, because nothing was committed.
  const second = await open(async (alerts) => {
    told.push(ids(alerts))
  })
  await second.batch(log)
  expect(told[1]).toEqual(told[0])
  expect(told[0]).toHaveLength(2)
  logIsBack.resolve()
  await Promise.all([batch, committing])
  expect(store.rows.size).toBeGreaterThan(0)
})
