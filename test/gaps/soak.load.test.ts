/**
 * Two real minutes of chat through tmi.js and sockets, with a fault every few seconds: heard and marked as a gap is
 * what was sent, and memory stays where it was. The exact bounds are held by the simulated soak; here the machine
 * may take its time.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { DAY_MS, MINUTE_MS } from '@smacktalk/contract'
import { openEmbedded } from '@smacktalk/embedded'
import { startFakeTwitch } from '@smacktalk/fake-twitch'
import { startIngestor } from '@smacktalk/ingestor'
import { silentLogger, systemClock } from '@smacktalk/runtime'
import { openTmiSource } from '@smacktalk/twitch'
import { openWantedChannels } from '@smacktalk/wanted-channels'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { roomIdOf } from '../support/numbered-chat.ts'
import { Random } from '../support/random.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { privmsg } from '../support/twitch-lines.ts'
import { foldedLog } from './soak-fold.ts'
import { type Fault, miscounted, type SaidMessage, unaccounted, unexplained } from './soak-truth.ts'

const SOAK_MS = 2 * MINUTE_MS
const WATCHDOG_MS = 3_000
/** From a line's send time to its arrival, on a machine that has other things to do. */
const WAY_MS = 2_000
const ALLOWED = { silenceMs: 4_000, returnMs: WATCHDOG_MS + 30_000 }
const CHANNELS = ['busy_den', 'usual_den', 'quiet_den']
const RATES = [40, 5, 0.3]
/** What the test itself keeps of two minutes, and what a heap varies by. */
const GROWTH_BYTES_MAX = 12 * 1024 * 1024

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

test('two minutes of faults: heard + marked = sent, and memory is flat', async () => {
  const seed = 4_711
  const random = new Random(seed)
  const stack = new AsyncDisposableStack()
  onTestFinished(() => stack.disposeAsync())
  const folder = stack.use(temporaryFolder())
  const { log, store } = stack.use(
    await openEmbedded({
      ...{ directory: folder.path, clock: systemClock, logRetentionMs: DAY_MS, rowRetentionDays: 400 },
    }),
  )
  const twitch = stack.use(await startFakeTwitch({ idOf: roomIdOf, framing: { seed, fragment: true } }))
  const following = new AbortController()
  const wanted = await openWantedChannels({ log, clock: systemClock, signal: following.signal })
  stack.defer(async () => {
    following.abort()
    await wanted.finished
  })
  const from = Date.now()
  const ingestor = stack.use(
    await startIngestor({
      ...{ log, store, clock: systemClock, logger: silentLogger, wanted, ingestorId: 'one' },
      settings: { bots: [], optOut: [], channels: CHANNELS.map((name) => ({ name })) },
      openSource: (listener) =>
        openTmiSource({
          ...{ url: twitch.url, clock: systemClock, listener, log: silentLogger, watchdogMs: WATCHDOG_MS },
        }),
    }),
  )
  await eventually('all are joined', () => CHANNELS.every((login) => twitch.joined(login) > 0))

  const said: SaidMessage[] = []
  let saidAt = Date.now()
  const talking = setInterval(() => {
    const now = Date.now()
    const passedMs = now - saidAt
    saidAt = now
    for (const [index, login] of CHANNELS.entries()) {
      for (let owed = ((RATES[index] ?? 0) * passedMs) / 1_000; random.next() < owed; owed--) {
        const id = `m-${said.length}`
        const who = { userId: String(500 + random.between(1, 40)), login: 'somebody' }
        twitch.send(
          login,
          privmsg({ channel: login, roomId: roomIdOf(login), id, sentAt: now, text: id, ...who }),
        )
        said.push({ id, login, sentAt: now })
      }
    }
  }, 20)
  stack.defer(() => clearInterval(talking))

  twitch.deliverTwice(0.1)
  const wait = (ms: number) => systemClock.sleep(ms)
  const faults: Fault[] = []
  async function doFault(): Promise<void> {
    const kind = random.pick(['freeze', 'drop', 'restart', 'away', 'silent join'] as const)
    const began = Date.now()
    const login = kind === 'silent join' ? random.pick(CHANNELS) : null
    if (kind === 'freeze') {
      twitch.freeze()
      await wait(random.between(300, 6_000))
      twitch.thaw()
    } else if (kind === 'drop') twitch.dropAll()
    else if (kind === 'restart') {
      twitch.reconnectNotice()
      await wait(random.between(500, 5_000))
    } else if (kind === 'away') {
      // New clients wait, those of before are gone.
      twitch.dropAll()
      twitch.freeze()
      await wait(random.between(500, 4_000))
      twitch.thaw()
    } else {
      twitch.silentJoin(login ?? '')
      twitch.dropAll()
      await wait(1_500)
      twitch.allowJoin(login ?? '')
    }
    // All are cut off; a JOIN without an answer is given up after half a minute.
    faults.push({ kind, login: null, from: began, to: Date.now() })
    if (login !== null) faults.push({ kind, login, from: began, to: Date.now() + 30_000 })
  }

  const heaps: number[] = []
  const until = Date.now() + SOAK_MS
  while (Date.now() < until) {
    await doFault()
    await wait(random.between(500, 6_000))
    collectGarbage()
    heaps.push(process.memoryUsage().heapUsed)
  }
  await eventually('all are joined again', () => CHANNELS.every((login) => twitch.joined(login) > 0), {
    withinMs: 40_000,
  })
  await wait(WATCHDOG_MS)
  clearInterval(talking)
  const to = Date.now()
  // Quiet now: an answered PING proves that everything was heard to the end.
  await wait(WATCHDOG_MS)
  await ingestor[Symbol.asyncDispose]()

  const folded = await foldedLog(log, CHANNELS, { from, to })
  const soaked = { said, wayMs: WAY_MS, ...folded }
  expect(faults.length).toBeGreaterThan(10)
  expect(unaccounted(soaked), `seed ${seed}`).toEqual([])
  expect(miscounted(soaked), `seed ${seed}`).toEqual([])
  const gaps = new Map([...folded.gaps].map(([login, all]) => [login, all.filter((gap) => gap.from > from)]))
  expect(unexplained(gaps, faults, ALLOWED), `seed ${seed}`).toEqual([])
  expect(folded.logged.size / said.length).toBeGreaterThan(0.2)

  const third = Math.floor(heaps.length / 3)
  const mean = (part: readonly number[]) => part.reduce((a, b) => a + b, 0) / part.length
  const growth = mean(heaps.slice(-third)) - mean(heaps.slice(0, third))
  expect(growth, `heap of thirds: ${heaps.join(' ')}`).toBeLessThan(GROWTH_BYTES_MAX)
  console.log(
    `${said.length} sent, ${folded.logged.size} heard, ${faults.length} faults, heap grew by ${Math.round(growth / 1024)} KB`,
  )
})
