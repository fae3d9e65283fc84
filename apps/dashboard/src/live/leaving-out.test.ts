import {
  CLASS_COUNT,
  classesToSend,
  emptyPoint,
  type Frame,
  RECENT_SECONDS,
  type Without,
  withoutMask,
} from '@smacktalk/contract'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { liveChannelPlot, recentCoverage } from '../channel/channel-plot.ts'
import { leftOut } from '../channel/leave-out.ts'
import { LIVE_SECONDS } from '../ranges/ranges.ts'
import { classesIn, dayWithout, lineWithout, rateWithout } from './leaving-out.ts'
import { type LiveView, mergeTick, viewOf } from './live-view.ts'

const AT = Date.UTC(2026, 10, 19, 20, 44) / 1000
const channel = { name: 'orbit_orchard', displayName: '', slot: 2 }
const CHOICES: readonly (readonly Without[])[] = [
  [],
  ['bots'],
  ['commands'],
  ['shared'],
  ['bots', 'commands'],
  ['bots', 'shared'],
  ['commands', 'shared'],
  ['bots', 'commands', 'shared'],
]

/** Counts by class of one second, null when nobody heard it; mostly plain chat, as it is. */
const counts = fc.oneof(
  fc.constant(null),
  fc.nat(9).map((plain) => [plain, 0, 0, 0, 0, 0, 0, 0]),
  fc.array(fc.nat(9), { minLength: CLASS_COUNT, maxLength: CLASS_COUNT }),
)
const changes = fc.array(fc.record({ offset: fc.nat(RECENT_SECONDS + 100), counts }), { maxLength: 40 })
const frames = fc.array(fc.record({ changes, rate: counts, day: counts }), { minLength: 1, maxLength: 8 })

type Counts = readonly number[] | null

/** Written for itself: a message is out when any of its facts is. */
function naive(byClass: Counts, without: readonly Without[]): number | null {
  if (byClass === null) return null
  let sum = 0
  for (const [index, messages] of byClass.entries()) {
    const facts = { bots: index % 2 === 1, commands: (index >> 1) % 2 === 1, shared: index >= 4 }
    if (!without.some((name) => facts[name])) sum += messages
  }
  return sum
}

function frameOf(
  seq: number,
  { changes, rate, day }: { changes: Change[]; rate: Counts; day: Counts },
): Frame {
  const byOffset = new Map(changes.map((change) => [change.offset, change.counts]))
  const point = { ...emptyPoint(AT * 1000, 1), messages: naive(day, []) }
  return {
    seq,
    asOf: null,
    position: String(seq),
    channel: '7',
    values: {
      rate: naive(rate, []) ?? 0,
      ...named('rateByClass', classesToSend(rate ?? [])),
      seconds: [...byOffset]
        .sort(([a], [b]) => a - b)
        .map(([offset, byClass]) => ({
          t: new Date((AT + offset) * 1000).toISOString(),
          messages: naive(byClass, []),
          ...named('byClass', classesToSend(byClass ?? [])),
        })),
      minute: point,
      day: point,
      ...named('dayByClass', named('messages', classesToSend(day ?? []))),
      top: {},
    },
  }
}

type Change = { offset: number; counts: Counts }

function named<N extends string, T>(name: N, value: T | undefined): { [name in N]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { [name in N]?: T })
}

test('whatever frames come, each choice leaves exactly the messages that have none of its facts', () => {
  fc.assert(
    fc.property(frames, (list) => {
      const known = new Map<number, Counts>()
      let view: LiveView | null = null
      for (const [index, made] of list.entries()) {
        for (const { offset, counts } of made.changes) known.set(offset, counts)
        const frame = frameOf(index + 1, made)
        view = view === null ? viewOf(frame) : mergeTick(view, frame).view
      }
      if (view === null) throw new Error('no frame gave a view')
      const newest = Math.max(...known.keys())
      const last = list.at(-1)
      for (const without of CHOICES) {
        const mask = withoutMask(without)
        const line = lineWithout(view, mask)
        for (const [offset, byClass] of known) {
          if (offset <= newest - RECENT_SECONDS) continue
          expect(line.values[AT + offset - line.first]).toBe(naive(byClass, without))
        }
        expect(rateWithout(view, mask)).toBe(naive(last?.rate ?? null, without) ?? 0)
        expect(dayWithout(view, mask).messages).toBe(naive(last?.day ?? null, without))
        if (known.size === 0) continue
        const end = AT + newest
        const shown = [...known].filter(([offset]) => offset > newest - LIVE_SECONDS).map(([, each]) => each)
        const left = shown.reduce((sum, each) => sum + (naive(each, without) ?? 0), 0)
        const plot = liveChannelPlot(view, channel, end, recentCoverage(null), without)
        const drawn = plot.series[0]?.messages ?? []
        expect(drawn.reduce<number>((sum, messages) => sum + (messages ?? 0), 0)).toBe(left)
        const byClass = classesIn(view, end - LIVE_SECONDS + 1, end)
        const all = shown.reduce((sum, each) => sum + (naive(each, []) ?? 0), 0)
        if (byClass !== null) {
          expect(leftOut(without, byClass).together).toBe(all - left)
        } else expect(all).toBe(0)
      }
    }),
  )
})

test('a second that becomes plain, and one that left the line, lose their classes', () => {
  const busy = { offset: 0, counts: [1, 2, 0, 0, 0, 0, 0, 0] }
  const first = viewOf(frameOf(1, { changes: [busy], rate: null, day: null }))
  expect([...first.classes]).toEqual([[AT, [1, 2]]])
  const plain = { offset: 0, counts: [3, 0, 0, 0, 0, 0, 0, 0] }
  expect(mergeTick(first, frameOf(2, { changes: [plain], rate: null, day: null })).view?.classes.size).toBe(0)
  const later = { offset: RECENT_SECONDS, counts: [1, 0, 0, 0, 0, 0, 0, 0] }
  expect(mergeTick(first, frameOf(2, { changes: [later], rate: null, day: null })).view?.classes.size).toBe(0)
})
