/** A great many people: memory must follow the cache setting, not their number. */
import { userDaysPartition } from '@smacktalk/contract'
import { openEmbedded } from '@smacktalk/embedded'
import { systemClock } from '@smacktalk/runtime'
import { DEFAULT_FOLD_SETTINGS } from '@smacktalk/stream'
import { PartitionWorker } from '@smacktalk/stream-job'
import { encodeRecord } from '@smacktalk/wire'
import { temporaryFolder } from '../support/temporary-folder.ts'
import type { BenchResult } from './bench-result.ts'
import { PARTITION_CACHE_ROWS } from './job-rhythm.ts'
import { peakRssBytes, Stopwatch } from './stopwatch.ts'

/** People of one channel and day; the next ones are in the next channel. */
const USERS_PER_CHANNEL = 5_000
const BATCH = 1_000
const BATCHES_PER_COMMIT = 5
/** Between two messages: far enough apart that the memory of one horizon stays small beside the cache. */
const APART_MS = 20
const START_MS = Date.UTC(2026, 0, 5)

export async function benchUsers(users: number): Promise<BenchResult> {
  using folder = temporaryFolder()
  const days = 86_400_000
  await using embedded = await openEmbedded({
    directory: folder.path,
    clock: systemClock,
    logRetentionMs: days,
    rowRetentionDays: 4_000,
  })
  const settings = { fold: DEFAULT_FOLD_SETTINGS, cacheWeightMax: PARTITION_CACHE_ROWS }
  const worker = await PartitionWorker.open(0, embedded.store, settings, async () => 0)
  const watch = new Stopwatch()
  let weightMax = 0
  for (let first = 0; first < users; first += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, users - first) }, (_, index) =>
      messageOf(first + index),
    )
    await watch.time(async () => {
      await worker.batch(batch)
      worker.views()
      if ((first / BATCH) % BATCHES_PER_COMMIT === 0) await worker.commit()
    })
    weightMax = Math.max(weightMax, worker.cacheWeight)
  }
  await watch.time(() => worker.commit())
  const differences: string[] = []
  const { messages } = worker.account()
  if (messages !== users) differences.push(`${messages} messages were counted of ${users}.`)
  let stored = 0
  for (let channel = 0; channel * USERS_PER_CHANNEL < users; channel++) {
    const at = START_MS + channel * USERS_PER_CHANNEL * APART_MS
    for (const day of new Set(
      [at, at + USERS_PER_CHANNEL * APART_MS].map((ms) => userDaysPartition(String(channel + 1), ms)),
    )) {
      stored += (await embedded.store.load('user_days', day)).length
    }
  }
  if (stored < users) differences.push(`${stored} people are stored of ${users}.`)
  return {
    name: 'users',
    work:
      `${users} people with one message each, ${USERS_PER_CHANNEL} to a channel, into SQLite; the cache may hold ` +
      `${PARTITION_CACHE_ROWS} rows and held at most ${weightMax}.`,
    records: users,
    seconds: watch.seconds,
    cpuSeconds: watch.cpuSeconds,
    peakRssBytes: peakRssBytes(),
    times: { what: `batch of ${BATCH}`, ms: watch.pieceMs },
    differences,
  }
}

function messageOf(number: number) {
  const channelId = String(1 + Math.floor(number / USERS_PER_CHANNEL))
  const sentAt = START_MS + number * APART_MS
  const login = `person_${number}`
  const value = encodeRecord({
    kind: 'message',
    value: {
      channelId,
      channelLogin: `channel_${channelId}`,
      run: 'live',
      line: 0,
      ingestor: 'bench',
      receivedAt: sentAt,
      sentAt,
      id: `id-${number}`,
      userId: String(10_000_000 + number),
      login,
      displayName: login,
      text: `hello from number ${number}`,
      badges: '',
      emotes: '',
      thirdPartyEmotes: [],
      bits: null,
      firstMessage: false,
      returningChatter: false,
      replyParentId: null,
      sourceRoomId: null,
    },
  })
  return { partition: 0, offset: number, appendMs: sentAt, key: channelId, value }
}
