import type { AnyRecord } from '@smacktalk/contract'
import { describe, expect, it } from 'vitest'
import {
  clearChat,
  countOf,
  coverage,
  dayOf,
  deletion,
  fromWest,
  logOf,
  message,
  NOON,
  notice,
  roomState,
  settings,
  verdictsOf,
} from './hand-written.ts'
import { countEmotes, isCommand, plainText, withoutAction } from './message-facts.ts'

const MINUTE = 60_000
const DAY = 86_400_000

describe('the plain text', () => {
  it('is without the ACTION wrapper, closed or not', () => {
    const raw = [
      '\u0001ACTION waves\u0001',
      '\u0001ACTION waves',
      '\u0001ACTION\u0001',
      '\u0001ACTION',
      '\u0001ACTIONs',
    ]
    expect(raw.map(plainText)).toEqual(['waves', 'waves', '', '', '\u0001ACTIONs'])
  })

  it('is without padding anywhere and without white space at its ends', () => {
    expect(plainText('\u{e0000} a\u200b\u034f b \u{e0000}')).toBe('a b')
    expect(plainText('\u0085\u3000\ufeff x\u2028')).toBe('x')
    expect(plainText('\u2800x')).toBe('\u2800x')
  })

  it('keeps its padding where emote ranges are counted', () => {
    expect(withoutAction('\u0001ACTION  \u200bx\u0001')).toBe(' \u200bx')
  })

  it('is counted in code points and survives lone surrogates', () => {
    const day = dayOf(logOf(message(0, 'a', { text: '🦦\ud800' }), message(0, 'b', { text: null })))
    expect(day.characters[0]).toBe(2)
    expect(day.messages[0]).toBe(2)
  })
})

describe('a command', () => {
  it('starts with the prefix, followed by a letter or a decimal digit', () => {
    const texts = ['!so', '!1', '!٣', '!é', '!', '! so', '!!so', '!Ⅷ', 'so', '!🦦']
    expect(texts.map((text) => isCommand(text, '!'))).toEqual([
      ...Array(4).fill(true),
      ...Array(6).fill(false),
    ])
  })

  it('and a bot are judged by the settings at lower positions', () => {
    const log = logOf(
      message(0, 'a', { text: '?so', login: 'heron' }),
      settings({ commandPrefix: '?', bots: ['heron'] }),
      message(0, 'b', { text: '?so', login: 'heron' }),
      message(0, 'c', { text: '!so', login: 'robo' }),
      message(0, 'd', { badges: 'vip/1,bot-badge/1' }),
    )
    expect(dayOf(log).messages).toEqual([2, 1, 0, 1, 0, 0, 0, 0])
  })
})

describe('emote ranges', () => {
  it('are bad outside the text, reversed, or unreadable', () => {
    expect(countEmotes('25:0-4,4-5,3-2,5-5,x,0-9999999999/88', 5)).toEqual({
      emoteUses: 1,
      badEmoteRanges: 6,
    })
  })

  it('with an equal start count once, and overlapping ones each', () => {
    expect(countEmotes('25:0-4/88:0-1,2-3', 5)).toEqual({ emoteUses: 2, badEmoteRanges: 0 })
    expect(countEmotes('25:0-0,4-4', 5)).toEqual({ emoteUses: 2, badEmoteRanges: 0 })
    expect(countEmotes('25:0-9/88:0-1', 5)).toEqual({ emoteUses: 1, badEmoteRanges: 1 })
  })

  it('are code points after the wrapper', () => {
    const emote = { text: '\u0001ACTION 🦦 Kappa\u0001', emotes: '25:2-6,2-7,7-7' }
    expect(dayOf(logOf(message(0, 'a', emote)))).toMatchObject({
      emoteUses: [1, 0, 0, 0, 0, 0, 0, 0],
      counts: { emoteMessages: 1, badEmoteRanges: 2 },
    })
  })
})

