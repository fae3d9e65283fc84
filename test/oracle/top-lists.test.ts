import type { AnyRecord, Message, TopKind } from '@smacktalk/contract'
import { describe, expect, it } from 'vitest'
import { countOf, imported, logOf, message, NOON, settings } from './hand-written.ts'
import type { LogEntry } from './log-entry.ts'
import type { OracleOptions, TopLists } from './oracle.ts'
import { wordsOf } from './words.ts'

const HOUR = 3_600_000

function wordsIn(text: string, emotes = ''): string[] {
  const { value } = message(0, 'a', { text, emotes }) as { value: Message }
  return wordsOf(value)
}

describe('words', () => {
  it('are trimmed and lower-cased, with marks and digits, three letters and 50 code points', () => {
    expect(wordsIn('"Otter!" ΟΔΟΣ Straße (e\u0301te\u0301) 1abc2')).toEqual([
      'otter',
      'οδος',
      'straße',
      'e\u0301te\u0301',
      '1abc2',
    ])
    expect(wordsIn('ab ab1 abc 中文 中文字 🦦otter🦦')).toEqual(['abc', '中文字', 'otter'])
    expect(wordsIn(`(${'x'.repeat(50)}) ${'y'.repeat(51)} ${'İ'.repeat(26)}`)).toEqual(['x'.repeat(50)])
    expect(wordsIn("The, don't otters'")).toEqual(['otters'])
    expect(wordsIn('\u0301tea')).toEqual(['\u0301tea'])
  })

  it('stand between white space, without padding and variation selectors', () => {
    expect(wordsIn('otter\u3000river\u0085lake\u2028hill\ufeffside ot\u200bter\u{e0000}')).toEqual([
      ...['otter', 'river', 'lake', 'hillside', 'otter'],
    ])
    expect(wordsIn('ri\ufe0fver\ufe0f')).toEqual(['river'])
  })

  it('are no names, addresses or hosts, judged before the token is trimmed', () => {
    expect(wordsIn('@heron ftp://otter x:// www.otter! WWW.otter den.example Den.Example/a?b')).toEqual([])
    expect(wordsIn('"@heron" (www.otter) den.example, den.e1f den..example')).toEqual([
      ...['heron', 'www.otter', 'den.example', 'den.e1f', 'den..example'],
    ])
    expect(wordsIn('\u200b@heron den\u200b.example den\ufe0f.example ww\ufe0fw.otter_')).toEqual([])
  })

  it('touch no emote, whose places are code points after the wrapper', () => {
    expect(wordsIn('\u0001ACTION 🦦 otter river\u0001', '25:2-6')).toEqual(['river'])
    expect(wordsIn('otter river lake', '25:4-6')).toEqual(['lake'])
    expect(wordsIn('otter river', '25:5-5')).toEqual(['otter', 'river'])
    expect(wordsIn('\u{e0000}otter river', '25:0-0')).toEqual(['river'])
    expect(wordsIn('otter river', '25:0-99')).toEqual(['otter', 'river'])
    expect(wordsIn('otter river', '25:0-0,0-8')).toEqual(['river'])
  })
})

type Log = readonly LogEntry[]

/** Keys and occurrences of the only day. */
function dayList(log: Log, kind: TopKind, options: Partial<OracleOptions> = {}): Record<string, number> {
  const [day, ...others] = countOf(log, options).topsOfDays.values()
  if (others.length > 0) throw new Error('the log is not of one day')
  return occurrences(day, kind)
}

function occurrences(lists: TopLists | undefined, kind: TopKind): Record<string, number> {
  return Object.fromEntries([...(lists?.[kind] ?? [])].map(([key, { count }]) => [key, count]))
}

