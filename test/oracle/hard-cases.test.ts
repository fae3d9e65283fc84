/** The hard cases of metrics.md one by one: raw lines or records in, stored figures out, written down by hand. */
import { type AnyRecord, sumClasses } from '@smacktalk/contract'
import { createLineReader } from '@smacktalk/twitch'
import { decodeRow } from '@smacktalk/wire'
import { describe, expect, test } from 'vitest'
import { eventsOf, foldLog, ONE_BATCH, readable, rowsOf, spansOf, topsOf, userDaysOf } from './fold-rows.ts'
import {
  CHANNEL,
  clearChat,
  deletion,
  fromWest,
  imported,
  logOf,
  message,
  NOON,
  notice,
  OPTIONS,
  roomState,
} from './hand-written.ts'

type Entry = AnyRecord | readonly [number, AnyRecord]

/** The day of the channel after these records. */
async function day(...entries: readonly Entry[]) {
  const store = await foldLog(logOf(...entries), OPTIONS, ONE_BATCH)
  const [span] = spansOf(store, 'days', CHANNEL).values()
  if (span === undefined) throw new Error('nothing was counted')
  const figures = readable(span)
  return {
    store,
    ...figures.counts,
    ...figures,
    messages: sumClasses(figures.messages, 0),
    characters: sumClasses(figures.characters, 0),
    emoteUses: sumClasses(figures.emoteUses, 0),
    byClass: figures.messages,
  }
}

const tops = (store: Parameters<typeof topsOf>[0], kind: string) =>
  [...topsOf(store, CHANNEL)].find(([row]) => row.includes(kind) && row.includes('d0'))?.[1] ?? new Map()

describe('texts', () => {
  test('emote ranges count code points, also behind astral characters', async () => {
    const { emoteUses, badEmoteRanges } = await day(
      message(0, 'a', { text: '\u{1f344}\u{1f344} Kappa', emotes: '25:3-7' }),
      message(1, 'b', { text: '\u{1f344}\u{1f344} Kappa', emotes: '25:5-9' }),
    )
    expect([emoteUses, badEmoteRanges]).toEqual([1, 1])
  })

  test('an ACTION counts the same with and without its end, and ranges start behind the wrapper', async () => {
    const { characters, emoteUses } = await day(
      message(0, 'a', { text: '\u0001ACTION Kappa\u0001', emotes: '25:0-4' }),
      message(1, 'b', { text: '\u0001ACTION Kappa', emotes: '25:0-4' }),
    )
    expect([characters, emoteUses]).toEqual([10, 2])
  })

  test('invisible padding is no character, though emote ranges count it', async () => {
    const { characters, emoteUses, badEmoteRanges } = await day(
      message(0, 'a', { text: '\u034fKappa \u{e0000}', emotes: '25:1-5' }),
    )
    expect([characters, emoteUses, badEmoteRanges]).toEqual([5, 1, 0])
  })

  test('an empty and a missing text are messages of 0 characters', async () => {
    const { messages, characters } = await day(message(0, 'a', { text: '' }), message(1, 'b', { text: null }))
    expect([messages, characters]).toEqual([2, 0])
  })

  test('lone surrogates and 500 code points are survived', async () => {
    const { messages, characters } = await day(
      message(0, 'a', { text: 'a\ud83eb' }),
      message(1, 'b', { text: '\u{1f344}'.repeat(500) }),
    )
    expect([messages, characters]).toEqual([2, 503])
  })

  test('a text said again within 30 seconds gives no words again, later it does', async () => {
    const { store } = await day(
      message(0, 'a', { text: 'otter' }),
      message(30_000, 'b', { text: 'OTTER \u{e0000}' }),
      message(60_001, 'c', { text: 'otter' }),
      message(60_002, 'd', { text: 'otter', userId: '10' }),
    )
    expect(tops(store, 'words').get('otter')?.count).toBe(3)
  })

  test('__proto__ and constructor are names like any other', async () => {
    const { store, messages, otherNotices } = await day(
      message(0, '__proto__', {
        login: '__proto__',
        displayName: '__proto__',
        text: '!constructor @__proto__',
      }),
      message(1, 'b', {
        text: 'constructor',
        badges: '__proto__/1,constructor/1',
        emotes: 'constructor:0-10',
      }),
      notice(2, 'constructor', 'constructor'),
      notice(3, 'toString', '__proto__'),
    )
    expect([messages, otherNotices]).toEqual([2, 2])
    expect(tops(store, 'commands').get('!constructor')?.count).toBe(1)
    expect(tops(store, 'mentions').get('__proto__')?.count).toBe(1)
    expect(tops(store, 'emotes').get('twitch:constructor')?.count).toBe(1)
  })
})

