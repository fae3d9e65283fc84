import type { ChannelEvent } from '@smacktalk/contract'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eventWords } from './event-words.ts'
import { kindOf, labelPlaces, MARKER_KINDS, type Marker, MERGE_PX, markerRows } from './marker.ts'

const marker: fc.Arbitrary<Marker> = fc.record({
  at: fc.integer({ min: -50, max: 1_050 }),
  kind: fc.constantFrom(...MARKER_KINDS),
  minor: fc.boolean(),
  label: fc.constant('label'),
  short: fc.constant('short'),
})

test('markers merge until each group stands apart, and none in the plot is lost', () => {
  fc.assert(
    fc.property(fc.array(marker, { maxLength: 60 }), (markers) => {
      const { major, minor } = markerRows(markers, (at) => at, 0, 1_000)
      expect([...major, ...minor].flatMap((group) => group.markers)).toHaveLength(
        markers.filter(({ at }) => at >= 0 && at <= 1_000).length,
      )
      for (const groups of [major, minor]) {
        for (const [index, group] of groups.entries()) {
          const before = groups[index - 1]
          if (before !== undefined) expect(group.x - before.x).toBeGreaterThanOrEqual(MERGE_PX)
          expect(group.markers.map(({ kind }) => kind)).toContain(kindOf(group))
          expect(group.markers.every((each) => each.minor === (groups === minor))).toBe(true)
        }
      }
    }),
  )
})

test('a label stays in the plot and touches no glyph and no other label; the last one has a place on either side', () => {
  fc.assert(
    fc.property(fc.array(marker, { maxLength: 40 }), fc.integer({ min: 5, max: 90 }), (markers, width) => {
      const { major } = markerRows(markers, (at) => at, 0, 1_000)
      const places = labelPlaces(major, () => width, 0, 1_000)
      const glyphs = major.map(({ x }) => [x - 7, x + 7] as const)
      const labels = places.flatMap((place) => (place === null ? [] : [[place, place + width] as const]))
      for (const [from, to] of labels) {
        expect(from).toBeGreaterThanOrEqual(0)
        expect(to).toBeLessThanOrEqual(1_000)
        for (const [begin, end] of glyphs) expect(to <= begin || from >= end).toBe(true)
      }
      labels.reduce((end, [from, to]) => {
        expect(from).toBeGreaterThanOrEqual(end)
        return to
      }, 0)
      const [last, before] = [major.at(-1), major.at(-2)]
      if (last !== undefined && last.x - (before?.x ?? 0) > 2 * (width + 30))
        expect(places.at(-1)).not.toBeNull()
    }),
  )
})

const event = (kind: string, part: Partial<ChannelEvent> = {}): ChannelEvent => ({
  id: '1',
  at: '2026-03-01T00:00:00.000Z',
  kind,
  notice: null,
  userId: null,
  login: null,
  displayName: null,
  targetId: null,
  targetLogin: null,
  plan: null,
  months: null,
  amount: null,
  mode: null,
  ...part,
})

test.each([
  [event('raid', { displayName: 'Mossy', amount: 842 }), 'Raid', 'Mossy, 842 viewers', 'Raid 842'],
  [event('giftBomb', { amount: 1 }), 'Gift burst', '1 sub', '1 gift'],
  [event('timeout', { targetLogin: 'x', amount: 600 }), 'Timeout', 'x, 10 min 00 s', 'Timeout'],
  [event('mode', { mode: 'slow', amount: 30 }), 'Slow mode on, 30 s', '', 'Slow mode'],
  [event('mode', { mode: 'slow', amount: 0 }), 'Slow mode off', '', 'Slow mode off'],
  [event('mode', { mode: 'followers-only', amount: 0 }), 'Followers-only mode on', '', 'Followers-only mode'],
  [
    event('mode', { mode: 'followers-only', amount: -1 }),
    'Followers-only mode off',
    '',
    'Followers-only mode off',
  ],
  [
    event('resub', { displayName: 'Fern', months: 3, plan: '1000' }),
    'Resub',
    'Fern, 3 months, Tier 1',
    'Resub',
  ],
  [event('unheardOf'), 'unheardOf', '', 'unheardOf'],
])('an event says what happened: %#', (happened, title, detail, short) => {
  expect(eventWords(happened)).toMatchObject({ title, detail, short })
})
