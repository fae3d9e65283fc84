/** A cut that a history service fills: the totals are those of the uncut stream, and everybody is told. */
import type { SeriesAnswer } from '@smacktalk/contract'
import { MINUTE_MS, spanStart } from '@smacktalk/contract'
import { startFakeTwitch, startHistoryService } from '@smacktalk/fake-twitch'
import { DEFAULT_FOLD_SETTINGS } from '@smacktalk/stream'
import { createHistoryService } from '@smacktalk/twitch'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { KillableRoles } from '../support/killable-roles.ts'
import { roomIdOf } from '../support/numbered-chat.ts'
import { askApi } from '../support/start-program.ts'
import { privmsg } from '../support/twitch-lines.ts'

const CHANNEL = 'first_den'
const WATCHDOG_MS = 900
const CUT_MS = 4_000

interface Said {
  readonly sentAt: number
  readonly text: string
  readonly userId: string
}

/** Roles that hear one channel, in which somebody talks all the time, whether heard or not. */
async function talk() {
  const stack = new AsyncDisposableStack()
  onTestFinished(() => stack.disposeAsync())
  const history = stack.use(await startHistoryService(Date.now))
  const twitch = stack.use(await startFakeTwitch({ idOf: roomIdOf, onLine: history.heard }))
  const ask = createHistoryService(history.url)
  const roles = stack.use(
    await KillableRoles.open({
      chatUrl: twitch.url,
      channels: [CHANNEL],
      watchdogMs: WATCHDOG_MS,
      backfillFrom: { ask, horizonMs: DEFAULT_FOLD_SETTINGS.horizonMs, settleMs: 1_500 },
    }),
  )
  await roles.startJob()
  const gateway = await roles.startGateway()
  const said: Said[] = []
  const roomId = roomIdOf(CHANNEL)
  const talking = setInterval(() => {
    // Nobody can know what was said before it was ever joined.
    if (said.length === 0 && twitch.joined(CHANNEL) === 0) return
    const number = said.length
    const userId = String(500 + (number % 7))
    const text = number % 3 === 0 ? `one${number}` : `number ${number} 🎈`
    const sentAt = Date.now()
    said.push({ sentAt, text, userId })
    const ids = { roomId, id: `m-${number}`, userId, login: `chatter_${userId}` }
    twitch.send(CHANNEL, privmsg({ channel: CHANNEL, ...ids, sentAt, text }))
    if (number % 20 === 0) twitch.send(CHANNEL, timeout(roomId, userId, sentAt))
  }, 20)
  stack.defer(() => clearInterval(talking))
  await roles.startIngestor()
  await eventually('somebody talks', () => said.length > 50)

  async function series(): Promise<SeriesAnswer> {
    const from = spanStart(said[0]?.sentAt ?? 0, MINUTE_MS)
    const to = spanStart(Date.now(), MINUTE_MS) + MINUTE_MS
    const range = `from=${from}&to=${to}&step=minute`
    return askApi<SeriesAnswer>(gateway.url, `/channels/${CHANNEL}/series?${range}`)
  }

  /** The server stops for a while without a word, and comes back. */
  async function cut(): Promise<void> {
    const joins = twitch.joins.length
    twitch.freeze()
    const frozenAt = Date.now()
    await eventually('the time is over', () => Date.now() >= frozenAt + CUT_MS)
    twitch.thaw()
    await eventually('the channel is joined again', () => twitch.joins.length > joins)
  }
  return { roles, history, twitch, said, series, cut, hush: () => clearInterval(talking) }
}

const timeout = (roomId: string, userId: string, sentAt: number) =>
  `@ban-duration=5;room-id=${roomId};target-user-id=${userId};tmi-sent-ts=${sentAt} ` +
  `:tmi.twitch.tv CLEARCHAT #${CHANNEL} :chatter_${userId}`

const gapsOf = ({ gaps }: SeriesAnswer) => gaps.filter(({ cause }) => cause !== 'not joined yet')

test('after a cut the totals are those of the uncut stream, and the span is told as backfilled', async () => {
  const { history, said, series, cut, hush } = await talk()
  const cutAt = Date.now()
  await cut()
  await eventually('the gap is filled', async () => (await series()).backfilled.length > 0)
  hush()
  const answer = await eventually('everything is counted', async () => {
    const now = await series()
    return now.totals['messages'] === said.length && now
  })
  expect(history.requests).toHaveLength(1)
  const minutes = new Map<number, Said[]>()
  for (const message of said) {
    const minute = spanStart(message.sentAt, MINUTE_MS)
    minutes.set(minute, [...(minutes.get(minute) ?? []), message])
  }
  for (const point of answer.points) {
    if (!('chatters' in point)) throw new Error('minutes were asked for')
    const messages = minutes.get(Date.parse(point.t)) ?? []
    expect({
      t: point.t,
      messages: point.messages,
      chatters: point.chatters,
      characters: point.characters,
    }).toEqual({
      t: point.t,
      messages: messages.length,
      chatters: new Set(messages.map(({ userId }) => userId)).size,
      characters: messages.reduce((sum, { text }) => sum + [...text].length, 0),
    })
  }
  expect(answer.totals['timeouts']).toBe(Math.ceil(said.length / 20))
  expect(answer.totals['late']).toBe(0)
  expect(gapsOf(answer)).toEqual([])
  const [filled, ...more] = answer.backfilled
  expect(more).toEqual([])
  const filledMs = Date.parse(filled?.to ?? '') - Date.parse(filled?.from ?? '')
  expect(filledMs).toBeGreaterThan(CUT_MS / 2)
  // From the last proof of life on, which came at most a watchdog's time before the cut.
  expect(Date.parse(filled?.from ?? '')).toBeGreaterThan(cutAt - WATCHDOG_MS)
})

test('a service that has nothing to tell leaves the gap as it is', async () => {
  const { history, series, cut, hush } = await talk()
  history.forbid(CHANNEL)
  await cut()
  await eventually('it was asked', () => history.requests.length > 0)
  hush()
  const answer = await series()
  expect(answer.backfilled).toEqual([])
  expect(gapsOf(answer)).toMatchObject([{ cause: 'connection lost' }])
  expect(answer.coverage).toBeLessThan(1)
})
