import { describe, expect, it } from 'vitest'
import { joinShare, type SaidByIngestor } from './join-share.ts'

const NOW = 1_800_000_000_000
const own = { id: 'own', identity: 'anonymous', startedAt: NOW - 2_000 }

function other(
  id: string,
  value: Partial<SaidByIngestor['instance']> = {},
  liveness: SaidByIngestor['liveness'] = 'running',
): SaidByIngestor {
  const startedAt = NOW - 3_600_000
  const figures = { wanted: 9, joined: 9, connections: [] }
  const instance = { id, identity: 'anonymous', startedAt, updatedAt: NOW, ...figures, ...value }
  return { instance, liveness, silentMs: liveness === 'running' ? 0 : NOW - instance.updatedAt }
}

describe('the share of the JOINs', () => {
  it('is all for who is alone, whether its row is there already or not', () => {
    expect(joinShare(own, [])).toEqual({ among: 1, mustWait: false })
    expect(joinShare(own, [other('own')])).toEqual({ among: 1, mustWait: false })
  })

  it('counts the live ones of the identity only', () => {
    const seen = [
      other('a'),
      other('b', {}, 'silent'),
      other('c', {}, 'stopping'),
      other('d', { identity: 'somebody' }),
      other('job', { identity: null }),
    ]
    expect(joinShare(own, seen).among).toBe(2)
  })

  it('has to wait while another one joins, or may have joined a moment ago', () => {
    expect(joinShare(own, [other('a')]).mustWait).toBe(false)
    expect(joinShare(own, [other('a', { joined: 3 })]).mustWait).toBe(true)
    expect(joinShare(own, [other('a', { startedAt: NOW - 12_000 })]).mustWait).toBe(true)
  })

  it('need not wait for those that start with it: they know of each other before their first JOIN', () => {
    const starting = other('a', { startedAt: NOW - 2_500, wanted: null, joined: null })
    expect(joinShare(own, [starting])).toEqual({ among: 2, mustWait: false })
  })

  it('has to wait for what one has sent that was killed or stopped a moment ago', () => {
    for (const gone of ['silent', 'stopping'] as const) {
      const last = { updatedAt: NOW - 6_000 }
      expect(joinShare(own, [other('a', last, gone)])).toEqual({ among: 1, mustWait: false })
      expect(joinShare(own, [other('a', { ...last, joined: 3 }, gone)])).toEqual({ among: 1, mustWait: true })
      const old = { joined: 3, updatedAt: NOW - 11_000 }
      expect(joinShare(own, [other('a', old, gone)]).mustWait).toBe(false)
    }
  })

  it('has to wait for one that has joined all its channels anew, whatever its clock says', () => {
    for (const ahead of [0, 3_600_000, -3_600_000]) {
      const updatedAt = NOW + ahead
      const since = (at: number) => ({
        updatedAt,
        connections: [{ link: 0, state: 'open', since: at, restarts: 1, reason: 'lost', channels: 9 }],
      })
      const startedAt = updatedAt - 3_600_000
      const wait = (at: number) => joinShare(own, [other('a', { startedAt, ...since(at) })]).mustWait
      expect([wait(updatedAt - 5_000), wait(updatedAt - 60_000)]).toEqual([true, false])
    }
  })

  it('has to wait for one that began long ago and has waited for its log: nobody knows when it joins', () => {
    expect(joinShare(own, [other('a', { wanted: null, joined: null })]).mustWait).toBe(true)
  })

  it('has to wait for one that looked for others before it was there', () => {
    expect(joinShare(own, [other('a', { startedAt: own.startedAt - 1_700 })]).mustWait).toBe(true)
  })
})
