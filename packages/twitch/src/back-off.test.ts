import { describe, expect, it } from 'vitest'
import { retryDelayMs } from './back-off.ts'

describe('the delay between tries', () => {
  it('starts short, doubles, and is at most 4 s in the first minute', () => {
    const delays = [1, 2, 3, 4, 5, 50].map((failures) => retryDelayMs(failures, 59_999, 0.999))
    expect(delays).toEqual([500, 1_000, 1_999, 3_998, 3_998, 3_998])
  })

  it('grows to half a minute in a long outage', () => {
    expect(retryDelayMs(50, 60_000, 0.999)).toBeLessThanOrEqual(30_000)
    expect(retryDelayMs(50, 60_000, 0)).toBe(15_000)
  })

  it('differs between clients by up to a half', () => {
    expect(retryDelayMs(3, 0, 0)).toBe(1_000)
    expect(retryDelayMs(3, 0, 0.5)).toBe(1_500)
  })
})