describe('a span', () => {
  it('counts the facts of its messages', () => {
    const log = logOf(
      message(0, 'a', { badges: 'subscriber/3,founder/0,moderator/1', firstMessage: true, bits: 100 }),
      message(0, 'b', { badges: 'lead_moderator/1,vip/1', returningChatter: true, bits: 0, userId: '10' }),
      message(0, 'c', { badges: 'founder/0,notvip/1', replyParentId: 'p', bits: 1_000_000_000 }),
    )
    expect(dayOf(log)).toMatchObject({
      chatters: new Set(['9', '10']),
      peakPerSecond: 3,
      counts: {
        subscriberMessages: 2,
        moderatorMessages: 2,
        vipMessages: 1,
        newChatters: 1,
        returningChatters: 1,
        replies: 1,
        bits: 100,
        cheers: 1,
      },
    })
  })

  it('has the busiest of its seconds as peak', () => {
    const times = [0, 999, 1_000, 1_001, 1_999, MINUTE]
    const count = countOf(logOf(...times.map((at) => message(at, `id-${at}`))))
    expect([...count.minutes.values()].map(({ peakPerSecond }) => peakPerSecond)).toEqual([3, 1])
    expect(count.days.get(NOON - 12 * 60 * MINUTE)?.peakPerSecond).toBe(3)
  })

  it('counts a shared copy in messages, characters, emotes and the peak alone', () => {
    const shared = { sourceRoomId: '1002', bits: 5, badges: 'vip/1', emotes: '25:0-4,0-99', text: 'Kappa' }
    const log = logOf(message(0, 'a', shared), message(1, 'b', { sourceRoomId: '1001' }))
    const day = dayOf(log)
    expect(day).toMatchObject({
      messages: [1, 0, 0, 0, 1, 0, 0, 0],
      emoteUses: [0, 0, 0, 0, 1, 0, 0, 0],
      chatters: new Set(['9']),
      peakPerSecond: 2,
      counts: { bits: 0, cheers: 0, vipMessages: 0, emoteMessages: 0, badEmoteRanges: 0 },
    })
    expect(
      countOf(log)
        .users.get('9')
        ?.get(NOON - DAY / 2)?.messages,
    ).toEqual([1, 0, 0, 0])
  })

  it('counts notices by their kind', () => {
    const kinds = [
      'sub',
      'resub',
      'subgift',
      'anonsubgift',
      'submysterygift',
      'anonsubmysterygift',
      'announcement',
      'ritual',
      'ritual',
      'constructor',
      '',
    ]
    const events = kinds.map((kind, index) => notice(0, `n${index}`, kind, { massGiftCount: 7 }))
    const day = dayOf(logOf(...events, notice(0, 'raid', 'raid', { viewerCount: 250 })))
    expect(day.counts).toMatchObject({
      subs: 1,
      resubs: 1,
      gifts: 2,
      giftBombs: 2,
      announcements: 1,
      raids: 1,
      raidViewers: 250,
      otherNotices: 4,
    })
    expect(day.otherNoticesByKind).toEqual(
      new Map([
        ['ritual', 2],
        ['other', 1],
        ['none', 1],
      ]),
    )
  })

  it('counts a mirrored notice at its origin only', () => {
    const mirrored = { sourceMsgId: 'sub' }
    const log = logOf(
      notice(0, 'a', 'sharedchatnotice', { ...mirrored, sourceRoomId: '1002' }),
      notice(0, 'b', 'resub', { ...mirrored, sourceRoomId: '1002' }),
      notice(0, 'c', 'sharedchatnotice', { ...mirrored, sourceRoomId: '1001' }),
    )
    const day = dayOf(log)
    expect(day.counts).toMatchObject({ subs: 1, resubs: 0, otherNotices: 2 })
    expect(day.otherNoticesByKind).toEqual(new Map([['sharedchatnotice', 2]]))
  })

  it('counts moderation by its target and duration, and that of another room not at all', () => {
    const log = logOf(
      clearChat(0),
      clearChat(0, { durationSeconds: 0 }),
      clearChat(0, { durationSeconds: null }),
      clearChat(0, { targetUserId: null, targetLogin: null }),
      deletion(0, 'x'),
      clearChat(9, { sourceRoomId: '1002' }),
      deletion(9, 'x', { sourceRoomId: '1002' }),
    )
    expect(dayOf(log).counts).toMatchObject({
      timeouts: 2,
      timeoutSeconds: 600,
      bans: 1,
      chatClears: 1,
      deletions: 1,
    })
    expect(countOf(log).totals.events).toBe(7)
  })
})

