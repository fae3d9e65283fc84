import type { Sighting } from '@smacktalk/contract'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Sightings } from './sightings.ts'

const seen = (identity: string, sentAt: number, position: number, author: string, textHash = 0) => ({
  identity,
  sentAt,
  position,
  author,
  textHash,
  shared: false,
})

const at = (second: number): number => 1_700_000_000_000 + second * 1_000

test('a sighting is found above the limit and below the position', () => {
  const sightings = new Sightings()
  sightings.add(seen('a', at(5), 3, 'u'), at(5))
  expect(sightings.find('a', at(5), 4)?.author).toBe('u')
  expect(sightings.find('a', at(5) + 1, 4)).toBeUndefined()
  expect(sightings.find('a', at(5), 3)).toBeUndefined()
  expect(sightings.find('b', at(5), 4)).toBeUndefined()
})

test('whole seconds are forgotten, also when they lie far apart', () => {
  const sightings = new Sightings()
  for (const second of [0, 1, 2, 100_000])
    sightings.add(seen(`id${second}`, at(second), second, ''), at(second))
  sightings.forgetBefore(at(2) + 999)
  expect(sightings.size).toBe(2)
  sightings.forgetBefore(at(99_999))
  expect(sightings.size).toBe(1)
  sightings.forgetBefore(at(200_000))
  expect(sightings.size).toBe(0)
})

test('of two send times of one identity each is forgotten at its own time', () => {
  const sightings = new Sightings()
  sightings.add(seen('a', at(1), 1, ''), at(1))
  sightings.add(seen('a', at(9), 2, ''), at(2))
  sightings.forgetBefore(at(5))
  expect(sightings.find('a', 0, 10)?.sentAt).toBe(at(9))
})

test('beyond its largest size the oldest seconds go, and the limit says up to where', () => {
  const sightings = new Sightings(3)
  for (let second = 0; second < 5; second++)
    sightings.add(seen(`id${second}`, at(second), second, ''), at(second))
  expect(sightings.enforceMax()).toBe(at(2))
  expect(sightings.size).toBe(3)
  expect(sightings.enforceMax()).toBe(0)
})

test('what was appended before a time comes by position', () => {
  const sightings = new Sightings()
  sightings.add(seen('a', at(50), 1, ''), at(1))
  sightings.add(seen('b', at(2), 2, ''), at(2))
  sightings.add(seen('c', at(60), 3, ''), at(3))
  sightings.forgetBefore(at(10))
  expect(sightings.appendedBefore(at(3)).map(({ identity }) => identity)).toEqual(['a'])
  expect(sightings.anyAppendedBetween(at(3), at(4))).toBe(true)
  expect(sightings.anyAppendedBetween(at(2), at(3))).toBe(false)
})

test('the same text of the same author is found under another id, a lower position, and not too far away', () => {
  const sightings = new Sightings()
  sightings.add(seen('a', at(10), 1, 'u', 77), at(10))
  const asked = (identity: string, second: number, position: number, hash = 77) =>
    sightings.hasText(seen(identity, at(second), position, 'u', hash), 30_000)
  expect(asked('b', 40, 2)).toBe(true)
  expect(asked('b', 41, 2)).toBe(false)
  expect(asked('a', 40, 2)).toBe(false)
  expect(asked('b', 40, 1)).toBe(false)
  expect(asked('b', 40, 2, 78)).toBe(false)
  sightings.forgetBefore(at(20))
  expect(asked('b', 40, 2)).toBe(false)
})

/** Ids as Twitch makes them, and such as only look like it. */
const uuid = (digit: string): string => `${digit}9f1c2d4-5e6f-4a7b-8c9d-0123456789a${digit}`
const identities = [
  uuid('0'),
  uuid('f'),
  uuid('A'),
  `${uuid('0')}0`,
  uuid('0').replaceAll('-', '_'),
  uuid('0').replace('c', 'ć'),
  'x',
  '\u0001d 5 x',
]
const sightings = fc.record<Sighting>({
  identity: fc.constantFrom(...identities),
  sentAt: fc.integer({ min: 0, max: 40_000 }),
  position: fc.integer({ min: 0, max: 50 }),
  author: fc.constantFrom('', '7', '07', '123456789012345', '1234567890123456', 'seven'),
  textHash: fc.constantFrom(0, 1, 17, 2 ** 52 + 1),
  shared: fc.boolean(),
})

/** The same by looking through a list: what is remembered is the definition. */
class PlainSightings {
  list: Sighting[] = []

  add(sighting: Sighting): void {
    const { identity, sentAt, author, textHash } = sighting
    const isCopy = this.list.some(
      (seen) =>
        seen.identity === identity &&
        seen.sentAt === sentAt &&
        seen.author === author &&
        seen.textHash === textHash,
    )
    if (!isCopy) this.list.push(sighting)
  }
  forgetBefore(limit: number): void {
    const until = Math.floor(limit / 1_000)
    this.list = this.list.filter(({ sentAt }) => Math.floor(sentAt / 1_000) >= until)
  }
}

test('any sightings are remembered and forgotten as by looking through a list', () => {
  const steps = fc.array(
    fc.oneof(
      { weight: 8, arbitrary: sightings },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 45_000 }) },
    ),
    { maxLength: 120, size: 'max' },
  )
  fc.assert(
    fc.property(steps, sightings, (list, asked) => {
      const real = new Sightings()
      const plain = new PlainSightings()
      let appendMs = 0
      for (const step of list) {
        if (typeof step === 'number') {
          real.forgetBefore(step)
          plain.forgetBefore(step)
        } else {
          real.add(step, ++appendMs)
          plain.add(step)
        }
      }
      const byPosition = (a: Sighting, b: Sighting) => a.position - b.position
      expect(real.size).toBe(plain.list.length)
      expect(real.appendedBefore(Number.POSITIVE_INFINITY)).toEqual([...plain.list].sort(byPosition))
      const { identity, sentAt, position, textHash } = asked
      const found = plain.list.find(
        (seen) => seen.identity === identity && seen.sentAt >= sentAt && seen.position < position,
      )
      expect(real.find(identity, sentAt, position)).toEqual(found)
      expect(real.has(identity, sentAt, position)).toBe(found !== undefined)
      const said = plain.list.some(
        (seen) =>
          seen.textHash === textHash &&
          seen.identity !== identity &&
          seen.position < position &&
          Math.abs(seen.sentAt - sentAt) <= 5_000,
      )
      expect(real.hasText(asked, 5_000)).toBe(textHash !== 0 && said)
    }),
    { seed: 20_260_105, numRuns: 1_000 },
  )
})
