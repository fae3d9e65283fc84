/**
 * One link as a machine: the connection that carries up to 90 channels, its starts and ends. What happens to it and
 * the time go in; the next state and what to do come out. No socket, no clock, no chance in here.
 */
import { retryDelayMs } from './back-off.ts'
import { isDue } from './due.ts'

/** A greeting takes a second on a bad line; a server that was away is to be found again within 5 s. */
export const LOGIN_WAIT_MS = 5_000
/** A connection that lived so long worked; the next failure starts with the shortest delay again. */
export const STABLE_MS = 30_000
/** After RECONNECT Twitch ends a connection within about half a minute; then it is of no more use. */
export const RETIRE_MS = 60_000
/** Connections of one link that may be about to end at once: a successor can be asked to go, too. */
export const OLD_MAX = 2
/** A refused login heals, if at all, not within seconds; it must be known again within a minute. */
export const REFUSED_LOGIN_WAIT_MS = 50_000

/** The connection in use, or the wait for one. */
export type Phase =
  | { readonly kind: 'waiting'; readonly until: number }
  | { readonly kind: 'connecting'; readonly connection: number; readonly startedAt: number }
  | { readonly kind: 'open'; readonly connection: number; readonly openedAt: number }

export interface LinkState {
  readonly phase: Phase
  readonly since: number
  /** Asked to go by the server and still heard, oldest first; at most OLD_MAX. */
  readonly old: readonly { readonly connection: number; readonly since: number }[]
  /** Ends in a row without a connection that was stable in between. */
  readonly failures: number
  readonly failingSince: number
  /** Connections started so far. */
  readonly starts: number
  /** Why the last connection in use ended; null when none has. */
  readonly reason: string | null
}

export type LinkEvent =
  /** It may start a connection now, which has this number. */
  | { readonly kind: 'turn'; readonly connection: number }
  /** Logged in. */
  | { readonly kind: 'opened'; readonly connection: number }
  /** The socket has ended, or the watchdog has given it up. `random` is in [0, 1). */
  | {
      readonly kind: 'ended'
      readonly connection: number
      readonly reason: string
      readonly random: number
    }
  /** The server asks to move to a new connection. */
  | { readonly kind: 'asked-to-go'; readonly connection: number; readonly random: number }
  /** The server does not let us in. */
  | { readonly kind: 'login-refused'; readonly connection: number; readonly reason: string }
  /** Time has passed. `needed`: connections that hear what no other connection hears. */
  | { readonly kind: 'passed'; readonly needed: ReadonlySet<number>; readonly random: number }
  /** It carries nobody any more. */
  | { readonly kind: 'dismissed' }

export type LinkEffect =
  | { readonly kind: 'start'; readonly connection: number }
  /** Lets it go, if it has not ended by itself; its channels are no longer heard there. */
  | { readonly kind: 'end'; readonly connection: number; readonly reason: string }

export interface LinkStep {
  readonly state: LinkState
  readonly effects: readonly LinkEffect[]
}

export function newLink(now: number): LinkState {
  return {
    phase: { kind: 'waiting', until: now },
    since: now,
    old: [],
    failures: 0,
    failingSince: now,
    starts: 0,
    reason: null,
  }
}

