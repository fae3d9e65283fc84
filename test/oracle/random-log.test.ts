import {
  COUNT_NAMES,
  DROP_REASONS,
  EVENT_KINDS,
  type Message,
  NO_CHANNEL,
  TOP_KINDS,
} from '@smacktalk/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isCounted, judge } from './judging.ts'
import { emotesIn, withoutAction } from './message-facts.ts'
import { type ChannelCount, countByHand, type LogEntry, type SpanCount } from './oracle.ts'
import { type RandomLog, randomLog } from './random-log.ts'
import { TOKENS } from './random-texts.ts'
import { tokens, wordsOf } from './words.ts'

/** Fixed, so that a red run is red again; fast-check prints it together with the path of what failed. */
const SEED = 20_240_501
const RUNS = 150

const channelsOf = ({ entries, options }: RandomLog): ChannelCount[] => [
  ...countByHand(entries, options).values(),
]

function always(property: (log: RandomLog) => void): void {
  fc.assert(fc.property(randomLog(), property), { seed: SEED, numRuns: RUNS })
}

describe('a random log', () => {
  const logs = fc.sample(randomLog(), { seed: SEED, numRuns: 400 })
  const counts = logs.flatMap(channelsOf)
  const judged = logs.map(({ entries, options }) => judge(entries, options))
  const counted = judged.flat().filter(isCounted)

  it('reaches every verdict and every reason, none of them rarely', () => {
    const seen = new Map<string, number>()
    for (const { verdicts } of counts) {
      for (const verdict of verdicts.values()) seen.set(verdict, (seen.get(verdict) ?? 0) + 1)
    }
    const wanted = ['message', 'event', 'duplicate', 'late', 'already-judged']
    const reasons = DROP_REASONS.map((reason) => `dropped: ${reason}`)
    for (const verdict of [...wanted, ...reasons]) {
      expect(seen.get(verdict) ?? 0, `${verdict}, seed ${SEED}`).toBeGreaterThan(50)
    }
  })

  it('reaches every name, every class, every kind of record and every way into a user row', () => {
    const days = counts.flatMap((count) => [...count.days.values()])
    for (const name of COUNT_NAMES) {
      expect(days.filter(({ counts: numbers }) => numbers[name] > 0).length, name).toBeGreaterThan(5)
    }
    for (let index = 0; index < 8; index++) {
      expect(
        days.filter(({ messages }) => (messages[index] ?? 0) > 0).length,
        `class ${index}`,
      ).toBeGreaterThan(5)
    }
    expect(new Set(days.flatMap(({ otherNoticesByKind }) => [...otherNoticesByKind.keys()])).size).toBe(5)
    const rows = counts.flatMap(({ users }) => [...users.values()].flatMap((row) => [...row.values()]))
    for (const name of ['commands', 'replies', 'bits', 'timeouts', 'bans', 'deletions'] as const) {
      expect(rows.filter((row) => row[name] > 0).length, name).toBeGreaterThan(5)
    }
    const kinds = new Set(logs.flatMap(({ entries }) => entries.map(({ record }) => record.kind)))
    expect(kinds.size).toBe(9)
  })

  it('has records exactly at the limits', () => {
    const distances = new Set<number>()
    for (const { entries, options } of logs) {
      const newest = new Map<string, number>()
      for (const [id, count] of countByHand(entries, options)) {
        for (const { offset, record } of entries) {
          const verdict = record.value.channelId === id ? count.verdicts.get(offset) : undefined
          if (verdict === undefined || !('sentAt' in record.value) || record.value.sentAt === null) continue
          const { run, sentAt } = record.value
          const key = `${id} ${run}`
          const before = newest.get(key)
          if (before !== undefined) distances.add(sentAt - (before - options.horizonMs))
          const raises = verdict === 'message' || (verdict === 'event' && record.kind !== 'roomState')
          if (raises) newest.set(key, Math.max(sentAt, before ?? 0))
        }
      }
    }
    expect([...distances]).toEqual(expect.arrayContaining([-1, 0, 1]))
  })

  it('reaches every top list, and every kind of token in a message that may give words', () => {
    const lists = counts.flatMap(({ topsOfDays }) => [...topsOfDays.values()])
    for (const kind of TOP_KINDS) {
      expect(lists.filter((list) => list[kind].size > 1).length, kind).toBeGreaterThan(10)
      const several = lists.flatMap((list) => [...list[kind].values()].filter(({ count }) => count > 1))
      expect(several.length, kind).toBeGreaterThan(20)
    }
    const occurrences = lists.flatMap(({ emotes, words, mentions }) =>
      [emotes, words, mentions].flatMap((list) => [...list.values()]),
    )
    expect(occurrences.filter(({ count, messages }) => count > messages).length).toBeGreaterThan(20)

    const messages = counted.flatMap(({ record }) => (record.kind === 'message' ? [record.value] : []))
    const said = new Map<string, number>()
    for (const token of messages.flatMap(({ text }) => tokens(withoutAction(text ?? '')))) {
      said.set(token, (said.get(token) ?? 0) + 1)
    }
    for (const token of TOKENS) expect(said.get(token) ?? 0, token).toBeGreaterThan(5)
    for (const without of [{ emotes: '' }, { thirdPartyEmotes: [] }]) {
      const touched = messages.filter(
        (each) => wordsOf(each).length < wordsOf({ ...each, ...without }).length,
      )
      expect(touched.length, `words kept without ${JSON.stringify(without)}`).toBeGreaterThan(100)
    }
    const recognised = (each: Message) =>
      emotesIn(each).counted.filter(({ key }) => !key.startsWith('twitch:')).length
    const refused = messages.filter((each) => recognised(each) < recognised({ ...each, emotes: '' }))
    expect(refused.length, 'recognised where an emote of Twitch stands').toBeGreaterThan(20)
  })

  it('has texts said again before, at and after 30 s, in either order', () => {
    expect(counted.filter(({ repeated }) => repeated).length).toBeGreaterThan(100)
    const distances = new Map<number, number>()
    for (const log of judged) {
      for (const [index, { record, verdict }] of log.entries()) {
        if (record.kind !== 'message' || verdict !== 'message') continue
        for (const { record: earlier } of log.slice(0, index)) {
          if (earlier.kind !== 'message' || earlier.value.id === record.value.id) continue
          const same = (['userId', 'channelId', 'run'] as const).every(
            (name) => earlier.value[name] === record.value[name],
          )
          if (!same || earlier.value.text !== record.value.text) continue
          const apart = record.value.sentAt - earlier.value.sentAt
          distances.set(apart, (distances.get(apart) ?? 0) + 1)
        }
      }
    }
    for (const apart of [0, 29_999, 30_000, 30_001, -30_000, -30_001]) {
      expect(distances.get(apart) ?? 0, `${apart} ms apart`).toBeGreaterThan(3)
    }
  })

  it('lists every kind of event, and people by all their names and badges', () => {
    const events = counts.flatMap(({ events: ofChannel }) => ofChannel.map(({ event }) => event))
    for (const kind of EVENT_KINDS) {
      expect(events.filter((event) => event.kind === kind).length, kind).toBeGreaterThan(10)
    }
    for (const name of ['userId', 'displayName', 'targetId', 'targetLogin', 'plan', 'months'] as const) {
      expect(events.filter((event) => event[name] !== null).length, name).toBeGreaterThan(50)
    }
    for (const kind of ['timeout', 'raid', 'giftBomb', 'mode']) {
      const figures = events.filter((event) => event.kind === kind && event.amount !== null)
      expect(figures.length, `amount of ${kind}`).toBeGreaterThan(5)
    }
    const nameless = events.filter(({ kind, targetLogin }) => kind === 'ban' && targetLogin === null)
    expect(nameless.length).toBeGreaterThan(5)
    const rows = counts.flatMap(({ users }) => [...users.values()].flatMap((days) => [...days.values()]))
    expect(rows.filter(({ logins }) => logins.size > 1).length).toBeGreaterThan(20)
    expect(rows.filter(({ badges }) => badges !== '').length).toBeGreaterThan(100)
    expect(rows.filter(({ favourites }) => favourites.size > 1).length).toBeGreaterThan(100)
  })

  it('spans several days, minutes taken by imports, and coverage over midnight', () => {
    expect(counts.filter(({ days }) => days.size > 1).length).toBeGreaterThan(5)
    const owners = counts.map(({ owners: byMinute }) => new Set([...byMinute.values()].map(({ run }) => run)))
    expect(owners.filter((runs) => runs.size > 1).length).toBeGreaterThan(20)
    expect(counts.filter(({ coverage }) => coverage.size > 1).length).toBeGreaterThan(5)
  })
})

