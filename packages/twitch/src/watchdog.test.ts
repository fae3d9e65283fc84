import { describe, expect, it } from 'vitest'
import { createWatchdog } from './watchdog.ts'

describe('the watchdog', () => {
  it('asks after 10 s of silence and gives up 5 s later', () => {
    const watchdog = createWatchdog(15_000, 0)
    const said: [number, string][] = []
    for (let now = 500; now <= 15_000; now += 500) {
      const verdict = watchdog.check(now)
      if (verdict !== 'alive') said.push([now, verdict])
    }
    expect(said).toEqual([
      [10_000, 'ping'],
      [15_000, 'dead'],
    ])
  })

  it('is content with any answer, and asks again after the next silence', () => {
    const watchdog = createWatchdog(15_000, 0)
    const verdicts: string[] = []
    for (let now = 500; now <= 40_000; now += 500) {
      const verdict = watchdog.check(now)
      if (verdict === 'ping') watchdog.heard()
      verdicts.push(verdict)
    }
    expect(verdicts.filter((verdict) => verdict === 'ping')).toHaveLength(4)
    expect(verdicts).not.toContain('dead')
  })

  it('blames nobody for a stop of its own process or for a clock that jumps', () => {
    const watchdog = createWatchdog(15_000, 0)
    expect(watchdog.check(500)).toBe('alive')
    expect(watchdog.check(3_600_000)).toBe('alive')
    expect(watchdog.check(0)).toBe('alive')
    expect(watchdog.check(500)).toBe('alive')
  })
})
