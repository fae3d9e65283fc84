/**
 * Ten simulated minutes of chat with a fault every few seconds. Everything is real but the sockets (and tmi.js on
 * them) and the clock: supervision of connections, joining, coverage, the queue with its spool, the log, the fold, and
 * what the API makes of it.
 */
import { DAY_MS, MINUTE_MS } from '@smacktalk/contract'
import { openEmbedded } from '@smacktalk/embedded'
import { startIngestor } from '@smacktalk/ingestor'
import { type EventLog, LogUnavailableError } from '@smacktalk/ports'
import { silentLogger } from '@smacktalk/runtime'
import { openTmiSource } from '@smacktalk/twitch'
import { openWantedChannels } from '@smacktalk/wanted-channels'
import { expect, onTestFinished, test } from 'vitest'
import { ManualClock } from '../conformance/manual-clock.ts'
import { Random } from '../support/random.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { SoakChat, USUAL_RATES } from './soak-chat.ts'
import { foldedLog } from './soak-fold.ts'
import {
  type Fault,
  inWords,
  type MarkedGap,
  merged,
  miscounted,
  outside,
  type Soaked,
  unaccounted,
  unexplained,
} from './soak-truth.ts'

const STEP_MS = 50
const SOAK_MS = 10 * MINUTE_MS
const WAY_MS = 200
/** A quiet connection is asked for a sign of life after 10 s; that takes a moment. */
const SILENCE_MS = 10_500
/** Noticed after 15 s, tried again after 30 s at most (long outages), logged in and joined; a JOIN may be retried. */
const RETURN_MS = 48_000
const CHANNELS = Array.from({ length: 8 }, (_, index) => `den_${index}`)
/** Midnight is in the middle: a gap over it is one. */
const START = Date.UTC(2026, 0, 15, 23, 55)

const KINDS = [
  ...['close', 'freeze', 'cut', 'away', 'restart', 'restart', 'dying restart', 'dying restart'],
  ...['silent join', 'take out', 'suspend', 'repeats', 'slow log', 'log away'],
] as const

/** A world with an ingestor in it, driven step by step. */
async function world(seed: number, rates = USUAL_RATES) {
  const random = new Random(seed)
  const clock = new ManualClock(START)
  const folder = temporaryFolder()
  const stack = new AsyncDisposableStack()
  onTestFinished(async () => {
    await stack.disposeAsync()
    folder[Symbol.dispose]()
  })
  const { log, store } = stack.use(
    await openEmbedded({ directory: folder.path, clock, logRetentionMs: DAY_MS, rowRetentionDays: 400 }),
  )
  const chat = new SoakChat(CHANNELS, () => clock.now(), random, rates)
  /** What is wrong with the way into the log. */
  const way = { slowMs: 0, isAway: false }
  const hinderedLog: EventLog = new Proxy(log, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name)
      if (typeof found !== 'function') return found
      if (name !== 'append') return found.bind(target)
      return async (...words: Parameters<EventLog['append']>) => {
        if (way.isAway) throw new LogUnavailableError('The log does not answer.', 'It is tried again.')
        if (way.slowMs > 0) await clock.sleep(way.slowMs)
        return target.append(...words)
      }
    },
  })
  const following = new AbortController()
  const wanted = await openWantedChannels({ log, clock, signal: following.signal })
  const ingestor = await startIngestor({
    ...{ log: hinderedLog, store, clock, logger: silentLogger, wanted, ingestorId: 'one' },
    settings: { bots: [], optOut: [], channels: CHANNELS.map((name) => ({ name })) },
    openSource: (listener) =>
      openTmiSource({
        ...{ url: 'ws://nowhere.invalid', clock, listener, log: silentLogger },
        ...{ connect: chat.connect, random: () => random.next() },
      }),
    spool: { directory: `${folder.path}/spool`, spoolMs: 6 * 60 * MINUTE_MS, logRetentionMs: DAY_MS },
  })
  let isOver = false

  async function pass(ms: number): Promise<void> {
    for (const until = clock.now() + ms; clock.now() < until; ) {
      clock.advance(STEP_MS)
      chat.step(STEP_MS)
      // Whatever waits for the clock goes on, and appends.
      for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate)
    }
  }

  /** Stops everything and counts. */
  async function end(): Promise<
    Soaked & { claimed: ReadonlyMap<string, readonly { from: number; to: number }[]> }
  > {
    const endedAt = clock.now()
    chat.hush()
    // A PING proves that the quiet connection was there to the end.
    await pass(2_000 + SILENCE_MS)
    const stopping = ingestor[Symbol.asyncDispose]()
    let isStopped = false
    void stopping.then(() => {
      isStopped = true
    })
    while (!isStopped) await pass(STEP_MS)
    await ingestor.finished
    following.abort()
    await wanted.finished
    isOver = true
    return {
      said: chat.said,
      wayMs: WAY_MS,
      ...(await foldedLog(log, CHANNELS, { from: START, to: endedAt })),
    }
  }
  stack.defer(async () => {
    if (isOver) return
    const stopping = ingestor[Symbol.asyncDispose]()
    await pass(20_000)
    await stopping
    following.abort()
  })
  return { random, clock, chat, way, pass, end }
}