export function stepLink(state: LinkState, event: LinkEvent, now: number): LinkStep {
  const { phase } = state
  switch (event.kind) {
    case 'turn': {
      if (phase.kind !== 'waiting') return { state, effects: [] }
      const { connection } = event
      const connecting = { kind: 'connecting', connection, startedAt: now } as const
      return {
        state: { ...state, phase: connecting, since: now, starts: state.starts + 1 },
        effects: [{ kind: 'start', connection }],
      }
    }
    case 'opened': {
      if (phase.kind !== 'connecting' || phase.connection !== event.connection) return { state, effects: [] }
      const { connection } = event
      return {
        state: { ...state, phase: { kind: 'open', connection, openedAt: now }, since: now },
        effects: [],
      }
    }
    case 'ended':
      if (isInUse(phase, event.connection)) return failed(state, phase, event.reason, event.random, now)
      return endOld(state, (old) => old.connection === event.connection, event.reason)
    case 'asked-to-go':
      return askedToGo(state, event.connection, event.random, now)
    case 'login-refused': {
      if (!isInUse(phase, event.connection)) return { state, effects: [] }
      const waiting = { kind: 'waiting', until: now + REFUSED_LOGIN_WAIT_MS } as const
      return {
        state: { ...state, phase: waiting, since: now, reason: event.reason },
        effects: [{ kind: 'end', connection: event.connection, reason: event.reason }],
      }
    }
    case 'passed':
      if (phase.kind === 'connecting' && isDue(phase.startedAt + LOGIN_WAIT_MS, now, LOGIN_WAIT_MS)) {
        return failed(state, phase, 'no login within 5 s', event.random, now)
      }
      return takenOver(state, event.needed, now)
    case 'dismissed': {
      const inUse = phase.kind === 'waiting' ? [] : [phase.connection]
      const all = [...state.old.map(({ connection }) => connection), ...inUse]
      return {
        state: { ...newLink(now), starts: state.starts },
        effects: all.map((connection) => ({ kind: 'end', connection, reason: 'no longer needed' })),
      }
    }
  }
}

function isInUse(phase: Phase, connection: number): phase is Exclude<Phase, { kind: 'waiting' }> {
  return phase.kind !== 'waiting' && phase.connection === connection
}

/** The connection in use is gone: the next one comes after a growing delay. */
function failed(
  state: LinkState,
  phase: Exclude<Phase, { kind: 'waiting' }>,
  reason: string,
  random: number,
  now: number,
): LinkStep {
  const wasStable = phase.kind === 'open' && now - phase.openedAt >= STABLE_MS
  const failures = wasStable ? 1 : state.failures + 1
  const failingSince = failures === 1 ? now : state.failingSince
  // Of a try that came to nothing, the time it took counts as waiting.
  const since = phase.kind === 'connecting' ? phase.startedAt : now
  const until = Math.max(now, since + retryDelayMs(failures, now - failingSince, random))
  return {
    state: { ...state, phase: { kind: 'waiting', until }, since: now, failures, failingSince, reason },
    effects: [{ kind: 'end', connection: phase.connection, reason }],
  }
}

/** A successor is started before the old one ends, so that nothing is missed. */
function askedToGo(state: LinkState, connection: number, random: number, now: number): LinkStep {
  const { phase } = state
  if (!isInUse(phase, connection)) return { state, effects: [] }
  const reason = 'the server asked for a new connection'
  if (phase.kind === 'connecting') return failed(state, phase, reason, random, now)
  // A server that asks each new connection to go must not be answered at full speed.
  const wasStable = now - phase.openedAt >= STABLE_MS
  const failures = wasStable ? 0 : state.failures + 1
  const failingSince = failures <= 1 ? now : state.failingSince
  const until = failures === 0 ? now : now + retryDelayMs(failures, now - failingSince, random)
  const [first, ...others] = state.old
  const overflows = state.old.length >= OLD_MAX && first !== undefined
  return {
    state: {
      ...state,
      phase: { kind: 'waiting', until },
      since: now,
      old: [...(overflows ? others : state.old), { connection, since: now }],
      failures,
      failingSince,
      reason,
    },
    effects: overflows ? [{ kind: 'end', connection: first.connection, reason }] : [],
  }
}

/**
 * Of old connections that are not needed one goes at a time: two may hear the same channel, and then each of them is
 * needed as soon as the other is gone.
 */
function takenOver(state: LinkState, needed: ReadonlySet<number>, now: number): LinkStep {
  const superfluous =
    state.phase.kind === 'open' ? state.old.find(({ connection }) => !needed.has(connection)) : undefined
  return endOld(
    state,
    (old) => old === superfluous || isDue(old.since + RETIRE_MS, now, RETIRE_MS),
    'its successor has taken over',
  )
}

function endOld(
  state: LinkState,
  ends: (old: LinkState['old'][number]) => boolean,
  reason: string,
): LinkStep {
  const ending = state.old.filter(ends)
  if (ending.length === 0) return { state, effects: [] }
  return {
    state: { ...state, old: state.old.filter((old) => !ending.includes(old)) },
    effects: ending.map(({ connection }) => ({ kind: 'end', connection, reason })),
  }
}
