import type { Coverage } from '@smacktalk/contract'
import type { EntryHead } from '@smacktalk/spool'
import { expect, test } from 'vitest'
import { type Front, Losses } from './losses.ts'

const chat = (at: number, key = '11'): EntryHead => ({ key, login: 'a', kind: 'chat', from: at, to: at + 1 })

function tick(from: number, to: number, ended: string | null = null): Coverage {
  return { channelId: '11', channelLogin: 'a', ingestor: 'one', origin: 'heard', from, to, ended }
}

function lose(losses: Losses, front: Front, ...heads: EntryHead[]): void {
  losses.keep(front, losses.grown(front, heads, 'spool full'), false)
}

const spans = (claims: readonly Coverage[]) => claims.map(({ from, to, ended }) => [from, to, ended])

test('a claim is cut to what was heard before and after the loss, and its end stays with the last part', () => {
  const losses = new Losses('one')
  lose(losses, new Map(), chat(120), chat(150))
  expect(spans(losses.cut('11', tick(100, 200, 'connection lost')).claims)).toEqual([
    [100, 120, null],
    [151, 200, 'connection lost'],
  ])
})

test('a claim of which nothing is left is none, but why it ended is still told', () => {
  const losses = new Losses('one')
  lose(losses, new Map(), chat(100), chat(300))
  expect(losses.cut('11', tick(100, 200))).toEqual({ claims: [], ended: [] })
  expect(spans(losses.cut('11', tick(200, 250, 'connection lost')).claims)).toEqual([
    [250, 250, 'connection lost'],
  ])
})

test('a loss ends with the first claim that reaches beyond it, and grows no more', () => {
  const losses = new Losses('one')
  const front: Front = new Map()
  lose(losses, front, chat(120))
  const { ended } = losses.cut('11', tick(100, 121))
  expect(ended).toMatchObject([{ key: '11', from: 120, to: 121 }])
  lose(losses, front, chat(400))
  expect(spans(losses.cut('11', tick(121, 500)).claims)).toEqual([
    [121, 400, null],
    [401, 500, null],
  ])
})

test('a mark that comes back from the spool ends no loss', () => {
  const losses = new Losses('one')
  lose(losses, new Map(), chat(120))
  expect(losses.cut('11', tick(900, 900, 'spool full'))).toEqual({
    claims: [tick(900, 900, 'spool full')],
    ended: [],
  })
  expect(spans(losses.cut('11', tick(100, 200)).claims)).toEqual([
    [100, 120, null],
    [121, 200, null],
  ])
})

test('a loss is told once, and again when it turns out to have begun earlier', () => {
  const losses = new Losses('one')
  const front: Front = new Map()
  lose(losses, front, chat(120))
  expect(losses.marks()).toEqual([tick(120, 120, 'spool full')])
  lose(losses, front, chat(130))
  expect(losses.marks()).toEqual([])
  lose(losses, front, { ...chat(100), kind: 'coverage', to: 140 })
  expect(losses.marks()).toEqual([tick(100, 100, 'spool full')])
})

test('losses at two ends of the queue stay two', () => {
  const losses = new Losses('one')
  lose(losses, new Map(), chat(100))
  lose(losses, new Map(), chat(300))
  expect(spans(losses.cut('11', tick(0, 400)).claims)).toEqual([
    [0, 100, null],
    [101, 300, null],
    [301, 400, null],
  ])
})

test('more losses than are kept become fewer and longer ones: nothing that was lost is claimed', () => {
  const losses = new Losses('one')
  for (let at = 0; at < 9_000; at += 2) lose(losses, new Map(), chat(10_000 + at))
  // Channels that come when there is no more room have theirs, too.
  for (const key of ['12', '13']) for (const at of [10_000, 19_000]) lose(losses, new Map(), chat(at, key))
  for (const key of ['11', '12', '13']) {
    const { claims } = losses.cut(key, tick(9_000, 20_000))
    expect(claims.at(0)).toMatchObject({ from: 9_000, to: 10_000 })
    const claimed = (at: number) => claims.some(({ from, to }) => at >= from && at < to)
    const lost =
      key === '11' ? Array.from({ length: 4_500 }, (_, index) => 10_000 + 2 * index) : [10_000, 19_000]
    expect(lost.filter(claimed)).toEqual([])
    expect(claims.at(-1)).toMatchObject({ to: 20_000 })
  }
})

test('channels do not mix, and lines that name no room are nobody’s time', () => {
  const losses = new Losses('one')
  lose(losses, new Map(), chat(100, '12'), chat(100, '0'))
  expect(losses.marks()).toMatchObject([{ channelId: '12' }])
  expect(losses.cut('11', tick(50, 150))).toEqual({ claims: [tick(50, 150)], ended: [] })
})