describe('mode changes', () => {
  const changes = (...log: readonly AnyRecord[]): number => dayOf(logOf(...log)).counts.modeChanges

  it('count a single mode that is switched, or not yet known', () => {
    expect(
      changes(
        roomState(0, { slow: 30 }),
        roomState(1, { slow: 60 }),
        roomState(2, { slow: 0 }),
        roomState(3, { followersOnly: 0 }),
        roomState(4, { followersOnly: 10 }),
        roomState(5, { followersOnly: -1 }),
      ),
    ).toBe(4)
  })

  it('are not counted by a full state, which sets what is known', () => {
    expect(changes(roomState(0, { slow: 0, subsOnly: 1 }), roomState(1, { subsOnly: 1 }))).toBe(0)
    expect(changes(roomState(0, { slow: 0, subsOnly: 1 }), roomState(1, { subsOnly: 0 }))).toBe(1)
  })

  it('heard by another ingestor within 60 s are duplicates, and so are their late copies', () => {
    const on = roomState(0, { slow: 30 })
    const off = roomState(1_000, { slow: 0 })
    const log = logOf(on, off, fromWest(roomState(MINUTE, { slow: 30 })), fromWest(off), on)
    expect(verdictsOf(log)).toEqual(['event', 'event', 'duplicate', 'duplicate', 'event'])
  })

  it('to another value are no copies, whoever heard them', () => {
    const log = logOf(roomState(0, { slow: 30 }), fromWest(roomState(1, { slow: 0 })))
    expect(verdictsOf(log)).toEqual(['event', 'event'])
    expect(dayOf(log).counts.modeChanges).toBe(2)
  })

  it('more than 60 s apart are no copies', () => {
    const log = logOf(roomState(0, { slow: 30 }), fromWest(roomState(MINUTE + 1, { slow: 30 })))
    expect(verdictsOf(log)).toEqual(['event', 'event'])
    expect(dayOf(log).counts.modeChanges).toBe(1)
  })

  it('more than 60 s older than what is known change nothing', () => {
    const known = roomState(MINUTE + 1, { slow: 30 })
    expect(changes(known, roomState(0, { slow: 0 }), roomState(MINUTE + 2, { slow: 0 }))).toBe(2)
    expect(changes(known, roomState(1, { slow: 0 }), roomState(MINUTE + 2, { slow: 0 }))).toBe(2)
    expect(changes(known, roomState(0, { slow: 0 }), roomState(MINUTE + 2, { slow: 30 }))).toBe(1)
    expect(changes(known, roomState(1, { slow: 0 }), roomState(MINUTE + 2, { slow: 30 }))).toBe(3)
  })
})

