import type { ChannelStateRow, Instance } from '@smacktalk/contract'
import { describe, expect, it } from 'vitest'
import { bestStates, ingestorsOf, isUpheld, STATE_FRESH_MS } from './best-states.ts'

const NOW = 1_800_000_000_000

function row(ingestor: string, state: string, value: Partial<ChannelStateRow> = {}): ChannelStateRow {
  const nothing = { channelId: null, reason: null, since: NOW, place: null, etaMs: null }
  return { login: 'a', ...nothing, updatedAt: NOW, ingestor, state, ...value }
}

/** Only what is asked for matters. */
function seen(ingestor: string | null, liveness: 'running' | 'silent' | 'stopping', updatedAt = NOW) {
  return { instance: { ingestor, updatedAt, ingestGroup: 'ingest-a' } as Instance, liveness }
}

const best = (rows: readonly ChannelStateRow[], gone: readonly string[] = []) =>
  bestStates(rows, ({ ingestor }) => !gone.includes(ingestor)).get('a')

describe('the state of a channel', () => {
  it('is joined when any ingestor that lives has joined it', () => {
    expect(best([row('one', 'lost'), row('two', 'joined'), row('three', 'queued')])?.row.ingestor).toBe('two')
  })

  it('is never joined because of one that is gone', () => {
    const found = best([row('one', 'joined', { updatedAt: NOW + 1 }), row('two', 'queued')], ['one'])
    expect(found).toMatchObject({ upheld: true, row: { ingestor: 'two', state: 'queued' } })
    expect(best([row('one', 'joined')], ['one'])).toMatchObject({ upheld: false })
  })

  it('is else what tells most, in whatever order the rows come', () => {
    const order = ['joined', 'suspended', 'not-found', 'refused', 'joining', 'lost', 'queued', 'paused']
    for (const [index, state] of order.entries()) {
      const rows = order.slice(index).map((each) => row(each, each))
      expect(best(rows)?.row.state).toBe(state)
      expect(best(rows.reverse())?.row.state).toBe(state)
    }
  })

  it('waits as long as the one that is first served', () => {
    const rows = [
      row('one', 'queued', { place: 9, etaMs: 9_000 }),
      row('two', 'queued', { place: 1, etaMs: 500 }),
    ]
    expect(best(rows)?.row.place).toBe(1)
  })

  it('is the newest word where nobody stands to any', () => {
    const rows = [row('one', 'joined', { updatedAt: NOW - 9 }), row('two', 'suspended')]
    expect(best(rows, ['one', 'two'])?.row.state).toBe('suspended')
  })
})

describe('an ingestor', () => {
  it('stands to what it says while it runs and repeats it, by its own clock', () => {
    for (const ahead of [0, 3_600_000, -3_600_000]) {
      const ingestors = ingestorsOf([seen('one', 'running', NOW + ahead)])
      expect(isUpheld(row('one', 'joined', { updatedAt: NOW + ahead - 9_000 }), ingestors)).toBe(true)
      const old = NOW + ahead - STATE_FRESH_MS - 1
      expect(isUpheld(row('one', 'joined', { updatedAt: old }), ingestors)).toBe(false)
    }
  })

  it('that is silent or stops does not, and of one that is not known nothing is known', () => {
    const ingestors = ingestorsOf([seen('one', 'silent'), seen('two', 'stopping'), seen(null, 'running')])
    expect(isUpheld(row('one', 'joined'), ingestors)).toBe(false)
    expect(isUpheld(row('two', 'joined'), ingestors)).toBe(false)
    expect(isUpheld(row('three', 'joined'), ingestors)).toBe(null)
  })

  it('that runs counts, not one of its name before it', () => {
    const both = [seen('all', 'silent', NOW + 5_000), seen('all', 'running')]
    for (const order of [both, both.toReversed()]) {
      expect(ingestorsOf(order).get('all')).toMatchObject({ isRunning: true, updatedAt: NOW })
    }
  })
})
