import { execFileSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StatusAnswer } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { countedMinutes } from '../support/counted-minutes.ts'
import { eventually } from '../support/eventually.ts'
import { NumberedChat } from '../support/numbered-chat.ts'
import { Random } from '../support/random.ts'
import { type Product, sourceFolder, startProduct } from '../support/start-product.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** Changes the limits of a process that runs; part of every Linux. */
const PRLIMIT = '/usr/bin/prlimit'
const CHANNELS = ['full_den', 'roomy_den']

/** No file of the process may grow beyond it, as where a disk is full; null lifts that. */
function limitFiles(pid: number | undefined, bytes: number | null): void {
  execFileSync(PRLIMIT, [`--pid=${pid}`, `--fsize=${bytes ?? 'unlimited'}:unlimited`])
}

/** Rows of processes are forgotten after half a minute without a new one. */
const LONGER_THAN_ROWS_MS = 40_000
/** Processes tell of themselves every few seconds; twice that and they all have. */
const SIGN_MS = 5_000
/** Proofs of life of a silent connection come every ten seconds; two of them and more. */
const QUIET_MS = 25_000

function startChat(): Promise<NumberedChat> {
  return NumberedChat.start({
    channels: CHANNELS,
    random: new Random(1),
    messagesPerSecond: 300,
    againMs: 5_000,
  })
}

function startOn(chat: NumberedChat, dataDir: string): Product {
  return startProduct({
    dataDir,
    env: {
      SMACKTALK_SOURCE: 'twitch',
      SMACKTALK_TWITCH_URL: chat.url,
      SMACKTALK_CHANNELS: CHANNELS.join(','),
    },
  })
}

function sizeNow(dataDir: string): number {
  const path = join(sourceFolder(dataDir, 'twitch'), 'smacktalk.db')
  return Math.max(statSync(path).size, statSync(`${path}-wal`).size)
}

test.runIf(existsSync(PRLIMIT))(
  'a disk without room is told, nothing is lost, and counting goes on by itself when there is room again',
  async () => {
    using folder = temporaryFolder()
    await using chat = await startChat()
    await using product = startOn(chat, folder.path)
    const patience = { withinMs: 60_000, context: product.context }
    const status = () => product.ask<StatusAnswer>('/status')
    await product.ready()
    await eventually('it counts', async () => (await status()).account.messages > 300 || null, patience)

    limitFiles(product.process.pid, sizeNow(folder.path))
    const found = await eventually(
      'it says so',
      async () => (await status()).troubles.find(({ severity }) => severity === 'bad') ?? null,
      patience,
    )
    expect(found).toMatchObject({ part: 'store', text: 'Nothing can be written to the disk' })
    expect(found.advice).toContain('waits in memory')
    const before = chat.messages
    await eventually('more is said', () => chat.messages > before + 1_500 || null, patience)
    expect((await status()).account.messages).toBeLessThan(before)

    limitFiles(product.process.pid, null)
    await eventually('all is well', async () => (await status()).troubles.length === 0 || null, patience)
    await chat.fallSilent()
    for (const channel of CHANNELS) {
      const minutes = chat.minutesOf(channel)
      const counted = async () => {
        const found = await countedMinutes(product, channel, minutes)
        return [...minutes].every(([minute, messages]) => found.get(minute) === messages) || null
      }
      await eventually(`${channel} is counted`, counted, patience)
    }
    const { account } = await eventually(
      'the account is stored',
      async () => {
        const now = await status()
        return now.account.messages === chat.messages ? now : null
      },
      patience,
    )
    expect(account).toMatchObject({ duplicates: 0, late: 0, dropped: 0 })
    expect((await product.stop()).code).toBe(0)
  },
)

test.runIf(existsSync(PRLIMIT))(
  'a disk without room and a silent chat: the disk is blamed as long as it lasts, and nothing is after it',
  async () => {
    using folder = temporaryFolder()
    await using chat = await startChat()
    await using product = startOn(chat, folder.path)
    const patience = { withinMs: 60_000, context: product.context }
    const status = () => product.ask<StatusAnswer>('/status')
    await product.ready()
    await eventually('it counts', async () => (await status()).account.messages > 300 || null, patience)
    await chat.fallSilent()
    const said = async (forMs: number) => {
      const texts = new Set<string>()
      const until = Date.now() + forMs
      while (Date.now() < until) {
        for (const { text } of (await status()).troubles) texts.add(text)
        await sleep(200)
      }
      return [...texts]
    }
    limitFiles(product.process.pid, sizeNow(folder.path))
    const isBad = async () => (await status()).troubles.some(({ severity }) => severity === 'bad') || null
    await eventually('it says so', isBad, patience)
    expect(await said(LONGER_THAN_ROWS_MS)).toEqual(['Nothing can be written to the disk'])
    limitFiles(product.process.pid, null)
    // The first signs of life that find room tell of the time before it.
    await eventually('all is well', async () => (await said(SIGN_MS)).length === 0, patience)
    expect(await said(QUIET_MS)).toEqual([])
  },
)