describe('a person', () => {
  it('has a row per day with what they wrote and what befell them', () => {
    const log = logOf(
      message(0, 'a', { text: '!so Kappa', emotes: '25:4-8', bits: 7, replyParentId: 'p' }),
      message(61 * MINUTE, 'b'),
      deletion(62 * MINUTE, 'b'),
      clearChat(62 * MINUTE),
      clearChat(62 * MINUTE, { targetUserId: '10', durationSeconds: null }),
    )
    const { users } = countOf(log)
    const hours = new Array<number>(24).fill(0)
    hours[12] = 1
    hours[13] = 1
    expect(users.get('9')).toEqual(
      new Map([
        [
          NOON - DAY / 2,
          {
            messages: [1, 0, 1, 0],
            characters: 14,
            emoteUses: 1,
            commands: 1,
            replies: 1,
            bits: 7,
            timeouts: 1,
            bans: 0,
            deletions: 1,
            firstAt: NOON,
            lastAt: NOON + 61 * MINUTE,
            hours,
            login: 'lark',
            displayName: 'Lark',
            badges: '',
            logins: new Set(['lark']),
            favourites: new Map([['twitch:25', { count: 1, messages: 1 }]]),
          },
        ],
      ]),
    )
    expect(users.get('10')?.get(NOON - DAY / 2)).toMatchObject({ bans: 1, firstAt: null })
  })

  it('has the names and badges of the newest record by send time, of equal times the last', () => {
    const log = logOf(
      message(5, 'a', { displayName: 'LARK', badges: 'vip/1' }),
      message(5, 'b', { badges: 'moderator/1' }),
      message(0, 'c', { login: 'older', displayName: 'Older', badges: '' }),
      clearChat(7, { targetLogin: 'renamed' }),
      message(6, 'd', { badges: 'subscriber/1' }),
      clearChat(8, { targetUserId: '10', targetLogin: 'otter' }),
    )
    const { users } = countOf(log)
    expect(users.get('9')?.get(NOON - DAY / 2)).toMatchObject({
      login: 'renamed',
      displayName: 'Lark',
      badges: 'subscriber/1',
      logins: new Set(['lark', 'older', 'renamed']),
    })
    expect(users.get('10')?.get(NOON - DAY / 2)).toMatchObject({ login: 'otter', displayName: 'otter' })
  })

  it('is not charged with a deletion of a shared copy, a notice, or what is forgotten', () => {
    const log = logOf(
      message(0, 'shared', { sourceRoomId: '1002' }),
      notice(0, 'notice', 'sub'),
      message(0, 'old', { userId: '10' }),
      deletion(1, 'shared'),
      deletion(1, 'notice'),
      deletion(900_001, 'old'),
      deletion(900_002, 'old'),
    )
    const { users } = countOf(log)
    expect(users.has('9')).toBe(false)
    expect(users.get('10')?.get(NOON - DAY / 2)?.deletions).toBe(1)
  })

  it('who opted out by id or login is nameless from then on', () => {
    const log = logOf(
      message(0, 'before'),
      settings({ optOut: ['9', 'heron'] }),
      message(MINUTE, 'after', { firstMessage: true }),
      message(MINUTE, 'heron', { userId: '100', login: 'heron' }),
      clearChat(MINUTE),
      deletion(MINUTE, 'before'),
    )
    const count = countOf(log)
    const minute = count.minutes.get(NOON + MINUTE)
    expect(minute?.chatters).toEqual(new Set())
    expect(minute).toMatchObject({
      messages: [2, 0, 0, 0, 0, 0, 0, 0],
      counts: { newChatters: 1, timeouts: 1, deletions: 1 },
    })
    expect([...count.users.keys()]).toEqual(['9'])
    expect(count.users.get('9')?.get(NOON - DAY / 2)).toMatchObject({ timeouts: 0, deletions: 0 })
  })
})

describe('the live seconds', () => {
  it('reach back less than 600 seconds from the newest message', () => {
    const times = [0, 1_000, 599_999, 600_500]
    const log = logOf(...times.map((at) => message(at, `id-${at}`, { login: 'robo' })), clearChat(880_000))
    const seconds = countOf(log).recentSeconds
    expect([...seconds.keys()].map((second) => second - NOON / 1_000)).toEqual([1, 599, 600])
    expect(seconds.get(NOON / 1_000 + 1)).toEqual([0, 1, 0, 0, 0, 0, 0, 0])
  })
})

describe('coverage', () => {
  it('is the union of all ingestors, by day, imports and what was backfilled apart', () => {
    const log = logOf(
      coverage(10, 20),
      coverage(0, 10, { ingestor: 'west' }),
      coverage(5, 8),
      coverage(30, 30),
      coverage(40, 50, { origin: 'imported' }),
      coverage(60, 70, { origin: 'backfilled' }),
      coverage(80, 90, { origin: 'guessed' }),
      coverage(DAY / 2 - 5, DAY / 2 + 5),
    )
    expect(countOf(log).coverage).toEqual(
      new Map([
        [
          NOON - DAY / 2,
          {
            heard: [
              [NOON, NOON + 20],
              [NOON + DAY / 2 - 5, NOON + DAY / 2],
            ],
            imported: [[NOON + 40, NOON + 50]],
            backfilled: [[NOON + 60, NOON + 70]],
          },
        ],
        [NOON + DAY / 2, { heard: [[NOON + DAY / 2, NOON + DAY / 2 + 5]], imported: [], backfilled: [] }],
      ]),
    )
  })
})
