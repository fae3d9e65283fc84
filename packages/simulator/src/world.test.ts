import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { channelEmotes, GLOBAL_EMOTES } from './emotes.ts'
import type { WorldLine } from './outbox.ts'
import { insideAction, type NaiveLine, readNaively } from './testing/naive-line.ts'
import { createWorld, type WorldOptions } from './world.ts'

const START = Date.UTC(2026, 1, 3, 19)
const MINUTE = 60_000

function linesOf(options: Partial<WorldOptions>, minutes: number): readonly WorldLine[] {
  return createWorld({ seed: 1, startMs: START, ...options }).advance(START + minutes * MINUTE)
}

function sound(lines: readonly WorldLine[]): NaiveLine[] {
  return lines.filter(({ fault }) => fault === null).map(({ line }) => mustRead(line))
}

function mustRead(line: string): NaiveLine {
  const read = readNaively(line)
  if (read === undefined) throw new Error(`No sound line: ${line}`)
  return read
}

describe('a seeded world', () => {
  it('gives the same lines for the same seed and others for another', () => {
    const lines = linesOf({ seed: 5 }, 3)
    expect(linesOf({ seed: 5 }, 3)).toEqual(lines)
    expect(linesOf({ seed: 6 }, 3)).not.toEqual(lines)
  })

  it('gives the same lines and labels however the time is cut', () => {
    const cuts = fc.array(fc.integer({ min: 0, max: 4 * MINUTE }), { maxLength: 40 })
    fc.assert(
      fc.property(fc.integer(), cuts, fc.integer({ min: 0, max: 2 * MINUTE }), (seed, times, joinMs) => {
        const options = { seed, startMs: START, messagesPerSecond: 15, duplicateShare: 0.02 }
        const whole = createWorld(options)
        const expected = [...whole.advance(START + joinMs)]
        whole.join('somebody_new')
        expected.push(...whole.advance(START + 4 * MINUTE))

        const cut = createWorld(options)
        const lines: WorldLine[] = []
        for (const time of [...times, joinMs, 4 * MINUTE].sort((a, b) => a - b)) {
          lines.push(...cut.advance(START + time))
          if (time === joinMs) cut.join('somebody_new')
        }
        expect(lines).toEqual(expected)
        expect(cut.labels).toEqual(whole.labels)
      }),
      { numRuns: 6, seed: 11 },
    )
  })

  it('hands out lines in time order, each within the span asked for', () => {
    const world = createWorld({ seed: 2, startMs: START })
    let from = START
    for (const toMs of [START + 1, START + 777, START + 4_000, START + 4_000, START + 63_123]) {
      const times = world.advance(toMs).map(({ atMs }) => atMs)
      expect(times).toEqual(times.toSorted((a, b) => a - b))
      for (const atMs of times) expect(atMs >= from && atMs < toMs).toBe(true)
      from = toMs
    }
  })

  it('never repeats a message id, in one run or in the next', () => {
    const ids = [START, START + 1].flatMap((startMs) => {
      const lines = createWorld({ seed: 4, startMs }).advance(startMs + 5 * MINUTE)
      return sound(lines).flatMap(({ tags }) => tags.get('id') ?? [])
    })
    expect(ids.length).toBeGreaterThan(20_000)
    expect(new Set(ids).size).toBe(ids.length)
    const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
    expect(ids.filter((id) => !shape.test(id))).toEqual([])
  })

  it('keeps channels and people from run to run', () => {
    const one = createWorld({ seed: 4, startMs: START })
    const two = createWorld({ seed: 4, startMs: START + 86_400_000 })
    expect(two.channels).toEqual(one.channels)
    expect(two.join('quiet_corner')).toEqual(one.join('Quiet_Corner'))
    const peopleOf = (lines: readonly WorldLine[]) =>
      new Set(sound(lines).map(({ tags }) => tags.get('user-id')))
    const first = peopleOf(one.advance(START + 5 * MINUTE))
    const second = peopleOf(two.advance(START + 86_400_000 + 5 * MINUTE))
    expect([...first].filter((id) => second.has(id)).length).toBeGreaterThan(first.size / 4)
  })

  it('gives one login to one user id, except after a rename', () => {
    const world = createWorld({ seed: 9, startMs: START })
    const lines = sound(world.advance(START + 20 * MINUTE)).filter(({ command }) => command === 'PRIVMSG')
    const idsOfLogin = new Map<string, Set<string>>()
    const loginsOfId = new Map<string, Set<string>>()
    for (const { tags, prefix } of lines) {
      const login = prefix.slice(0, prefix.indexOf('!'))
      const id = tags.get('user-id') ?? ''
      idsOfLogin.set(login, (idsOfLogin.get(login) ?? new Set()).add(id))
      loginsOfId.set(id, (loginsOfId.get(id) ?? new Set()).add(login))
    }
    expect([...idsOfLogin].filter(([, ids]) => ids.size !== 1)).toEqual([])
    const renamed = world.labels.flatMap((label) => (label.kind === 'rename' ? [label.userId] : []))
    expect(renamed.length).toBeGreaterThan(2)
    const changed = [...loginsOfId].filter(([id, logins]) => logins.size > 1 && !renamed.includes(id))
    expect(changed).toEqual([])
    expect(renamed.some((id) => (loginsOfId.get(id)?.size ?? 0) > 1)).toBe(true)
  })
})

