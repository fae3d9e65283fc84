/** A process that did not run for a while: what it reads first has been waiting and proves nothing of the time since. */
import { expect, it } from 'vitest'
import { StepClock } from './testing/step-clock.ts'
import type { ConnectionListener } from './tmi-connection.ts'
import { openTmiSource } from './tmi-source.ts'

const NICK = 'justinfan1'
const ASLEEP_MS = 600_000
const silent = { debug() {}, info() {}, warn() {} }

/** Hears one channel; `line` and `close` are the server's side. */
async function hearing() {
  const clock = new StepClock()
  const sent: string[] = []
  const lostAt: number[] = []
  const sides: ConnectionListener[] = []
  const source = openTmiSource({
    ...{ url: 'ws://nowhere.invalid', clock, log: silent, random: () => 0.5 },
    connect(listener) {
      sides.push(listener)
      return { send: (line) => sent.push(line), close() {} }
    },
    listener: { line() {}, joined() {}, lost: (_login, heardUntil) => lostAt.push(heardUntil) },
  })
  const side = (): ConnectionListener => {
    const last = sides.at(-1)
    if (last === undefined) throw new Error('nobody has connected')
    return last
  }
  source.want(['a'])
  await clock.advance(250)
  side().line(`:tmi.twitch.tv 001 ${NICK} :Welcome, GLHF!`)
  side().opened()
  side().line(`:${NICK}!${NICK}@x JOIN #a`)
  const heardUntil = () => source.channels()[0]?.heardUntil ?? null
  return { clock, source, sent, lostAt, heardUntil, line: (raw: string) => side().line(raw), side }
}

const CHAT = ':x!x@x PRIVMSG #a :said before'

it('is in doubt of its connections until they answer, and then heard all the time', async () => {
  const { clock, source, sent, line, heardUntil } = await hearing()
  const before = clock.now()
  // The line is read before anything else runs, as after a poll of sockets.
  const waking = clock.advance(ASLEEP_MS)
  line(CHAT)
  await waking
  expect(heardUntil()).toBe(before)
  const question = sent.find((each) => each.startsWith('PING'))
  expect(question).toBeDefined()
  // The answer to an earlier question may have been waiting, too.
  line(':tmi.twitch.tv PONG tmi.twitch.tv :alive')
  expect(heardUntil()).toBe(before)
  line(`:tmi.twitch.tv PONG tmi.twitch.tv ${question?.slice('PING '.length)}`)
  expect(heardUntil()).toBe(before + ASLEEP_MS)
  await source[Symbol.asyncDispose]()
})

it('is heard up to each question that is answered, should one pause follow another', async () => {
  const { clock, source, sent, line, heardUntil } = await hearing()
  const pause = async () => {
    await clock.advance(3_000)
    return { at: clock.now(), word: sent.at(-1)?.slice('PING '.length) }
  }
  let last = await pause()
  for (let round = 0; round < 10; round++) {
    const next = await pause()
    line(`:tmi.twitch.tv PONG tmi.twitch.tv ${last.word}`)
    expect(heardUntil()).toBe(last.at)
    last = next
  }
  await source[Symbol.asyncDispose]()
})

it('has heard nothing since when it turns out that a connection had ended', async () => {
  const { clock, source, line, lostAt, side } = await hearing()
  const before = clock.now()
  await clock.advance(ASLEEP_MS)
  line(CHAT)
  side().closed('closed by the server')
  expect(lostAt).toEqual([before])
  await source[Symbol.asyncDispose]()
})

it('takes lines for proof again after a while, when a server answers no PING', async () => {
  const { clock, source, line, heardUntil } = await hearing()
  await clock.advance(ASLEEP_MS)
  for (let step = 0; step < 60; step++) {
    await clock.advance(250)
    line(CHAT)
  }
  expect(heardUntil()).toBe(clock.now())
  await source[Symbol.asyncDispose]()
})
