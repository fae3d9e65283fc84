import type { ChannelHearing } from '@smacktalk/ports'
import { describe, expect, it } from 'vitest'
import { createCoverageBook, INGESTOR_DOWN } from './coverage-book.ts'

const hearing = (login: string, heardUntil: number | null): ChannelHearing => ({
  login,
  state: heardUntil === null ? 'lost' : 'joined',
  reason: null,
  since: 0,
  place: null,
  etaMs: null,
  heardUntil,
})

describe('the coverage book', () => {
  it('claims time from the join on, each moment once, as soon as the room id is known', () => {
    const book = createCoverageBook('one')
    book.joined('a', 1_000)
    expect(book.ticks([hearing('a', 2_000)])).toEqual([])
    book.named('a', '11')
    expect(book.ticks([hearing('a', 6_000)])).toEqual([
      {
        channelId: '11',
        channelLogin: 'a',
        ingestor: 'one',
        origin: 'heard',
        from: 1_000,
        to: 6_000,
        ended: null,
      },
    ])
    expect(book.ticks([hearing('a', 6_000)])).toEqual([])
    expect(book.ticks([hearing('a', 9_000)])).toMatchObject([{ from: 6_000, to: 9_000 }])
  })

  it('ends with the last proof of life and the cause, and starts anew with the next join', () => {
    const book = createCoverageBook('one')
    book.joined('a', 1_000)
    book.named('a', '11')
    expect(book.lost('a', 4_000, 'connection lost')).toMatchObject({
      from: 1_000,
      to: 4_000,
      ended: 'connection lost',
    })
    expect(book.lost('a', 4_000, 'connection lost')).toBeNull()
    expect(book.ticks([hearing('a', null)])).toEqual([])
    book.joined('a', 20_000)
    expect(book.ticks([hearing('a', 21_000)])).toMatchObject([{ from: 20_000, to: 21_000 }])
  })

  it('never claims backwards, whatever the clock does', () => {
    const book = createCoverageBook('one')
    book.joined('a', 5_000)
    book.named('a', '11')
    expect(book.ticks([hearing('a', 3_000)])).toEqual([])
    expect(book.lost('a', 2_000, 'suspended')).toMatchObject({ from: 5_000, to: 5_000, ended: 'suspended' })
  })

  it('gives every joined channel a last tick when the ingestor stops', () => {
    const book = createCoverageBook('one')
    for (const login of ['a', 'b']) {
      book.joined(login, 0)
      book.named(login, login)
    }
    expect(book.ticks([hearing('a', 7), hearing('b', 8)], INGESTOR_DOWN)).toMatchObject([
      { channelLogin: 'a', to: 7, ended: INGESTOR_DOWN },
      { channelLogin: 'b', to: 8, ended: INGESTOR_DOWN },
    ])
  })

  it('forgets channels that are no longer wanted', () => {
    const book = createCoverageBook('one')
    book.joined('a', 0)
    book.named('a', '11')
    book.keep(new Set(['b']))
    expect(book.channelId('a')).toBeNull()
  })
})
