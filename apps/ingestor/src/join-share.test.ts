import { describe, expect, it } from 'vitest'
import { joinShare, type SaidByIngestor } from './join-share.ts'

const NOW = 1_800_000_000_000
const own = { id: 'own', identity: 'anonymous', startedAt: NOW - 2_000 }

function other(
  id: string,
  value: Partial<SaidByIngestor['instance']> = {},
  liveness: SaidByIngestor['liveness'] = 'running',
): SaidByIngestor {
  const instance = { id, identity: 'anonymous', startedAt: NOW - 3_600_000, wanted: 9, joined: 9, ...value }
  return { instance, liveness }
}

describe('the share of the JOINs', () => {
  it('is all for who is alone, whether its row is there already or not', () => {
    expect(joinShare(own, [], NOW)).toEqual({ among: 1, mustWait: false })
    expect(joinShare(own, [other('own')], NOW)).toEqual({ among: 1, mustWait: false })
  })

  it('counts the live ones of the identity only', () => {
    const seen = [
      other('a'),
      other('b', {}, 'silent'),
      other('c', {}, 'stopping'),
      other('d', { identity: 'somebody' }),
      other('job', { identity: null }),
    ]
    expect(joinShare(own, seen, NOW).among).toBe(2)
  })

  it('has to wait while another one joins, or may have joined a moment ago', () => {
    expect(joinShare(own, [other('a')], NOW).mustWait).toBe(false)
    expect(joinShare(own, [other('a', { joined: 3 })], NOW).mustWait).toBe(true)
    expect(joinShare(own, [other('a', { startedAt: NOW - 12_000 })], NOW).mustWait).toBe(true)
  })

  it('need not wait for those that start with it: they know of each other before their first JOIN', () => {
    const starting = other('a', { startedAt: NOW - 2_500, wanted: null, joined: null })
    expect(joinShare(own, [starting], NOW)).toEqual({ among: 2, mustWait: false })
  })
})
