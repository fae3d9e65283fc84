import { describe, expect, it } from 'vitest'
import { RECHECK_MS } from './retry-pace.ts'
import { CHANNELS_PER_CONNECTION_MAX, createRoster, ECHO_WAIT_MS, PROBE_MS } from './roster.ts'

function setUp(heardUntil: (connection: number) => number = () => 0) {
  const said: string[] = []
  const roster = createRoster(
    {
      joined: (login, at) => said.push(`joined ${login} ${at}`),
      lost: (login, until, cause) => said.push(`lost ${login} ${until} ${cause}`),
    },
    heardUntil,
  )
  const state = (login: string) => [...roster.members()].find((member) => member.login === login)?.state
  const waiting = (now: number, open: [number, number][] = [[0, 1]]) =>
    roster.waiting(new Map(open), now).map(({ login }) => login)
  return { roster, said, state, waiting }
}

describe('the roster of channels', () => {
  it('joins in the order of importance and trusts the echo alone', () => {
    const { roster, said, state, waiting } = setUp()
    roster.want(['big', 'small'], 0)
    expect(waiting(0, [])).toEqual([])
    expect(waiting(0)).toEqual(['big', 'small'])
    roster.sent('big', 1, 5)
    expect(state('big')).toBe('joining')
    expect(waiting(5)).toEqual(['small'])
    roster.echoed('big', 1, 9)
    expect(state('big')).toBe('joined')
    expect(said).toEqual(['joined big 9'])
  })

  it('calls a channel not found after three JOINs without an answer, and tries again later', () => {
    const { roster, state, waiting } = setUp()
    roster.want(['nobody'], 0)
    let now = 0
    for (let attempt = 1; attempt <= 3; attempt++) {
      expect(waiting(now)).toEqual(['nobody'])
      roster.sent('nobody', 1, now)
      roster.timeOut(now + ECHO_WAIT_MS - 1)
      expect(state('nobody')).toBe('joining')
      now += ECHO_WAIT_MS
      roster.timeOut(now)
      expect(state('nobody')).toBe(attempt < 3 ? 'queued' : 'not-found')
    }
    expect(waiting(now)).toEqual([])
    now += RECHECK_MS
    expect(waiting(now)).toEqual(['nobody'])
    roster.sent('nobody', 1, now)
    expect(state('nobody')).toBe('not-found')
    roster.echoed('nobody', 1, now)
    expect(state('nobody')).toBe('joined')
  })

  it('loses its channels with their connection, up to the last proof of life, and joins them again first', () => {
    const { roster, said, state, waiting } = setUp(() => 77)
    roster.want(['a', 'b', 'c'], 0)
    for (const login of ['b', 'c']) {
      roster.sent(login, 1, 0)
    }
    roster.echoed('b', 1, 1)
    roster.closed(1, 100)
    expect(said).toEqual(['joined b 1', 'lost b 77 connection lost'])
    expect([state('a'), state('b'), state('c')]).toEqual(['queued', 'lost', 'queued'])
    expect(waiting(100, [[0, 2]])).toEqual(['a', 'b', 'c'])
    roster.sent('b', 2, 100)
    roster.closed(2, 110)
    expect(state('b')).toBe('lost')
  })

  describe('with a channel on two connections', () => {
    function moved(proofs: Record<number, number>) {
      const at = setUp((connection) => proofs[connection] ?? 0)
      at.roster.want(['a'], 0)
      at.roster.sent('a', 1, 0)
      at.roster.echoed('a', 1, 1)
      expect(at.waiting(2, [[0, 2]])).toEqual(['a'])
      at.roster.sent('a', 2, 20)
      at.roster.echoed('a', 2, 30)
      const heardUntil = () => at.roster.heardUntil([...at.roster.members()][0]!)
      return { ...at, heardUntil }
    }

    it('does not lose it when one of them ends', () => {
      const { roster, said, heardUntil } = moved({ 1: 35, 2: 40 })
      expect(heardUntil()).toBe(40)
      expect(roster.needed()).toEqual(new Set())
      roster.closed(1, 44)
      expect(said).toEqual(['joined a 1'])
      expect(roster.needed()).toEqual(new Set([2]))
      roster.closed(2, 45)
      expect(said).toEqual(['joined a 1', 'lost a 40 connection lost'])
    })

    it('tells the hole before the second heard it, when the first has died before', () => {
      const { roster, said, heardUntil } = moved({ 1: 25, 2: 40 })
      expect(heardUntil()).toBe(25)
      expect(roster.needed()).toEqual(new Set([1, 2]))
      roster.closed(1, 44)
      expect(said).toEqual(['joined a 1', 'lost a 25 connection lost', 'joined a 30'])
      expect(heardUntil()).toBe(40)
      roster.want([], 50)
      expect(said.at(-1)).toBe('lost a 40 left')
    })

    it('tells what both heard when both go at once', () => {
      const { roster, said } = moved({ 1: 25, 2: 40 })
      roster.noticed('a', 'msg_channel_suspended', 'gone', 44)
      expect(said).toEqual(['joined a 1', 'lost a 25 connection lost', 'joined a 30', 'lost a 40 suspended'])
    })

    it('claims nothing of before when the second goes and the silent first stays', () => {
      const proofs: Record<number, number> = { 1: 25, 2: 40 }
      const { roster, said, heardUntil } = moved(proofs)
      roster.closed(2, 44)
      expect(said).toEqual([
        'joined a 1',
        'lost a 25 connection lost',
        'joined a 30',
        'lost a 40 connection lost',
        'joined a 40',
      ])
      expect(heardUntil()).toBe(40)
      proofs[1] = 60
      expect(heardUntil()).toBe(60)
      roster.closed(1, 70)
      expect(said.at(-1)).toBe('lost a 60 connection lost')
    })
  })

  it('believes a NOTICE over the echo of the same JOIN', () => {
    const { roster, said, state, waiting } = setUp()
    roster.want(['gone'], 0)
    roster.sent('gone', 1, 0)
    roster.noticed('gone', 'msg_channel_suspended', 'This channel has been suspended.', 1)
    roster.echoed('gone', 1, 2)
    expect(state('gone')).toBe('suspended')
    expect(said).toEqual([])
    expect(waiting(3)).toEqual([])
    expect(waiting(1 + RECHECK_MS)).toEqual(['gone'])
  })

  it('believes a late echo over what no NOTICE about the channel said', () => {
    const { roster, said, state } = setUp()
    roster.want(['slow', 'shut'], 0)
    for (let attempt = 0; attempt < 3; attempt++) {
      roster.sent('slow', 1, attempt * ECHO_WAIT_MS)
      roster.timeOut((attempt + 1) * ECHO_WAIT_MS)
    }
    roster.sent('shut', 1, 90_000)
    roster.refuseWaiting('login', 'Login authentication failed', 90_001)
    expect([state('slow'), state('shut')]).toEqual(['refused', 'refused'])
    roster.echoed('slow', 1, 90_002)
    roster.echoed('shut', 1, 90_003)
    expect(said).toEqual(['joined slow 90002', 'joined shut 90003'])
    expect([state('slow'), state('shut')]).toEqual(['joined', 'joined'])
  })

  it('loses a joined channel that is suspended, and shrugs at other NOTICEs', () => {
    const { roster, said, state } = setUp(() => 8)
    roster.want(['a'], 0)
    roster.sent('a', 1, 0)
    roster.echoed('a', 1, 1)
    roster.noticed('a', 'slow_on', 'This room is now in slow mode.', 2)
    expect(state('a')).toBe('joined')
    roster.noticed('a', 'msg_channel_suspended', 'This channel has been suspended.', 9)
    expect(said).toEqual(['joined a 1', 'lost a 8 suspended'])
  })

  it('leaves channels that are no longer wanted', () => {
    const { roster, said } = setUp(() => 8)
    roster.want(['a', 'b'], 0)
    roster.sent('a', 1, 0)
    roster.echoed('a', 1, 1)
    roster.sent('b', 1, 2)
    expect(roster.want(['c'], 9)).toEqual([
      { login: 'a', connections: [1] },
      { login: 'b', connections: [1] },
    ])
    expect(said).toEqual(['joined a 1', 'lost a 8 left'])
    roster.echoed('b', 1, 10)
    expect([...roster.members()].map(({ login }) => login)).toEqual(['c'])
  })

  it('puts at most 90 channels on a connection and fills the room that leaving ones give up', () => {
    const { roster } = setUp()
    const logins = Array.from({ length: 200 }, (_, index) => `c${index}`)
    roster.want(logins, 0)
    const sizes = () => {
      const counts: number[] = []
      for (const { link } of roster.members()) counts[link] = (counts[link] ?? 0) + 1
      return counts
    }
    expect(sizes()).toEqual([CHANNELS_PER_CONNECTION_MAX, CHANNELS_PER_CONNECTION_MAX, 20])
    roster.want(['new', ...logins.slice(1)], 1)
    expect(sizes()).toEqual([CHANNELS_PER_CONNECTION_MAX, CHANNELS_PER_CONNECTION_MAX, 20])
    expect([...roster.members()][0]).toMatchObject({ login: 'new', link: 0 })
  })

  it('shows a refused login on every channel and lets them in when it works again', () => {
    const { roster, state, waiting } = setUp()
    roster.want(['a'], 0)
    roster.refuseWaiting('login', 'Login authentication failed', 1)
    expect(state('a')).toBe('refused')
    expect(waiting(2)).toEqual([])
    roster.loggedIn(3)
    expect(waiting(3)).toEqual(['a'])
  })

  describe('while Twitch wants no more channels', () => {
    function full() {
      const at = setUp(() => 8)
      at.roster.want(['a', 'b', 'c', 'd'], 0)
      for (const login of ['a', 'b']) {
        at.roster.sent(login, 1, 0)
        at.roster.echoed(login, 1, 1)
      }
      at.roster.refuseWaiting('capacity', 'You are connected to too many chat channels', 2)
      expect(at.waiting(3)).toEqual([])
      return at
    }

    it('joins again at once what was lost with its connection: there is room for it', () => {
      const { roster, waiting, state } = full()
      roster.closed(1, 1_000)
      expect(waiting(1_000, [[0, 2]])).toEqual(['a'])
      roster.sent('a', 2, 1_000)
      expect(waiting(1_001, [[0, 2]])).toEqual([])
      roster.echoed('a', 2, 1_050)
      expect(waiting(1_050, [[0, 2]])[0]).toBe('b')
      expect(state('c')).toBe('queued')
    })

    it('moves at once who is in to a successor, and does not take that for room', () => {
      const { roster, waiting, state } = full()
      expect(waiting(1_000, [[0, 2]])).toEqual(['a', 'b'])
      for (const login of ['a', 'b']) {
        roster.sent(login, 2, 1_000)
        roster.echoed(login, 2, 1_100)
      }
      expect([state('c'), state('d')]).toEqual(['refused', 'refused'])
      // One of the others is tried when it was to be.
      expect(waiting(1_100, [[0, 2]])).toEqual([])
      expect(waiting(2 + PROBE_MS, [[0, 2]])).toEqual(['c'])
    })
  })
})