describe('for any log', () => {
  it('records are messages, events, duplicates, late and dropped ones, and lines judged before', () => {
    always((log) => {
      for (const { verdicts, totals } of channelsOf(log)) {
        const { messages, events, duplicates, late, dropped, alreadyJudged } = totals
        expect(messages + events + duplicates + late + dropped + alreadyJudged).toBe(verdicts.size)
      }
    })
  })

  it('an hour is the sum of its minutes and a day of its hours, chatters and peak apart', () => {
    always((log) => {
      for (const { minutes, hours, days } of channelsOf(log)) {
        expectSums(minutes, hours, 3_600_000)
        expectSums(hours, days, 86_400_000)
      }
    })
  })

  it('the totals are those of the days', () => {
    always(({ entries, options }) => {
      for (const [id, { totals, days }] of countByHand(entries, options)) {
        if (id === NO_CHANNEL) continue
        const sum = (of: (day: SpanCount) => number): number =>
          [...days.values()].reduce((total, day) => total + of(day), 0)
        expect(sum(({ messages }) => messages.reduce((a, b) => a + b))).toBe(totals.messages)
        expect(sum(({ counts }) => counts.duplicates)).toBe(totals.duplicates)
        expect(sum(({ counts }) => counts.late)).toBe(totals.late)
        expect(sum(({ counts }) => counts.dropped)).toBe(totals.dropped)
      }
    })
  })

  it('other channels of the partition change nothing but the running append time', () => {
    fc.assert(
      fc.property(randomLog({ clockSetBack: false }), ({ entries, options }) => {
        for (const [id, count] of countByHand(entries, options)) {
          const alone = entries.filter(({ record }) => record.value.channelId === id)
          expect(countByHand(alone, options).get(id)).toEqual(count)
        }
      }),
      { seed: SEED, numRuns: 60 },
    )
  })

  it('a second ingestor with the same messages adds duplicates alone', () => {
    fc.assert(
      fc.property(randomLog({ stepsMax: 30 }), ({ entries, options }) => {
        const once = entries.filter(({ record }) => record.kind === 'message' && record.value.run === 'live')
        const twice = once.flatMap((entry): LogEntry[] => [entry, entry])
        const renumbered = twice.map((entry, offset) => ({ ...entry, offset }))
        const [one, two] = [countByHand(once, options), countByHand(renumbered, options)]
        for (const [id, { users, recentSeconds, totals }] of one) {
          expect(two.get(id)).toMatchObject({ users, recentSeconds })
          expect(two.get(id)?.totals.messages).toBe(totals.messages)
          expect(two.get(id)?.totals.late).toBeGreaterThanOrEqual(totals.late)
        }
      }),
      { seed: SEED, numRuns: RUNS },
    )
  })
})

function expectSums(small: Map<number, SpanCount>, big: Map<number, SpanCount>, sizeMs: number): void {
  for (const [start, span] of big) {
    const parts = [...small].filter(([at]) => at >= start && at < start + sizeMs).map(([, part]) => part)
    for (const name of COUNT_NAMES) {
      expect(span.counts[name]).toBe(parts.reduce((sum, part) => sum + part.counts[name], 0))
    }
    for (const name of ['messages', 'characters', 'emoteUses'] as const) {
      const sums = span[name].map((_, index) =>
        parts.reduce((sum, part) => sum + (part[name][index] ?? 0), 0),
      )
      expect(span[name]).toEqual(sums)
    }
    expect(span.chatters).toEqual(new Set(parts.flatMap(({ chatters }) => [...chatters])))
    expect(span.peakPerSecond).toBe(Math.max(0, ...parts.map(({ peakPerSecond }) => peakPerSecond)))
  }
}