type World = Awaited<ReturnType<typeof world>>

/** Does something bad for a while; gives back what, and from when to when. */
async function doFault({ random, clock, chat, way, pass }: World): Promise<Fault> {
  const kind = random.pick(KINDS)
  const from = clock.now()
  const login = ['take out', 'suspend', 'silent join'].includes(kind) ? random.pick(CHANNELS) : null
  const lasts = random.between(500, 9_000)
  switch (kind) {
    case 'close':
      chat.dropAll()
      break
    case 'freeze':
      chat.freeze()
      await pass(random.between(500, 25_000))
      chat.thaw()
      break
    case 'cut':
      chat.cut()
      break
    case 'away':
      chat.door = 'refused'
      chat.dropAll()
      await pass(lasts)
      chat.door = 'open'
      break
    case 'restart':
    case 'dying restart':
      chat.restart(lasts, kind === 'dying restart')
      await pass(lasts)
      break
    case 'silent join':
      chat.silentJoins.add(login ?? '')
      chat.takeOut(login ?? '')
      await pass(lasts)
      chat.silentJoins.clear()
      // The JOIN that got no answer is given up after half a minute.
      return { kind, login, from, to: clock.now() + 30_000 }
    case 'take out':
      chat.takeOut(login ?? '')
      break
    case 'suspend':
      chat.suspend(login ?? '')
      await pass(lasts)
      chat.suspended.clear()
      // Such a channel is tried again every 45 s.
      return { kind, login, from, to: clock.now() + 45_000 }
    case 'repeats':
      chat.repeats = true
      await pass(lasts)
      chat.repeats = false
      break
    case 'slow log':
      way.slowMs = random.between(500, 4_000)
      await pass(lasts)
      way.slowMs = 0
      break
    case 'log away':
      way.isAway = true
      await pass(lasts)
      way.isAway = false
  }
  return { kind, login, from, to: clock.now() }
}

async function allJoined({ chat, pass }: World): Promise<void> {
  while (!CHANNELS.every((login) => chat.isHeard(login))) await pass(STEP_MS)
}

/** Without the time before the first JOIN, which has no fault. */
function sinceJoined({ gaps }: Soaked): Map<string, MarkedGap[]> {
  return new Map([...gaps].map(([login, marked]) => [login, marked.filter(({ from }) => from > START)]))
}

test('without a fault everything is heard and there is no gap', async () => {
  const it = await world(1)
  await allJoined(it)
  await it.pass(MINUTE_MS)
  const soaked = await it.end()
  expect(soaked.logged.size).toBeGreaterThan(400)
  expect(unaccounted(soaked)).toEqual([])
  expect([...sinceJoined(soaked)].filter(([, marked]) => marked.length > 0)).toEqual([])
})

test('a restart that is announced in time leaves no gap, not even where hardly anybody talks', async () => {
  const it = await world(2, [0.02])
  await allJoined(it)
  for (let round = 0; round < 4; round++) {
    await it.pass(35_000)
    it.chat.restart(25_000, false)
  }
  await it.pass(35_000)
  const soaked = await it.end()
  expect(unaccounted(soaked)).toEqual([])
  expect([...sinceJoined(soaked)].filter(([, marked]) => marked.length > 0)).toEqual([])
})

test.for([11, 12, 13])('ten minutes of faults, seed %i: heard + marked = sent', async (seed) => {
  const it = await world(seed)
  await allJoined(it)
  const faults: Fault[] = []
  while (it.clock.now() < START + SOAK_MS) {
    faults.push(await doFault(it))
    await it.pass(it.random.between(1_000, 12_000))
  }
  await it.pass(60_000)
  const soaked = await it.end()

  const kinds = new Set(faults.map(({ kind }) => kind))
  expect(kinds.size, `kinds of faults, seed ${seed}`).toBeGreaterThan(8)
  expect(unaccounted(soaked), `seed ${seed}`).toEqual([])
  expect(miscounted(soaked), `seed ${seed}`).toEqual([])
  // The faults have cost something, and not everything.
  const share = soaked.logged.size / soaked.said.length
  expect(share).toBeGreaterThan(0.3)
  expect(share).toBeLessThan(0.98)
  const allowed = { silenceMs: SILENCE_MS, returnMs: RETURN_MS }
  expect(unexplained(sinceJoined(soaked), faults, allowed), `seed ${seed}`).toEqual([])
  for (const login of CHANNELS) {
    const heard = merged(it.chat.heard(login))
    const claimed = soaked.claimed.get(login) ?? []
    expect(outside(claimed, heard).map(inWords), `${login} claims what nobody heard, seed ${seed}`).toEqual(
      [],
    )
    const unclaimed = outside(heard, claimed).filter(({ from, to }) => to - from > 2_000)
    expect(unclaimed.map(inWords), `${login} was heard and does not say so, seed ${seed}`).toEqual([])
  }
})
