/** What happens in a channel beside messages, and what servers do to messages, told by the running program. */
import {
  type EventsAnswer,
  NAMED_NOTICES,
  OTHER_NOTICES,
  type Point,
  type SeriesAnswer,
  type StatusAnswer,
} from '@smacktalk/contract'
import { type FakeTwitch, startFakeTwitch } from '@smacktalk/fake-twitch'
import { expect, it, onTestFinished } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Product, startProduct } from '../support/start-product.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { privmsg } from '../support/twitch-lines.ts'

const CHANNEL = 'den'
const ROOM = '4711'

async function listening(): Promise<{ twitch: FakeTwitch; product: Product }> {
  const folder = temporaryFolder()
  const twitch = await startFakeTwitch({ idOf: () => ROOM })
  const env = {
    SMACKTALK_SOURCE: 'twitch',
    SMACKTALK_TWITCH_URL: twitch.url,
    SMACKTALK_CHANNELS: CHANNEL,
  }
  const product = startProduct({ dataDir: folder.path, env })
  onTestFinished(async () => {
    await product[Symbol.asyncDispose]()
    await twitch[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
  })
  await product.ready()
  await eventually('it has joined', () => twitch.joined(CHANNEL) === 1, { context: product.context })
  return { twitch, product }
}

async function accountOf(
  product: Product,
  isThere: (account: StatusAnswer['account']) => boolean,
): Promise<StatusAnswer['account']> {
  return eventually(
    'all of it is counted',
    async () => {
      const { account } = await product.ask<StatusAnswer>('/status')
      return isThere(account) && account
    },
    { context: product.context },
  )
}

it('makes an event and a number of every kind of notice, removal and mode', async () => {
  const { twitch, product } = await listening()
  const at = Date.now()
  let number = 0
  const tags = () => `room-id=${ROOM};tmi-sent-ts=${at + number++}`
  const notice = (kind: string, more = '') =>
    `@id=notice-${number};login=kettle;user-id=5;display-name=Kettle;msg-id=${kind};${more}${tags()} ` +
    `:tmi.twitch.tv USERNOTICE #${CHANNEL}`
  const kinds = [...Object.keys(NAMED_NOTICES), ...OTHER_NOTICES, 'of-tomorrow', '']
  const lines = [
    ...kinds.map((kind) => notice(kind, kind === 'raid' ? 'msg-param-viewerCount=42;' : '')),
    `@ban-duration=600;target-user-id=6;${tags()} :tmi.twitch.tv CLEARCHAT #${CHANNEL} :rowdy`,
    `@target-user-id=7;${tags()} :tmi.twitch.tv CLEARCHAT #${CHANNEL} :rude`,
    `@${tags()} :tmi.twitch.tv CLEARCHAT #${CHANNEL}`,
    `@login=rowdy;target-msg-id=m-1;${tags()} :tmi.twitch.tv CLEARMSG #${CHANNEL} :gone`,
    ...['emote-only=1', 'followers-only=10', 'r9k=1', 'slow=30', 'subs-only=1', 'slow=0'].map(
      (mode) => `@${mode};room-id=${ROOM} :tmi.twitch.tv ROOMSTATE #${CHANNEL}`,
    ),
  ]
  for (const line of lines) twitch.send(CHANNEL, line)
  // The full state that follows a JOIN is an event record, too.
  const account = await accountOf(product, ({ events }) => events >= lines.length + 1)
  expect(account).toMatchObject({ events: lines.length + 1, duplicates: 0, late: 0, dropped: 0 })

  const range = `from=${at - 60_000}&to=${at + 120_000}`
  const { totals, points } = await product.ask<SeriesAnswer>(`/channels/${CHANNEL}/series?${range}`)
  expect(totals).toMatchObject({
    ...{ subs: 1, resubs: 1, gifts: 2, giftBombs: 2, raids: 1, raidViewers: 42, announcements: 1 },
    ...{ otherNotices: OTHER_NOTICES.size + 2, timeouts: 1, timeoutSeconds: 600, bans: 1, chatClears: 1 },
    ...{ deletions: 1, modeChanges: 6 },
  })
  const byKind: Record<string, number> = {}
  // Minutes have whole points.
  for (const { otherNoticesByKind } of points as Point[]) {
    for (const [kind, count] of Object.entries(otherNoticesByKind)) byKind[kind] = (byKind[kind] ?? 0) + count
  }
  expect(byKind).toEqual(Object.fromEntries([...OTHER_NOTICES, 'other', 'none'].map((kind) => [kind, 1])))

  const { events } = await eventually(
    'all events are listed',
    async () => {
      const answer = await product.ask<EventsAnswer>(`/channels/${CHANNEL}/events?${range}&limit=500`)
      return answer.events.length >= lines.length && answer
    },
    { context: product.context },
  )
  const counts: Record<string, number> = {}
  for (const { kind } of events) counts[kind] = (counts[kind] ?? 0) + 1
  expect(counts).toEqual({
    ...{ sub: 1, resub: 1, gift: 2, giftBomb: 2, raid: 1, announcement: 1, notice: OTHER_NOTICES.size + 2 },
    ...{ timeout: 1, ban: 1, chatClear: 1, deletion: 1, mode: 6 },
  })
})

it('counts what is delivered twice once, and says of what a jumping clock has sent why it does not count', async () => {
  const { twitch, product } = await listening()
  let number = 0
  const say = (count: number) => {
    for (let said = 0; said < count; said++) {
      const id = `said-${number++}`
      const line = { channel: CHANNEL, roomId: ROOM, id, userId: '5', login: 'kettle', sentAt: Date.now() }
      twitch.send(CHANNEL, privmsg({ ...line, text: `number ${number}` }))
    }
  }
  say(10)
  twitch.deliverTwice(1)
  say(50)
  twitch.deliverTwice(0)
  // Two minutes fast is believed, an hour is not; an hour slow is too late.
  twitch.skewClock(120_000)
  say(7)
  twitch.skewClock(3_600_000)
  say(6)
  twitch.skewClock(-3_600_000)
  say(5)
  twitch.skewClock(0)
  say(4)
  const account = await accountOf(product, ({ messages }) => messages >= 10 + 50 + 7 + 4)
  expect(account).toMatchObject({ messages: 71, duplicates: 50, dropped: 6, late: 5 })
  const { totals } = await product.ask<SeriesAnswer>(
    `/channels/${CHANNEL}/series?from=${Date.now() - 600_000}&to=${Date.now() + 600_000}`,
  )
  expect(totals).toMatchObject({ messages: 71, duplicates: 50, dropped: 6, late: 5 })
})
