/** Kills the program again and again while chat goes on, then compares what it counted with what was sent. */
import { setTimeout as sleep } from 'node:timers/promises'
import { CHECKPOINTS_PARTITION, type PipelineAnswer, type StatusAnswer } from '@smacktalk/contract'
import { expect } from 'vitest'
import { countedMinutes } from '../support/counted-minutes.ts'
import { eventually } from '../support/eventually.ts'
import { NumberedChat } from '../support/numbered-chat.ts'
import { Random } from '../support/random.ts'
import { type Product, startProduct } from '../support/start-product.ts'
import { openStoredData } from '../support/stored-data.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { recordsIn } from '../support/temporary-log.ts'

export interface KillRounds {
  readonly seed: number
  readonly kills: number
  readonly messagesPerSecond: number
  /** Life before the kill of this number, ms: from the start for one in four, which hits starting too, else from the last JOIN. */
  lifeMs(kill: number, random: Random): number
  /** Whether this life is to commit first: its `lifeMs` runs from the moment a restart would read a newer position. */
  commits(kill: number): boolean
  /**
   * How far back lines are sent again, ms. The way from socket to log takes 50 ms, on a busy machine perhaps a
   * second; in short lives lines are sent again and again, which grows with the square of their number.
   */
  readonly againMs: number
}

const CHANNELS = ['first_den', 'second_den', 'third_den'] as const

/** What the log says, told without the fold. */
interface Logged {
  /** Chat records of every kind. */
  records: number
  /** Lines of messages, first and repeated. */
  sendings: number
  /** Per channel: distinct message ids. */
  readonly ids: Map<string, Set<string>>
}

export async function playKillRounds({ seed, kills, lifeMs, commits, ...said }: KillRounds): Promise<void> {
  const random = new Random(seed)
  using folder = temporaryFolder()
  await using chat = await NumberedChat.start({ channels: CHANNELS, random, ...said })
  const start = (): Product =>
    startProduct({
      dataDir: folder.path,
      env: {
        SMACKTALK_SOURCE: 'twitch',
        SMACKTALK_TWITCH_URL: chat.url,
        SMACKTALK_CHANNELS: CHANNELS.join(','),
      },
    })
  const heardIn = (product: Product): Promise<boolean> =>
    eventually('chat is heard', () => chat.heard, { context: product.context })

  let lastCommitted = 0
  let killsAfterCommit = 0
  for (let kill = 0; kill < kills; kill++) {
    await using product = start()
    if (!random.chance(0.25) || commits(kill)) await heardIn(product)
    if (commits(kill)) await hasCommitted(product, lastCommitted)
    await sleep(lifeMs(kill, random))
    // It must have lived up to here: an end of its own would be a crash.
    expect(product.process.exitCode, product.printed()).toBeNull()
    product.process.kill('SIGKILL')
    expect((await product.ended).signal).toBe('SIGKILL')
    await eventually('the server has noticed', () => !chat.heard)
    const committed = await committedRecords(folder.path)
    if (committed > lastCommitted) killsAfterCommit++
    lastCommitted = committed
  }

  await using last = start()
  await heardIn(last)
  const before = chat.messages
  await eventually('chat goes on', () => chat.messages > before)
  await chat.fallSilent()
  const { account } = await eventually(
    `all of ${chat.messages} messages are counted`,
    async () => {
      const status = await last.ask<StatusAnswer>('/status')
      return status.account.messages >= chat.messages && status
    },
    { withinMs: 120_000, context: last.context },
  )
  expect(account.messages).toBe(chat.messages)
  expect(await last.stop()).toEqual({ code: 0, signal: null })

  await using after = start()
  await after.ready()
  for (const channel of CHANNELS)
    expect(await countedMinutes(after, channel, chat.minutesOf(channel))).toEqual(chat.minutesOf(channel))
  const { account: final } = await after.ask<StatusAnswer>('/status')
  expect(await after.stop()).toEqual({ code: 0, signal: null })

  const logged = await readLog(folder.path)
  const { messages, events, duplicates, late, dropped } = final
  const distinct = [...logged.ids.values()].reduce((sum, { size }) => sum + size, 0)
  const lost = chat.sendings - logged.sendings
  console.info(
    `seed ${seed}: ${kills} kills, ${killsAfterCommit} of them after a commit, ` +
      `${chat.messages} messages in ${chat.sendings} lines, ` +
      `${lost} of them lost on their way and sent again, ${duplicates} duplicates`,
  )
  expect(distinct).toBe(chat.messages)
  expect(final.records).toBe(messages + events + duplicates + late + dropped)
  // Stopping again may have added the ROOMSTATEs of its JOINs, never anything else.
  expect(logged.records - final.records).toBeGreaterThanOrEqual(0)
  expect(logged.records - final.records).toBeLessThanOrEqual(CHANNELS.length)
  expect(messages + duplicates).toBe(logged.sendings)
  expect({ messages, late, dropped }).toEqual({ messages: chat.messages, late: 0, dropped: 0 })
  // The kills did hit something on its way, and something was sent again that the log had.
  expect(lost).toBeGreaterThan(0)
  expect(duplicates).toBeGreaterThan(0)
  // And they hit lives that had committed: there a restart reads identities back instead of folding all again.
  expect(killsAfterCommit).toBeGreaterThan(0)
}

/** Once it has committed more than `before` records, which on a busy machine may be seconds after it was due. */
async function hasCommitted(product: Product, before: number): Promise<void> {
  await eventually(
    `more than ${before} records are committed`,
    async () => {
      const { partitions } = await product.ask<PipelineAnswer>('/pipeline')
      return partitions.reduce((sum, { committed }) => sum + (committed ?? -1) + 1, 0) > before
    },
    { withinMs: 60_000, context: product.context },
  )
}

/** Records up to the positions that a restart reads, over all partitions. */
async function committedRecords(dataDir: string): Promise<number> {
  await using data = await openStoredData(dataDir, 'twitch')
  const rows = await data.store.load('checkpoints', CHECKPOINTS_PARTITION)
  return rows.reduce((sum, { position }) => sum + position + 1, 0)
}

async function readLog(dataDir: string): Promise<Logged> {
  await using data = await openStoredData(dataDir, 'twitch')
  const logged: Logged = { records: 0, sendings: 0, ids: new Map() }
  for (const record of await recordsIn(data)) {
    const { kind } = record
    if (kind === 'coverage' || kind === 'channelSettings' || kind === 'importFinished') continue
    logged.records++
    if (kind !== 'message') continue
    logged.sendings++
    const ids = logged.ids.get(record.value.channelId) ?? new Set()
    logged.ids.set(record.value.channelId, ids.add(record.value.id))
  }
  return logged
}