describe('the lines of a world', () => {
  it('pass a naive splitter with all needed tags, the broken ones excepted', () => {
    const lines = linesOf({ faultShare: 0.02 }, 12)
    const needed: Record<string, readonly string[]> = {
      PRIVMSG: [
        'id',
        'room-id',
        'user-id',
        'tmi-sent-ts',
        'badges',
        'display-name',
        'emotes',
        'first-msg',
        'subscriber',
      ],
      USERNOTICE: ['id', 'room-id', 'user-id', 'tmi-sent-ts', 'login', 'msg-id', 'system-msg'],
      CLEARCHAT: ['room-id', 'tmi-sent-ts'],
      CLEARMSG: ['room-id', 'tmi-sent-ts', 'target-msg-id', 'login'],
      ROOMSTATE: ['room-id'],
      NOTICE: ['msg-id'],
    }
    const rooms = new Map(
      createWorld({ seed: 1, startMs: START }).channels.map(({ login, id }) => [login, id]),
    )
    const seen = new Set<string>()
    const wrong: string[] = []
    for (const line of lines) {
      if (/[\r\n\0]/.test(line.line)) wrong.push(line.line)
      if (line.fault !== null) continue
      const { tags, command, channel } = mustRead(line.line)
      const hasAll = (needed[command] ?? ['no such command']).every((name) => tags.has(name))
      const rightRoom = command === 'NOTICE' || tags.get('room-id') === rooms.get(channel)
      if (!hasAll || !rightRoom || channel !== line.channel) wrong.push(line.line)
      seen.add(command)
    }
    expect(wrong).toEqual([])
    expect([...seen].sort()).toEqual(Object.keys(needed).sort())
  })

  it('are broken in every way the faults name, and lack exactly that', () => {
    const lines = linesOf({ faultShare: 0.1 }, 3)
    const broken = Map.groupBy(lines, ({ fault }) => fault ?? 'none')
    const without = (fault: string, tag: string) => {
      const found = broken.get(fault as never) ?? []
      expect(found.length).toBeGreaterThan(3)
      for (const { line } of found) expect(mustRead(line).tags.has(tag)).toBe(false)
    }
    without('no-id', 'id')
    without('no-user', 'user-id')
    without('no-room', 'room-id')
    for (const { line } of broken.get('no-time') ?? [])
      expect(mustRead(line).tags.get('tmi-sent-ts')).toBe('')
    for (const { line } of broken.get('no-tags') ?? []) expect(line).toMatch(/^:\w+!\w+@\S+ PRIVMSG #\w+ :/)
    for (const { line } of broken.get('no-text') ?? []) expect(mustRead(line).text).toBeUndefined()
    for (const { line } of broken.get('malformed') ?? []) expect(readNaively(line)).toBeUndefined()
    expect([...broken.keys()].sort()).toEqual(
      [
        'bad-range',
        'far-future',
        'malformed',
        'no-id',
        'no-room',
        'no-tags',
        'no-text',
        'no-time',
        'no-user',
        'none',
      ].sort(),
    )
  })

  it('say where emotes stand by code points, also behind astral characters', () => {
    const world = createWorld({ seed: 3, startMs: START })
    const codes = new Map<string, string>(GLOBAL_EMOTES.map(({ id, code }) => [id, code]))
    for (const { login } of world.channels)
      for (const { id, code } of channelEmotes(login)) codes.set(id, code)
    const wrong: string[] = []
    let ranges = 0
    let behindAstral = 0
    let inActions = 0
    for (const { tags, text = '' } of sound(world.advance(START + 10 * MINUTE))) {
      const tag = tags.get('emotes') ?? ''
      if (tag === '') continue
      const points = [...insideAction(text)]
      for (const [, id = '', list = ''] of tag.matchAll(/([^:/]+):([\d,-]+)/g)) {
        for (const [, start = '', end = ''] of list.matchAll(/(\d+)-(\d+)/g)) {
          const word = points.slice(Number(start), Number(end) + 1).join('')
          if (word !== codes.get(id)) wrong.push(`${word} ${id} ${text}`)
          ranges += 1
          if (points.slice(0, Number(start)).some((point) => point.length > 1)) behindAstral += 1
          if (text.startsWith('\u0001')) inActions += 1
        }
      }
    }
    expect(wrong).toEqual([])
    expect(ranges).toBeGreaterThan(5_000)
    expect(behindAstral).toBeGreaterThan(100)
    expect(inActions).toBeGreaterThan(10)
  })

  it('hold what real chat holds', () => {
    const lines = sound(linesOf({ seed: 8 }, 15))
    const messages = lines.filter(({ command }) => command === 'PRIVMSG')
    const share = (holds: (line: NaiveLine) => boolean) => messages.filter(holds).length / messages.length
    const text = ({ text = '' }: NaiveLine) => text
    expect(share((line) => line.tags.get('first-msg') === '1')).toBeGreaterThan(0.01)
    expect(share((line) => line.tags.get('returning-chatter') === '1')).toBeGreaterThan(0.005)
    expect(share((line) => line.tags.has('reply-parent-msg-id'))).toBeGreaterThan(0.02)
    expect(share((line) => line.tags.has('bits'))).toBeGreaterThan(0.001)
    expect(share((line) => text(line).startsWith('!'))).toBeGreaterThan(0.02)
    expect(share((line) => text(line).startsWith('\u0001ACTION '))).toBeGreaterThan(0.004)
    expect(share((line) => /\u{E0000}/u.test(text(line)))).toBeGreaterThan(0.01)
    expect(share((line) => text(line).includes('\u034F'))).toBeGreaterThan(0.01)
    expect(share((line) => /https?:|www\./.test(text(line)))).toBeGreaterThan(0.002)
    expect(share((line) => /[\u0400-\uD7FF]/.test(text(line)))).toBeGreaterThan(0.01)
    expect(share((line) => line.prefix.startsWith('nightbot!'))).toBeGreaterThan(0.001)
    for (const badge of ['subscriber/', 'founder/', 'moderator/', 'vip/', 'broadcaster/', 'bot-badge/']) {
      expect([badge, share((line) => (line.tags.get('badges') ?? '').includes(badge)) > 0]).toEqual([
        badge,
        true,
      ])
    }
    for (const part of ['<script>', '=SUM(', '\u202E', ':tmi.twitch.tv PRIVMSG', '\u2028', '__proto__']) {
      expect([part, messages.some((line) => text(line).includes(part))]).toEqual([part, true])
    }
    const kinds = new Set(
      lines.flatMap(({ tags, command }) => (command === 'USERNOTICE' ? tags.get('msg-id') : [])),
    )
    for (const kind of [
      'sub',
      'resub',
      'subgift',
      'submysterygift',
      'raid',
      'announcement',
      'viewermilestone',
    ]) {
      expect([...kinds]).toContain(kind)
    }
    expect(messages.filter((line) => [...text(line)].length > 500)).toEqual([])
  })

  it('mark a first message only once per person and channel, and never after another one', () => {
    const known = new Set<string>()
    const wrong: string[] = []
    for (const { tags, command, channel } of sound(linesOf({ seed: 12 }, 15))) {
      if (
        command !== 'PRIVMSG' ||
        (tags.get('source-room-id') ?? tags.get('room-id')) !== tags.get('room-id')
      )
        continue
      const key = `${channel} ${tags.get('user-id')}`
      if (tags.get('first-msg') === '1' && known.has(key)) wrong.push(key)
      known.add(key)
    }
    expect(known.size).toBeGreaterThan(1_000)
    expect(wrong).toEqual([])
  })

  it('answer messages that came before', () => {
    const ids = new Set<string>()
    let replies = 0
    for (const { tags } of sound(linesOf({ seed: 13, faultShare: 0 }, 5))) {
      const parent = tags.get('reply-parent-msg-id')
      if (parent !== undefined && !tags.has('source-room-id')) {
        expect(ids.has(parent)).toBe(true)
        replies += 1
      }
      ids.add(tags.get('id') ?? '')
    }
    expect(replies).toBeGreaterThan(100)
  })

  it('carry send times a moment before their own, rarely up to two seconds, so that some go backwards', () => {
    const wrong: number[] = []
    let early = 0
    let backwards = 0
    let newest = 0
    const lines = linesOf({ disorderShare: 0.02, faultShare: 0 }, 5)
    const timed = lines.flatMap(({ atMs, line }) => {
      const sent = mustRead(line).tags.get('tmi-sent-ts')
      return sent === undefined ? [] : [{ atMs, sentMs: Number(sent) }]
    })
    for (const { atMs, sentMs } of timed) {
      const delay = atMs - sentMs
      if (delay < 30 || delay > 2_100) wrong.push(delay)
      if (delay > 200) early += 1
      if (sentMs < newest) backwards += 1
      newest = Math.max(newest, sentMs)
    }
    expect(wrong).toEqual([])
    expect(early / timed.length).toBeGreaterThan(0.01)
    expect(early / timed.length).toBeLessThan(0.04)
    expect(backwards).toBeGreaterThan(timed.length / 200)
  })

  it('repeat themselves to the byte when duplicates are asked for', () => {
    const lines = linesOf({ duplicateShare: 0.05 }, 5)
    const firstAt = new Map<string, number>()
    for (const { atMs, line, fault } of lines) {
      if (fault === 'duplicate') {
        const at = firstAt.get(line)
        expect(at).toBeDefined()
        expect(atMs - (at ?? 0) <= 3_000).toBe(true)
      } else if (!firstAt.has(line)) firstAt.set(line, atMs)
    }
    const share = lines.filter(({ fault }) => fault === 'duplicate').length / lines.length
    expect(share).toBeGreaterThan(0.04)
    expect(share).toBeLessThan(0.055)
    expect(linesOf({}, 5).some(({ fault }) => fault === 'duplicate')).toBe(false)
  })
})

describe('the size of a world', () => {
  it('is the asked number of messages a second, over Zipf-sized channels', () => {
    const minutes = 15
    const lines = linesOf({ messagesPerSecond: 60, calm: true }, minutes)
    const counts = new Map<string, number>()
    for (const { channel } of lines) counts.set(channel, (counts.get(channel) ?? 0) + 1)
    expect(lines.length / (minutes * 60)).toBeGreaterThan(60 * 0.93)
    expect(lines.length / (minutes * 60)).toBeLessThan(60 * 1.1)
    const sizes = createWorld({ seed: 1, startMs: START }).channels.map(({ login }) => counts.get(login) ?? 0)
    expect(sizes.length).toBe(14)
    expect((sizes[0] ?? 0) / lines.length).toBeGreaterThan(0.2)
    expect(sizes[0] ?? 0).toBeGreaterThan(8 * (sizes[13] ?? 0) - 1_000)
  })

  it('has regulars who write a lot and many who write little', () => {
    const counts = new Map<string, number>()
    const { channels } = createWorld({ seed: 1, startMs: START })
    for (const { channel, tags, command } of sound(linesOf({}, 20))) {
      const id = tags.get('user-id')
      if (channel !== channels[0]?.login || command !== 'PRIVMSG' || id === undefined) continue
      counts.set(id, (counts.get(id) ?? 0) + 1)
    }
    const sorted = [...counts.values()].sort((a, b) => b - a)
    const total = sorted.reduce((sum, count) => sum + count, 0)
    expect(sorted.slice(0, 20).reduce((sum, count) => sum + count, 0) / total).toBeGreaterThan(0.15)
    expect(sorted.filter((count) => count === 1).length / sorted.length).toBeGreaterThan(0.4)
  })

  it('takes in any valid name as a small quiet channel, and nothing else changes', () => {
    const world = createWorld({ seed: 1, startMs: START })
    const quiet = ['first_corner', 'x', '0_o', 'constructor', '__proto__'].map((login) => world.join(login))
    const lines = world.advance(START + 30 * MINUTE)
    for (const { login, id } of quiet) {
      const own = lines.filter(({ channel, fault }) => channel === login && fault === null)
      expect(own.length / 30).toBeGreaterThan(2.5)
      expect(own.length / 30).toBeLessThan(13)
      for (const { line } of own) expect(mustRead(line).tags.get('room-id') ?? id).toBe(id)
    }
    const names = new Set(quiet.map(({ login }) => login))
    expect(lines.filter(({ channel }) => !names.has(channel))).toEqual(linesOf({}, 30))
  })

  it('refuses names and figures that make no sense', () => {
    const world = createWorld({ seed: 1, startMs: START })
    expect(() => world.join('not a name')).toThrow(RangeError)
    expect(() => world.advance(Number.NaN)).toThrow(RangeError)
    expect(() => linesOf({ messagesPerSecond: 20_001 }, 0)).toThrow(/messagesPerSecond/)
    expect(() => linesOf({ channels: 0 }, 0)).toThrow(/channels/)
    expect(() => linesOf({ faultShare: 1.5 }, 0)).toThrow(/faultShare/)
    expect(() => linesOf({ seed: Number.NaN }, 0)).toThrow(/seed/)
  })

  it('goes up to twenty thousand messages a second', () => {
    const lines = createWorld({ seed: 1, startMs: START, messagesPerSecond: 20_000, calm: true }).advance(
      START + 2_000,
    )
    expect(lines.length).toBeGreaterThan(35_000)
    expect(lines.length).toBeLessThan(46_000)
  })
})
