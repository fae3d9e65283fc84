import { describe, expect, it } from 'vitest'
import type { Label } from './labels.ts'
import { insideAction, type NaiveLine, readNaively } from './testing/naive-line.ts'
import { createWorld, type World } from './world.ts'

const START = Date.UTC(2026, 1, 3, 19)
const MINUTE = 60_000
const SEED = 21

type Timed = NaiveLine & { atMs: number }

/** Sound lines of the channel itself within a label's span, without copies from a partner. */
function linesWithin({ channel, fromMs, toMs }: Label): Timed[] {
  return (byChannel.get(channel) ?? []).filter(({ tags, atMs }) => {
    if (atMs < fromMs || atMs >= toMs) return false
    return (tags.get('source-room-id') ?? tags.get('room-id')) === tags.get('room-id')
  })
}

function run(minutes: number, seed = SEED): { world: World; lines: Timed[] } {
  const world = createWorld({ seed, startMs: START, faultShare: 0 })
  const lines = world.advance(START + minutes * MINUTE).flatMap(({ line, atMs }) => {
    const read = readNaively(line)
    return read === undefined ? [] : [{ ...read, atMs }]
  })
  return { world, lines }
}

const { world, lines } = run(60)
const byChannel = Map.groupBy(lines, ({ channel }) => channel)
const of = <K extends Label['kind']>(kind: K) =>
  world.labels.filter((label): label is Extract<Label, { kind: K }> => label.kind === kind)
const notices = (label: Label, msgId: string) =>
  linesWithin(label).filter(({ command, tags }) => command === 'USERNOTICE' && tags.get('msg-id') === msgId)
const messages = (label: Label) => linesWithin(label).filter(({ command }) => command === 'PRIVMSG')
/** Ordinary talk may say by chance what the happening says, but not often. */
const nearly = (found: number, figure: number) => {
  expect(found).toBeGreaterThanOrEqual(figure)
  expect(found).toBeLessThanOrEqual(figure * 1.35 + 8)
}

describe('the labels of a world', () => {
  it('name every kind of happening within an hour', () => {
    const kinds = new Set(world.labels.map(({ kind }) => kind))
    expect([...kinds].sort()).toEqual(
      [
        'announcement',
        'banWave',
        'chatClear',
        'commandWave',
        'copyPasta',
        'emoteStorm',
        'giftBurst',
        'mode',
        'questionWave',
        'raid',
        'rename',
        'sharedChat',
        'unexplained',
      ].sort(),
    )
  })

  it('begin a raid with its notice and count who arrives', () => {
    const raids = of('raid')
    expect(raids.length).toBeGreaterThan(5)
    for (const label of raids) {
      const [notice, ...more] = notices(label, 'raid')
      expect(more).toEqual([])
      expect(notice?.atMs).toBe(label.fromMs)
      expect(notice?.tags.get('msg-param-viewerCount')).toBe(String(label.viewers))
      expect(notice?.tags.get('msg-param-login')).toBe(label.from)
      const first = messages(label).filter(({ tags }) => tags.get('first-msg') === '1').length
      nearly(first, label.arrivals)
      expect(label.arrivals).toBeGreaterThan(5)
      expect(messages(label).length).toBeGreaterThanOrEqual(label.messages)
    }
  })

  it('count a storm by its emote', () => {
    for (const label of of('emoteStorm')) {
      const found = messages(label).filter(({ text = '', tags }) => {
        return tags.get('emote-only') === '1' && insideAction(text).startsWith(label.emoteCode)
      })
      nearly(found.length, label.messages)
      const { length } = messages(label)
      expect(label.messages / length).toBeGreaterThan(0.4)
    }
  })

  it('count mass gifts and every single gift behind them', () => {
    for (const label of of('giftBurst')) {
      const bombs = notices(label, 'submysterygift')
      expect(bombs.length).toBe(label.bombs)
      const gifts = notices(label, 'subgift').filter(({ tags }) => tags.has('msg-param-community-gift-id'))
      expect(gifts.length).toBe(label.gifts)
      for (const bomb of bombs) {
        const giftId = bomb.tags.get('msg-param-community-gift-id')
        const own = gifts.filter(({ tags }) => tags.get('msg-param-community-gift-id') === giftId)
        expect(String(own.length)).toBe(bomb.tags.get('msg-param-mass-gift-count'))
        for (const gift of own) expect(gift.atMs).toBeGreaterThan(bomb.atMs)
      }
    }
  })

  it('count waves of one text', () => {
    for (const label of of('copyPasta')) {
      nearly(messages(label).filter(({ text = '' }) => text.startsWith(label.text)).length, label.messages)
    }
    for (const label of of('questionWave')) {
      const stem = label.text.slice(0, -1)
      nearly(messages(label).filter(({ text = '' }) => text.startsWith(stem)).length, label.messages)
    }
    for (const label of of('commandWave')) {
      expect(messages(label).filter(({ text }) => text === label.command).length).toBe(label.messages)
    }
  })

  it('count the bans and time-outs of a ban wave', () => {
    for (const label of of('banWave')) {
      const clears = linesWithin(label).filter(({ command }) => command === 'CLEARCHAT')
      nearly(clears.filter(({ tags }) => !tags.has('ban-duration')).length, label.bans)
      nearly(clears.filter(({ tags }) => tags.has('ban-duration')).length, label.timeouts)
      expect(label.bans + label.timeouts).toBe(label.messages)
    }
  })

  it('stand where the chat is cleared, a mode changes or something is announced', () => {
    for (const label of of('chatClear')) {
      const clears = linesWithin(label).filter(
        ({ command, text }) => command === 'CLEARCHAT' && text === undefined,
      )
      expect(clears.map(({ atMs }) => atMs)).toEqual([label.fromMs])
    }
    for (const label of of('mode')) {
      const changes = linesWithin(label).filter(
        ({ command, tags }) => command === 'ROOMSTATE' && tags.has(label.mode),
      )
      expect(changes.length).toBe(label.changes)
      expect(label.changes).toBe(2)
      expect(changes[0]?.tags.get(label.mode)).toBe(String(label.value))
      expect(changes[0]?.atMs).toBe(label.fromMs)
    }
    for (const label of of('announcement'))
      expect(notices(label, 'announcement').length).toBe(label.announcements)
  })

  it('count the copies of a shared chat, each naming its original', () => {
    const sessions = of('sharedChat')
    const originals = new Map(lines.map((line) => [line.tags.get('id'), line]))
    for (const { channel, partner, fromMs, toMs, copies } of sessions) {
      const within = (byChannel.get(channel) ?? []).filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
      const found = within.filter(({ command, tags }) => {
        return (
          command === 'PRIVMSG' &&
          tags.get('source-room-id') !== tags.get('room-id') &&
          tags.has('source-room-id')
        )
      })
      expect(found.length).toBe(copies)
      expect(copies).toBeGreaterThan(10)
      for (const copy of found) {
        const original = originals.get(copy.tags.get('source-id'))
        expect(original?.channel).toBe(partner)
        expect(original?.text).toBe(copy.text)
        expect(original?.tags.get('source-id')).toBe(original?.tags.get('id'))
        expect(original?.tags.get('badges')).toBe(copy.tags.get('source-badges'))
      }
    }
    const mirrored = lines.filter(({ tags }) => tags.get('msg-id') === 'sharedchatnotice')
    expect(mirrored.length).toBeGreaterThan(0)
    for (const { tags } of mirrored) {
      expect(tags.get('source-msg-id')).toBe(originals.get(tags.get('source-id'))?.tags.get('msg-id'))
    }
  })

  it('tell who is called what from when on', () => {
    const renames = of('rename')
    const last = new Map(renames.map((label) => [label.userId, label]))
    for (const { userId, newLogin, fromMs } of last.values()) {
      const later = lines.filter(({ command, tags, atMs }) => {
        return command === 'PRIVMSG' && tags.get('user-id') === userId && atMs >= fromMs + 1_000
      })
      for (const { prefix } of later) expect(prefix.startsWith(`${newLogin}!`)).toBe(true)
    }
  })

  it('appear when their span is over and never change again', () => {
    const watched = createWorld({ seed: SEED, startMs: START, faultShare: 0 })
    const firstSeen = new Map<string, Label>()
    for (let now = START; now <= START + 10 * MINUTE; now += 700) {
      watched.advance(now)
      for (const label of watched.labels) {
        expect(label.toMs).toBeLessThanOrEqual(now)
        const key = `${label.kind} ${label.channel} ${label.fromMs}`
        const seen = firstSeen.get(key)
        if (seen === undefined) firstSeen.set(key, label)
        else expect(label).toEqual(seen)
      }
    }
    expect([...firstSeen.values()]).toEqual(world.labels.slice(0, firstSeen.size))
  })
})