describe('events', () => {
  test('a mass gift of three is three gifts and one bomb', async () => {
    const { gifts, giftBombs } = await day(
      notice(0, 'a', 'submysterygift', { massGiftCount: 3 }),
      ...['b', 'c', 'd'].map((id) => notice(1, id, 'subgift', { recipientId: '77' })),
    )
    expect([gifts, giftBombs]).toEqual([3, 1])
  })

  test('a shared copy counts as a message of its class and in no other number', async () => {
    const { messages, byClass, chatters, subscriberMessages, bits, store } = await day(
      message(0, 'a', { sourceRoomId: '2002', badges: 'subscriber/1', bits: 5, text: 'otter' }),
    )
    expect([messages, byClass[4], chatters.size, subscriberMessages, bits]).toEqual([1, 1, 0, 0, 0])
    expect(tops(store, 'words').size + tops(store, 'chatters').size).toBe(0)
    expect(userDaysOf(store, CHANNEL).size).toBe(0)
  })

  test('a mirrored notice is sharedchatnotice here and what it is at its origin', async () => {
    const { subs, otherNotices, otherNoticesByKind } = await day(
      notice(0, 'a', 'sharedchatnotice', { sourceMsgId: 'sub', sourceRoomId: '2002' }),
      notice(1, 'b', 'sharedchatnotice', { sourceMsgId: 'sub', sourceRoomId: CHANNEL }),
    )
    expect([subs, otherNotices, otherNoticesByKind.get('sharedchatnotice')]).toEqual([1, 1, 1])
  })

  test('a deletion belongs to the author of a remembered message, else only the channel counts it', async () => {
    const { deletions, store } = await day(message(0, 'a'), deletion(1, 'a'), deletion(2, 'never seen'))
    expect(deletions).toBe(2)
    expect([...userDaysOf(store, CHANNEL).get('9')!.values()][0]!.deletions).toBe(1)
    const targets = [...eventsOf(store, CHANNEL).values()].map(({ targetId }) => targetId)
    expect(targets).toEqual(['9', null])
  })

  test('a time-out, a ban and a cleared chat are told apart', async () => {
    const { timeouts, timeoutSeconds, bans, chatClears } = await day(
      clearChat(0),
      clearChat(1, { durationSeconds: null }),
      clearChat(2, { durationSeconds: null, targetUserId: null, targetLogin: null }),
    )
    expect([timeouts, timeoutSeconds, bans, chatClears]).toEqual([1, 600, 1, 1])
  })

  test('the full state after a reconnect counts no mode change, a toggle counts one however many heard it', async () => {
    const full = { emoteOnly: 0, followersOnly: -1, r9k: 0, slow: 0, subsOnly: 0 }
    const { modeChanges, duplicates } = await day(
      roomState(0, full),
      roomState(1_000, { slow: 30 }),
      fromWest(roomState(1_500, { slow: 30 })),
      roomState(5_000, { ...full, slow: 30 }),
      roomState(6_000, { slow: 60 }),
      roomState(9_000, { slow: 0 }),
    )
    expect([modeChanges, duplicates]).toEqual([2, 1])
  })

  test('a renamed person stays one person and is found under both names', async () => {
    const { chatters, store } = await day(
      message(0, 'a'),
      message(1, 'b', { login: 'wren', displayName: 'Wren' }),
    )
    expect(chatters.size).toBe(1)
    expect([...userDaysOf(store, CHANNEL).get('9')!.values()][0]).toMatchObject({ login: 'wren' })
    const names = [...store.rows.values()].filter(({ table }) => table === 'user_names')
    expect(names.map(({ partition }) => partition.split('/')[1]).sort()).toEqual(['lark', 'wren'])
  })
})

