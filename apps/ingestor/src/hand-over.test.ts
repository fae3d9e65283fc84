import { describe, expect, it } from 'vitest'
import { HAND_OVER_MS_MAX, HandOver } from './hand-over.ts'

const set = (...logins: string[]) => new Set(logins)

describe('a channel that is given to another ingestor', () => {
  it('is heard on until that one hears it', () => {
    const handOver = new HandOver()
    handOver.update(set('a', 'b', 'c'), set('a', 'b'), 0)
    expect(handOver.pending).toEqual([])
    handOver.update(set('a', 'b', 'c'), set('c'), 1_000)
    expect(handOver.pending).toEqual(['a', 'b'])
    expect(handOver.settle(set('c'), 2_000)).toBe(false)
    expect(handOver.settle(set('b'), 3_000)).toBe(true)
    expect(handOver.pending).toEqual(['a'])
  })

  it('is let go of after a while should nobody ever say that', () => {
    const handOver = new HandOver()
    handOver.update(set('a'), set('a'), 0)
    handOver.update(set('a'), set(), 1_000)
    handOver.update(set('a'), set(), 30_000)
    expect(handOver.settle(set(), 1_000 + HAND_OVER_MS_MAX - 1)).toBe(false)
    expect(handOver.settle(set(), 1_000 + HAND_OVER_MS_MAX)).toBe(true)
    expect(handOver.pending).toEqual([])
  })

  it('is heard on as long as the others go on taking channels, however many they are', () => {
    const handOver = new HandOver()
    const names = Array.from({ length: 10 }, (_, index) => `c${index}`)
    handOver.update(new Set(names), new Set(names), 0)
    handOver.update(new Set(names), set(), 1_000)
    for (const [index, name] of names.entries()) {
      // Ten channels at the pace of one in fifty seconds take far longer than any of them may wait alone.
      expect(handOver.pending).toEqual(names.slice(index))
      handOver.settle(set(name), 50_000 * (index + 1))
    }
    expect(handOver.pending).toEqual([])
  })

  it('is no longer given away when it comes back, and not heard on when nobody wants it', () => {
    const handOver = new HandOver()
    handOver.update(set('a', 'b'), set('a', 'b'), 0)
    handOver.update(set('a', 'b'), set(), 1_000)
    handOver.update(set('a'), set('a'), 2_000)
    expect(handOver.pending).toEqual([])
  })

  it('that nobody wants any more is left at once', () => {
    const handOver = new HandOver()
    handOver.update(set('a', 'b'), set('a', 'b'), 0)
    handOver.update(set('b'), set('b'), 1_000)
    expect(handOver.pending).toEqual([])
  })
})
