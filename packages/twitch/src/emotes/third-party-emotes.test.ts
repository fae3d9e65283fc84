/** The providers as they are in the worst of times: a server on a loopback port that does what it is told. */
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { EMOTE_PROVIDERS } from '@smacktalk/contract'
import { type EmoteFault, type FakeEmotesOptions, startFakeEmotes } from '@smacktalk/fake-twitch'
import { expect, onTestFinished, test } from 'vitest'
import { ManualClock } from '../../../../test/conformance/manual-clock.ts'
import { temporaryFolder } from '../../../../test/support/temporary-folder.ts'
import { until } from '../../../../test/support/temporary-log.ts'
import {
  openThirdPartyEmotes,
  type ThirdPartyEmotes,
  type ThirdPartyEmotesOptions,
} from './third-party-emotes.ts'

const HOUR_MS = 3_600_000
const nothing = () => undefined
const ALL_ROOMS = ['11', '22']

/** Each provider has one emote everywhere and one in room 11; room 22 has none. */
const usual: FakeEmotesOptions['emotesOf'] = (provider, place) => {
  if (place === '22') return null
  return [{ code: place === 'global' ? `${provider}All` : `${provider}Room`, id: `${place}x${provider}` }]
}

interface World {
  readonly clock: ManualClock
  readonly folder: string
  readonly server: Awaited<ReturnType<typeof startFakeEmotes>>
  open(options?: Partial<ThirdPartyEmotesOptions>): Promise<ThirdPartyEmotes>
}

