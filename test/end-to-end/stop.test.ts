import { setTimeout as sleep } from 'node:timers/promises'
import type { SeriesAnswer, StatusAnswer } from '@smacktalk/contract'
import { startFakeTwitch } from '@smacktalk/fake-twitch'
import { expect, test } from 'vitest'
import { countedMinutes } from '../support/counted-minutes.ts'
import { eventually } from '../support/eventually.ts'
import { NumberedChat, roomIdOf } from '../support/numbered-chat.ts'
import { Random } from '../support/random.ts'
import { type Product, startProduct } from '../support/start-product.ts'
import { openStoredData } from '../support/stored-data.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { recordsIn } from '../support/temporary-log.ts'
import { privmsg } from '../support/twitch-lines.ts'

const CHANNEL = 'only_den'

function chat(): Promise<NumberedChat> {
  const random = new Random(1)
  return NumberedChat.start({ channels: [CHANNEL], random, messagesPerSecond: 200, againMs: 5_000 })
}

function onTwitch(dataDir: string, url: string, port = 0): Product {
  const env = {
    SMACKTALK_SOURCE: 'twitch',
    SMACKTALK_TWITCH_URL: url,
    SMACKTALK_CHANNELS: CHANNEL,
  }
  return startProduct({ dataDir, port, env })
}

function line(number: number): string {
  const person = { userId: '5001', login: 'chatter' }
  const id = `line-${number}`
  return privmsg({
    channel: CHANNEL,
    roomId: roomIdOf(CHANNEL),
    id,
    sentAt: Date.now(),
    text: 'on',
    ...person,
  })
}

/** Of the last hour. */
async function totals(product: Product): Promise<SeriesAnswer['totals']> {
  return (await product.ask<SeriesAnswer>(`/channels/${CHANNEL}/series`)).totals
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s ends it with code 0; started again, history is there and nothing counts twice',
  async (signal) => {
    using folder = temporaryFolder()
    await using server = await chat()
    await using first = onTwitch(folder.path, server.url)
    await eventually('something is counted', async () => ((await totals(first))['messages'] ?? 0) > 50, {
      context: first.context,
    })
    first.process.kill(signal)
    expect(await first.ended).toEqual({ code: 0, signal: null })
    expect(first.printed()).toContain('Stopped.')
    await server.pause()

    await using second = onTwitch(folder.path, server.url)
    // Who joins hears the last lines again: those that were on their way at the end count now, the others never.
    const { messages, duplicates } = await eventually(
      'what is heard again is judged',
      async () => {
        const { messages, duplicates } = await totals(second)
        return messages! >= server.messages && duplicates! > 0 && { messages, duplicates }
      },
      { context: second.context },
    )
    expect(messages).toBe(server.messages)
    expect(duplicates).toBeLessThanOrEqual(server.messages)
    const minutes = server.minutesOf(CHANNEL)
    expect(await countedMinutes(second, CHANNEL, minutes)).toEqual(minutes)
    expect(await second.stop()).toEqual({ code: 0, signal: null })
  },
)

test('whatever it had heard before the signal is in the log and counted, though nobody sends it again', async () => {
  using folder = temporaryFolder()
  await using twitch = await startFakeTwitch({ idOf: roomIdOf })
  await using first = onTwitch(folder.path, twitch.url)
  const heard = (): Promise<number> => first.metric('smacktalk_ingestor_lines')
  await eventually('it has joined', () => twitch.joined(CHANNEL) > 0, { context: first.context })
  const greeting = await eventually('the lines of the JOIN are heard', async () => {
    const [before, after] = [await heard(), await sleep(200).then(heard)]
    return before > 0 && before === after && after
  })
  // So many that at every moment some are heard and not in the log.
  let number = 0
  const talking = setInterval(() => {
    for (let each = 0; each < 20; each++) twitch.send(CHANNEL, line(number++))
  }, 10)
  const atLeast = await eventually('much is heard', async () => {
    const lines = (await heard()) - greeting
    return lines > 100 && lines
  })
  expect((await first.stop()).code).toBe(0)
  clearInterval(talking)

  await using data = await openStoredData(folder.path, 'twitch')
  const logged = (await recordsIn(data)).filter(({ kind }) => kind === 'message').length
  await data[Symbol.asyncDispose]()
  expect(logged).toBeGreaterThanOrEqual(atLeast)
  await using second = onTwitch(folder.path, twitch.url)
  const { account } = await second.ask<StatusAnswer>('/status')
  expect(account.messages).toBe(logged)
})

test('a second instance on the same data is refused with exit code 2, and the first goes on', async () => {
  using folder = temporaryFolder()
  await using server = await chat()
  await using first = onTwitch(folder.path, server.url)
  await first.ready()
  await using second = onTwitch(folder.path, server.url)
  expect((await second.ended).code).toBe(2)
  expect(second.printed()).toContain(`in use by the process ${first.process.pid}`)
  expect(second.printed()).toContain(folder.path)
  expect(second.printed()).not.toMatch(/^ {4}at /m)
  const before = (await totals(first))['messages'] ?? 0
  await eventually('the first goes on', async () => ((await totals(first))['messages'] ?? 0) > before)
})

test('a port in use is an error that names the port and says what to do', async () => {
  using folder = temporaryFolder()
  using other = temporaryFolder()
  await using server = await chat()
  await using first = onTwitch(folder.path, server.url)
  const port = Number(new URL(await first.address()).port)
  await using second = onTwitch(other.path, server.url, port)
  expect((await second.ended).code).toBe(1)
  expect(second.printed()).toContain(String(port))
  expect(second.printed()).toMatch(/in use/)
  expect(second.printed()).toMatch(/PORT|http\.port/)
  expect(second.printed()).not.toMatch(/^ {4}at /m)
})
