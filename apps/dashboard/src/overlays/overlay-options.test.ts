import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  DEFAULT_OVERLAY,
  GOAL_COUNTS,
  OPTIONS_OF,
  OVERLAY_BOUNDS,
  OVERLAY_COLORS,
  OVERLAY_KINDS,
  OVERLAY_SPANS,
  type OverlayOptions,
  overlayAddress,
  overlayKindOf,
  readOverlay,
} from './overlay-options.ts'

const bounded = (name: keyof typeof OVERLAY_BOUNDS) =>
  fc.integer({ min: OVERLAY_BOUNDS[name].least, max: OVERLAY_BOUNDS[name].most })

const options: fc.Arbitrary<OverlayOptions> = fc.record({
  channel: fc.constantFrom('', 'first_den', 'id:123'),
  plate: fc.boolean(),
  line: bounded('line'),
  size: bounded('size'),
  color: fc.constantFrom(...OVERLAY_COLORS),
  span: fc.constantFrom(...OVERLAY_SPANS),
  places: bounded('places'),
  bots: fc.boolean(),
  pictures: fc.boolean(),
  count: fc.constantFrom(...GOAL_COUNTS),
  goal: bounded('goal'),
  title: fc.string({ maxLength: 40 }),
  since: fc.constantFrom('', '2026-03-01T18:00:00.000Z'),
})

describe('the address of an overlay', () => {
  it('holds everything the overlay can be told', () => {
    fc.assert(
      fc.property(fc.constantFrom(...OVERLAY_KINDS), options, (kind, wanted) => {
        const address = new URL(overlayAddress(kind, wanted), 'http://overlay')
        const read = readOverlay(address.search)
        expect(overlayKindOf(address.pathname)).toBe(kind)
        for (const name of OPTIONS_OF[kind]) expect([name, read[name]]).toEqual([name, wanted[name]])
      }),
    )
  })

  it('leaves out what is at its default, but never the channel', () => {
    expect(overlayAddress('rate', DEFAULT_OVERLAY)).toBe('/overlay/rate?channel=')
    expect(overlayAddress('rate', { ...DEFAULT_OVERLAY, channel: 'first_den', line: 60 })).toBe(
      '/overlay/rate?channel=first_den&line=60',
    )
  })

  it('falls back or moves into bounds where it cannot be read, whatever stands in it', () => {
    expect(readOverlay('?channel=%23First_Den&line=5&size=9999&places=x&color=red&since=never')).toEqual({
      ...DEFAULT_OVERLAY,
      channel: 'first_den',
      line: OVERLAY_BOUNDS.line.least,
      size: OVERLAY_BOUNDS.size.most,
    })
    expect(readOverlay('?channel=not%20a%20name').channel).toBe('')
    fc.assert(
      fc.property(fc.string(), (search) => {
        const { line, size, places, goal } = readOverlay(search)
        for (const value of [line, size, places, goal]) expect(Number.isSafeInteger(value)).toBe(true)
      }),
    )
  })

  it('names an overlay only where there is one', () => {
    expect(overlayKindOf('/overlay/rate')).toBe('rate')
    expect(overlayKindOf('/overlay/rate/')).toBe('rate')
    expect(overlayKindOf('/overlay/clock')).toBeNull()
    expect(overlayKindOf('/overlays')).toBeNull()
  })
})