describe('a demo', () => {
  it('shows a raid and an emote storm in the larger channels within any ten minutes', () => {
    for (const seed of [1, 2, 3]) {
      for (const channels of [1, 3, 14]) {
        const demo = createWorld({ seed, startMs: START, channels, messagesPerSecond: 6 })
        const larger = demo.channels.slice(0, 5).map(({ login }) => login)
        demo.advance(START + 60 * MINUTE)
        for (let from = START; from <= START + 48 * MINUTE; from += 2 * MINUTE) {
          const kinds = new Set(
            demo.labels
              .filter(
                ({ channel, fromMs }) =>
                  larger.includes(channel) && fromMs >= from && fromMs < from + 10 * MINUTE,
              )
              .map(({ kind }) => kind),
          )
          expect([seed, channels, kinds.has('raid'), kinds.has('emoteStorm')]).toEqual([
            seed,
            channels,
            true,
            true,
          ])
        }
      }
    }
  })

  it('tells whoever joins the modes as they are', () => {
    const modes = new Map<string, Map<string, string>>()
    const demo = createWorld({ seed: 22, startMs: START, faultShare: 0 })
    let switched = 0
    for (let now = START; now < START + 20 * MINUTE; now += 5_000) {
      for (const { line, channel } of demo.advance(now)) {
        const read = readNaively(line)
        if (read?.command !== 'ROOMSTATE') continue
        const known = modes.get(channel) ?? new Map<string, string>()
        for (const [name, value] of read.tags) known.set(name, value)
        modes.set(channel, known)
        switched += 1
      }
      for (const { login, id } of demo.channels) {
        const state = readNaively(demo.roomState(login, now))
        expect(state?.tags.get('room-id')).toBe(id)
        for (const [name, value] of modes.get(login) ?? []) expect(state?.tags.get(name)).toBe(value)
        if (!modes.has(login)) expect(state?.tags.get('followers-only')).toBe('-1')
      }
    }
    expect(switched).toBeGreaterThan(2)
    for (const label of demo.labels) {
      if (label.kind !== 'mode') continue
      const valueAt = (atMs: number) => readNaively(demo.roomState(label.channel, atMs))?.tags.get(label.mode)
      const off = label.mode === 'followers-only' ? '-1' : '0'
      expect([valueAt(label.fromMs), valueAt(label.fromMs + 1), valueAt(label.toMs)]).toEqual([
        off,
        String(label.value),
        off,
      ])
    }
    expect(demo.roomState('never_seen', START)).toMatch(/^@emote-only=0;.*ROOMSTATE #never_seen$/)
  })
})