async function setUp(options: Partial<FakeEmotesOptions> = {}): Promise<World> {
  const server = await startFakeEmotes({ emotesOf: usual, ...options })
  const { url } = server
  const clock = new ManualClock()
  const temporary = temporaryFolder()
  const folder = temporary.path
  const opened: ThirdPartyEmotes[] = []
  onTestFinished(async () => {
    for (const each of opened) await each[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
    temporary[Symbol.dispose]()
  })
  return {
    clock,
    folder,
    server,
    async open(own = {}) {
      const emotes = await openThirdPartyEmotes({
        providers: EMOTE_PROVIDERS.map((provider) => ({ provider, url })),
        folder,
        clock,
        refreshMs: HOUR_MS,
        log: { debug: nothing, info: nothing, warn: nothing },
        random: () => 0.5,
        gapMs: 0,
        ...own,
      })
      opened.push(emotes)
      return emotes
    },
  }
}

const codesIn = (emotes: ThirdPartyEmotes, room: string): string[] => {
  const codes = EMOTE_PROVIDERS.flatMap((provider) => [`${provider}All`, `${provider}Room`])
  const text = codes.join(' ')
  return emotes.recognise(room, text).map(({ start, end }) => text.slice(start, end + 1))
}
const knows = (emotes: ThirdPartyEmotes, sets: number): Promise<void> =>
  until(() => emotes.sources().every((source) => source.sets === sets))
const problems = (emotes: ThirdPartyEmotes) => emotes.sources().map(({ problem }) => problem)

/** Until it is so, with time passing as fast as the questions are answered. */
async function inTime(clock: ManualClock, isSo: () => boolean): Promise<void> {
  await until(() => {
    if (isSo()) return true
    clock.advance(1_000)
    return false
  })
}

test('everybody’s emotes and a room’s are recognised once they are known, and a 404 is a room without any', async () => {
  const { open, server } = await setUp()
  const emotes = await open()
  expect(codesIn(emotes, '11')).toEqual([])
  emotes.want('22')
  await knows(emotes, 3)
  expect(codesIn(emotes, '11')).toEqual(['bttvAll', 'bttvRoom', 'ffzAll', 'ffzRoom', '7tvAll', '7tvRoom'])
  expect(codesIn(emotes, '22')).toEqual(['bttvAll', 'ffzAll', '7tvAll'])
  expect(emotes.recognise('11', '7tvRoom')).toEqual([{ key: '7tv:11x7tv', start: 0, end: 6 }])
  expect(emotes.sources()).toMatchObject(
    EMOTE_PROVIDERS.map((provider) => ({ provider, emotes: 2, problem: null })),
  )
  expect(server.mostOpen).toBeLessThanOrEqual(EMOTE_PROVIDERS.length)
})

test('a room whose 7TV set is only named has it all the same', async () => {
  const { open } = await setUp({ namesSets: true })
  const emotes = await open()
  emotes.want('11')
  await knows(emotes, 2)
  expect(codesIn(emotes, '11')).toContain('7tvRoom')
})

test('without providers nothing is asked and nothing recognised', async () => {
  const { open, server, folder } = await setUp()
  const emotes = await open({ providers: [] })
  emotes.want('11')
  expect(codesIn(emotes, '11')).toEqual([])
  expect([emotes.sources(), server.requests, readdirSync(folder)]).toEqual([[], [], []])
})

test('a provider is asked again when its sets are old, not before, and says when nothing changed', async () => {
  const { open, server, clock } = await setUp()
  const emotes = await open()
  emotes.want('11')
  await knows(emotes, 2)
  expect(server.requests.length).toBe(6)
  clock.advance(HOUR_MS - 1)
  await delay(20)
  expect(server.requests.length).toBe(6)
  const before = emotes.sources().map(({ asOf }) => asOf)
  clock.advance(1)
  await until(() => emotes.sources().every(({ asOf }, index) => (asOf ?? 0) > (before[index] ?? 0)))
  expect(server.requests.length).toBe(12)
  expect(server.requests.slice(6).every(({ etag }) => etag !== null)).toBe(true)
  expect(codesIn(emotes, '11').length).toBe(6)
})

test('the last good sets hold after a restart, with their age, while no provider can be reached', async () => {
  const { open, server, clock } = await setUp()
  const first = await open()
  first.want('11')
  await knows(first, 2)
  await until(() => server.requests.length === 6)
  const asOf = clock.now()
  await first[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()

  clock.advance(2 * HOUR_MS)
  const second = await open()
  expect(codesIn(second, '22')).toEqual(['bttvAll', 'ffzAll', '7tvAll'])
  second.want('11')
  await until(() => codesIn(second, '11').length === 6)
  await until(() => problems(second).every((problem) => problem !== null))
  expect(second.sources().map((source) => source.asOf)).toEqual([asOf, asOf, asOf])
})

test('a broken or foreign file on disk is as if there were none', async () => {
  const { open, folder, server } = await setUp()
  const first = await open()
  await knows(first, 1)
  await until(() => EMOTE_PROVIDERS.every((provider) => readdirSync(folder).includes(provider)))
  await first[Symbol.asyncDispose]()
  writeFileSync(join(folder, 'bttv', 'global.json'), '{"fetchedAt":1,"emo')
  writeFileSync(join(folder, 'ffz', 'global.json'), '{"fetchedAt":"soon","emotes":[]}')
  writeFileSync(join(folder, '7tv', 'global.json'), 'null')
  const asked = server.requests.length
  const second = await open()
  expect(codesIn(second, '22')).toEqual([])
  await until(() => server.requests.length >= asked + 3)
})

const FAULTS: readonly EmoteFault[] = ['silent', 'slow', 'cut', 'huge', 'nonsense', 'strange', 500, 403, 429]

test.each(FAULTS)(
  'a provider that fails (%s) leaves its last good set in force, marked, and is well again after',
  async (fault) => {
    let fails = false
    const { open, clock, server } = await setUp({
      fault: (provider) => (fails && provider === '7tv' ? fault : null),
    })
    const emotes = await open({ timeoutMs: 300 })
    emotes.want('11')
    await knows(emotes, 2)
    const asOf = emotes.sources()[2]?.asOf
    fails = true
    clock.advance(HOUR_MS)
    await until(() => problems(emotes)[2] !== null)
    await until(() => problems(emotes)[0] === null && (emotes.sources()[0]?.asOf ?? 0) > (asOf ?? 0))
    expect(codesIn(emotes, '11').length).toBe(6)
    expect(emotes.sources()[2]).toMatchObject({ sets: 2, asOf })
    fails = false
    await inTime(clock, () => problems(emotes)[2] === null && (emotes.sources()[2]?.asOf ?? 0) > (asOf ?? 0))
    expect(server.mostOpen).toBeLessThanOrEqual(EMOTE_PROVIDERS.length)
  },
)

test('a provider that asks to be left alone is', async () => {
  const { open, clock, server } = await setUp({
    fault: (provider) => (provider === 'bttv' ? 429 : null),
    retryAfterS: 600,
  })
  const emotes = await open()
  for (const room of ALL_ROOMS) emotes.want(room)
  await until(() => problems(emotes)[0] === 'HTTP 429' && emotes.sources()[2]?.sets === 3)
  const asked = () => server.requests.filter(({ provider }) => provider === 'bttv').length
  expect(asked()).toBe(1)
  clock.advance(599_000)
  await delay(20)
  expect(asked()).toBe(1)
  clock.advance(1_000)
  await until(() => asked() === 2)
})

test('one room that always fails does not keep the others from being asked', async () => {
  const { open, clock } = await setUp({ fault: (_, path) => (path.endsWith('/22') ? 502 : null) })
  const emotes = await open()
  emotes.want('22')
  emotes.want('11')
  await inTime(clock, () => codesIn(emotes, '11').length === 6)
})

test('rooms nobody is in are forgotten, and names that are no ids are never asked for', async () => {
  const { open, server } = await setUp()
  const emotes = await open()
  for (const name of ['', '../users', '11/22', 'x', '1'.repeat(30)]) emotes.want(name)
  for (const room of ALL_ROOMS) emotes.want(room)
  await knows(emotes, 3)
  emotes.keep(new Set(['22']))
  expect(emotes.sources().map(({ sets }) => sets)).toEqual([2, 2, 2])
  expect(server.requests.every(({ path }) => /(global|\/11|\/22)$/.test(path))).toBe(true)
})

test('an end does not wait for an answer', async () => {
  const { open, server } = await setUp({ fault: () => 'silent' })
  const emotes = await open()
  await until(() => server.requests.length === 3)
  await emotes[Symbol.asyncDispose]()
  await emotes.finished
})