describe('imports', () => {
  const past = (at: number, id: string) => message(at - 7_200_000, id)

  test('the same lines again are judged once', async () => {
    const lines = [past(0, 'a'), past(1, 'b')].map((record, index) => imported(record, index + 1))
    const { messages, duplicates } = await day(...lines, ...lines)
    expect([messages, duplicates]).toEqual([2, 0])
  })

  test('another import over the same minutes, or over what was heard live, is dropped as overlap', async () => {
    const { messages, droppedByReason } = await day(
      imported(past(0, 'a'), 1),
      imported(past(1, 'a2'), 1, 'import-b'),
      message(0, 'live'),
      imported(message(1, 'live too'), 2),
    )
    expect([messages, droppedByReason.get('overlap')]).toEqual([2, 2])
  })

  test('half an import and then the whole under its own name takes only the minutes that are free', async () => {
    const first = [past(0, 'a'), past(60_000, 'b')].map((record, index) =>
      imported(record, index + 1, 'half'),
    )
    const whole = [past(0, 'a'), past(60_000, 'b'), past(120_000, 'c')].map((record, index) =>
      imported(record, index + 1, 'whole'),
    )
    const { messages, droppedByReason } = await day(...first, ...whole)
    expect([messages, droppedByReason.get('overlap')]).toEqual([3, 2])
  })

  test('a minute that has not ended is too new to be imported', async () => {
    const { messages, droppedByReason } = await day(
      [30_000, imported(message(0, 'a'), 1)],
      [30_000, message(1, 'b')],
    )
    expect([messages, droppedByReason.get('too-new')]).toEqual([1, 1])
  })
})

describe('lines', () => {
  const line = (tags: string, text = 'hi') => `@${tags} :lark!lark@lark.tmi.twitch.tv PRIVMSG #den :${text}`
  const base = `room-id=${CHANNEL};user-id=9;tmi-sent-ts=${NOON}`

  async function account(...lines: readonly string[]) {
    const reader = createLineReader({ run: 'live', ingestor: 'east' })
    const records = lines.flatMap((raw) => {
      const read = reader.read(raw, NOON)
      return read.kind === 'record' ? [[1_000, read.record] as const] : []
    })
    const store = await foldLog(logOf(...records), OPTIONS, ONE_BATCH)
    const accounts = [...store.rows.values()]
      .filter(({ table }) => table === 'clocks')
      .map((row) => decodeRow('clock', row.value).account)
    return {
      messages: accounts.reduce((sum, { messages }) => sum + messages, 0),
      dropped: Object.fromEntries(
        accounts.flatMap(({ dropped }) => dropped.map(({ name, count }) => [name, count])),
      ),
      users: rowsOf(store, 'user_days', CHANNEL).map(({ row }) => row),
    }
  }

  test('of a tag given twice the last counts, and an empty tag is a missing one', async () => {
    const twice = await account(line(`id=a;user-id=8;${base}`))
    expect(twice.users).toEqual(['9'])
    expect((await account(line(`id=;${base}`))).dropped).toEqual({ 'no-id': 1 })
  })

  test('what is missing is named in the order of judging', async () => {
    const { dropped } = await account(
      line(base),
      line(`id=b;user-id=9;tmi-sent-ts=${NOON}`),
      line(`id=c;room-id=${CHANNEL};tmi-sent-ts=${NOON}`),
      line(`id=d;room-id=${CHANNEL};user-id=9`),
    )
    // The second line has no room id: it is not in the channel it names.
    expect(dropped).toEqual({ 'no-id': 1, 'no-room': 1, 'no-user': 1, 'bad-time': 1 })
  })

  test.each(['', '0', '12x', '1104537599999', String(NOON + 301_001), '99999999999999999'])(
    'a send time of %j is a bad time',
    async (time) => {
      const { dropped, messages } = await account(
        line(`id=a;room-id=${CHANNEL};user-id=9;tmi-sent-ts=${time}`),
      )
      expect([dropped, messages]).toEqual([{ 'bad-time': 1 }, 0])
    },
  )

  test('the first and the last believable send time count', async () => {
    const { messages } = await account(
      line(`id=b;room-id=${CHANNEL};user-id=9;tmi-sent-ts=${NOON + 301_000}`),
      line(`id=a;${base}`),
    )
    expect(messages).toBe(2)
  })
})
