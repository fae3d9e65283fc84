import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type LinkEffect,
  type LinkEvent,
  type LinkState,
  LOGIN_WAIT_MS,
  newLink,
  OLD_MAX,
  REFUSED_LOGIN_WAIT_MS,
  RETIRE_MS,
  STABLE_MS,
  stepLink,
} from './link-machine.ts'

const NOBODY: ReadonlySet<number> = new Set()

/** Plays events at their times; gives back the last state and what was to be done, in words. */
function play(...events: readonly (readonly [at: number, event: LinkEvent])[]) {
  let state: LinkState = newLink(0)
  const done: string[] = []
  for (const [at, event] of events) {
    const step = stepLink(state, event, at)
    state = step.state
    for (const effect of step.effects) done.push(inWords(effect))
  }
  return { state, done }
}

function inWords(effect: LinkEffect): string {
  return effect.kind === 'start' ? `start ${effect.connection}` : `end ${effect.connection}: ${effect.reason}`
}

const turn = (connection: number): LinkEvent => ({ kind: 'turn', connection })
const opened = (connection: number): LinkEvent => ({ kind: 'opened', connection })
const ended = (connection: number): LinkEvent => ({
  kind: 'ended',
  connection,
  reason: 'gone',
  random: 0.999,
})
const asked = (connection: number): LinkEvent => ({ kind: 'asked-to-go', connection, random: 0.999 })
const passed = (...needed: number[]): LinkEvent => ({
  kind: 'passed',
  needed: new Set(needed),
  random: 0.999,
})

describe('a link', () => {
  it('waits ever longer between tries, and starts over after a connection that was stable', () => {
    const events: [number, LinkEvent][] = []
    const waits: number[] = []
    let now = 0
    for (let connection = 1; connection <= 6; connection++) {
      events.push([now, turn(connection)], [now, opened(connection)], [now + 10, ended(connection)])
      const { phase } = play(...events).state
      const until = phase.kind === 'waiting' ? phase.until : 0
      waits.push(until - now - 10)
      now = until
    }
    expect(waits).toEqual([500, 1_000, 1_999, 3_998, 3_998, 3_998])
    events.push([now, turn(7)], [now, opened(7)], [now + STABLE_MS, ended(7)])
    const { phase, failures } = play(...events).state
    expect([phase, failures]).toEqual([{ kind: 'waiting', until: now + STABLE_MS + 500 }, 1])
  })

  it('gives a login five seconds, and counts them as waiting', () => {
    const { state, done } = play([0, turn(1)], [LOGIN_WAIT_MS - 1, passed()], [LOGIN_WAIT_MS, passed()])
    expect(done).toEqual(['start 1', 'end 1: no login within 5 s'])
    expect(state.phase).toEqual({ kind: 'waiting', until: LOGIN_WAIT_MS })
  })

  it('keeps the old connection until the successor is open and hears all of it', () => {
    const before = [
      [0, turn(1)],
      [1, opened(1)],
      [STABLE_MS + 1, asked(1)],
      [40_000, turn(2)],
    ] as const
    expect(play(...before, [40_100, passed(1)]).state.old).toMatchObject([{ connection: 1 }])
    expect(play(...before, [40_100, opened(2)], [40_200, passed(1)]).state.old).toHaveLength(1)
    expect(play(...before, [40_100, opened(2)], [40_200, passed(2)]).done).toEqual([
      'start 1',
      'start 2',
      'end 1: its successor has taken over',
    ])
    const late = play(...before, [40_100, opened(2)], [STABLE_MS + 1 + RETIRE_MS, passed(1)])
    expect(late.done.at(-1)).toBe('end 1: its successor has taken over')
  })

  it('starts the successor of a stable connection at once, and of a young one after a delay', () => {
    const old = play([0, turn(1)], [1, opened(1)], [STABLE_MS + 1, asked(1)])
    expect(old.state.phase).toEqual({ kind: 'waiting', until: STABLE_MS + 1 })
    const young = play([0, turn(1)], [1, opened(1)], [1_000, asked(1)])
    expect(young.state.phase).toEqual({ kind: 'waiting', until: 1_500 })
  })

  it('does not try a refused login before most of a minute', () => {
    const { state, done } = play(
      [0, turn(1)],
      [5, { kind: 'login-refused', connection: 1, reason: 'Login authentication failed' }],
    )
    expect(state.phase).toEqual({ kind: 'waiting', until: 5 + REFUSED_LOGIN_WAIT_MS })
    expect(done.at(-1)).toBe('end 1: Login authentication failed')
  })

  it('ends every connection it started exactly once, has one in use and few old ones, whatever happens', () => {
    const number = fc.integer({ min: 1, max: 12 })
    const event: fc.Arbitrary<LinkEvent> = fc.oneof(
      number.map(turn),
      number.map(opened),
      number.map(ended),
      number.map(asked),
      fc.array(number, { maxLength: 3 }).map((needed) => passed(...needed)),
      number.map((connection): LinkEvent => ({ kind: 'login-refused', connection, reason: 'no' })),
      fc.constant<LinkEvent>({ kind: 'dismissed' }),
    )
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 70_000 }), event), { maxLength: 60 }),
        (history) => {
          let state = newLink(0)
          let now = 0
          let started = 0
          const living = new Set<number>()
          for (const [after, drawn] of history) {
            now += after
            // Numbers are given once; a connection is started only while the link waits for it.
            const next = drawn.kind === 'turn' ? turn(started + 1) : drawn
            const step = stepLink(state, next, now)
            state = step.state
            for (const effect of step.effects) {
              if (effect.kind === 'start') {
                started++
                living.add(effect.connection)
              } else expect(living.delete(effect.connection)).toBe(true)
            }
            const inUse = state.phase.kind === 'waiting' ? [] : [state.phase.connection]
            expect(new Set([...inUse, ...state.old.map(({ connection }) => connection)])).toEqual(living)
            expect(state.old.length).toBeLessThanOrEqual(OLD_MAX)
            expect(state.starts).toBe(started)
          }
          const { state: left, effects } = stepLink(state, { kind: 'dismissed' }, now)
          expect(effects.map(({ connection }) => connection).sort()).toEqual([...living].sort())
          expect([left.phase.kind, left.old]).toEqual(['waiting', []])
          expect(stepLink(left, { kind: 'passed', needed: NOBODY, random: 0 }, now).effects).toEqual([])
        },
      ),
    )
  })
})