describe('a top list', () => {
  it('is of an hour or a day, occurrences beside messages', () => {
    const log = logOf(
      message(0, 'a', { text: 'otter otter @Heron @heron,', emotes: '25:0-0,1-1/88:2-2' }),
      message(HOUR - 1, 'b', { text: 'otter!', userId: '10' }),
    )
    const { topsOfDays } = countOf(log)
    expect(topsOfDays.get(NOON - 12 * HOUR)).toEqual({
      chatters: new Map([
        ['9', { count: 1, messages: 1 }],
        ['10', { count: 1, messages: 1 }],
      ]),
      emotes: new Map([
        ['twitch:25', { count: 2, messages: 1 }],
        ['twitch:88', { count: 1, messages: 1 }],
      ]),
      words: new Map([['otter', { count: 2, messages: 2 }]]),
      commands: new Map(),
      mentions: new Map([['heron', { count: 2, messages: 1 }]]),
    })
    const next = logOf(message(-1, 'a'), message(0, 'b'))
    expect([...countOf(next).topsOfHours.keys()]).toEqual([NOON - HOUR, NOON])
  })

  it('of commands has their first token, bots included, and of words neither', () => {
    const log = logOf(
      message(0, 'a', { text: '!SO @heron otter' }),
      message(0, 'b', { text: '!so', login: 'robo', userId: '101' }),
      message(0, 'c', { text: 'river', login: 'robo', userId: '101' }),
    )
    expect(dayList(log, 'commands')).toEqual({ '!so': 2 })
    expect(dayList(log, 'words')).toEqual({})
    expect(dayList(log, 'chatters')).toEqual({ '9': 1, '101': 2 })
    expect(dayList(log, 'mentions')).toEqual({ heron: 1 })
  })

  it('of mentions has logins of at most 25 characters at the start of a token', () => {
    const text = `@Lark! @otter,@heron "@lark" @ @-a @${'z'.repeat(30)} \u200b@heron`
    expect(dayList(logOf(message(0, 'a', { text })), 'mentions')).toEqual({
      lark: 1,
      otter: 1,
      heron: 1,
      ['z'.repeat(25)]: 1,
    })
  })

  it('has nothing of shared copies, and nobody who opted out', () => {
    const log = logOf(
      settings({ optOut: ['9', 'heron'] }),
      message(0, 'a', { text: '@heron @Otter river' }),
      message(0, 'b', { text: 'lake @otter', userId: '10', sourceRoomId: '1002', emotes: '25:0-0' }),
    )
    const { topsOfDays } = countOf(log)
    const [day] = topsOfDays.values()
    expect(occurrences(day, 'chatters')).toEqual({})
    expect(occurrences(day, 'mentions')).toEqual({ otter: 1 })
    expect(occurrences(day, 'words')).toEqual({ river: 1 })
    expect(occurrences(day, 'emotes')).toEqual({})
  })
})

describe('a text said again', () => {
  const said = (at: number, id: string, more: Partial<Message> = {}) =>
    message(at, id, { text: 'otter', ...more })
  const count = (...log: readonly AnyRecord[]) => dayList(logOf(...log), 'words')['otter']

  it('gives no words within 30 s of an earlier record, whichever was sent first', () => {
    expect(count(said(0, 'a'), said(30_000, 'b'))).toBe(1)
    expect(count(said(0, 'a'), said(30_001, 'b'))).toBe(2)
    expect(count(said(30_000, 'a'), said(0, 'b'))).toBe(1)
    expect(count(said(30_001, 'a'), said(0, 'b'))).toBe(2)
    expect(count(said(0, 'a'), said(20_000, 'b'), said(40_000, 'c'), said(80_000, 'd'))).toBe(2)
  })

  it('is the same plain text but for case, by the same user in the same run', () => {
    expect(count(said(0, 'a'), said(1, 'b', { text: '\u0001ACTION OTTER \u{e0000}\u0001' }))).toBe(1)
    expect(count(said(0, 'a'), said(1, 'b', { text: 'otter.' }))).toBe(2)
    expect(count(said(0, 'a'), said(1, 'b', { userId: '10' }))).toBe(2)
    expect(count(imported(said(-60_000, 'a'), 1), imported(said(-59_000, 'b'), 2, 'import-b'))).toBe(1)
    expect(count(imported(said(-1, 'a'), 1), imported(said(0, 'b'), 2, 'import-b'))).toBe(2)
  })

  it('counts its words when it comes again itself, and on another day', () => {
    expect(count(said(0, 'a'), said(0, 'a'))).toBe(1)
    const midnight = 12 * HOUR
    const { topsOfDays } = countOf(
      logOf([13 * HOUR, said(midnight - 1, 'a')], [13 * HOUR, said(midnight, 'b')]),
    )
    expect([...topsOfDays.values()].map((day) => occurrences(day, 'words'))).toEqual([
      { otter: 1 },
      { otter: 1 },
    ])
  })

  it('is known from late and refused records too, and from bots, shared copies and people who opted out', () => {
    expect(count(said(0, 'a'), said(900_001, 'new', { text: 'x' }), said(0, 'late'), said(20_000, 'b'))).toBe(
      1,
    )
    const late = logOf(message(900_001, 'new', { text: 'x' }), said(0, 'late'), said(1, 'in time'))
    expect(dayList(late, 'words')['otter']).toBeUndefined()
    expect(count(said(0, 'a', { sourceRoomId: '1002' }), said(1, 'b'))).toBeUndefined()
    expect(count(said(0, 'a', { badges: 'bot-badge/1' }), said(1, 'b'))).toBeUndefined()
  })

  it('is forgotten when its import has finished', () => {
    const [a, b] = [imported(said(-60_000, 'a'), 1), imported(said(-59_000, 'b'), 2)]
    const end = { kind: 'importFinished' as const, value: { channelId: '1001', run: 'import-a' } }
    expect(count(a, b)).toBe(1)
    expect(count(a, end, b)).toBe(2)
  })
})
