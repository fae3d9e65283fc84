/**
 * Who is wanted and who is heard: the state of every channel, without sockets and without a clock. The JOIN echo
 * is the truth. A channel may be confirmed on two connections at once, while one takes over from the other.
 */
import type { ChannelState } from '@smacktalk/contract'
import { isDue } from './due.ts'
import { type Heard, tellHoles, togetherHeard } from './hearing.ts'
import { createRetryPace, RECHECK_MS, RETRY_MS } from './retry-pace.ts'
import {
  agedReason,
  channelNotice,
  NO_ANSWER_REASON,
  type Refusal,
  refusalReason,
  refusalSentence,
} from './server-words.ts'

/** Twitch accepts more, but connections with more channels have been cut (practice of other clients). */
export const CHANNELS_PER_CONNECTION_MAX = 90

/** Without an echo for so long a JOIN has failed; after so many the channel does not exist (interface.md). */
export const ECHO_WAIT_MS = 30_000
export const JOIN_ATTEMPTS_MAX = 3

/** What is said of a channel that is not heard is true within a minute, or says when it was last looked at. */
const TRUE_WITHIN_MS = 60_000

/** While Twitch wants nobody more, one channel is tried so often. */
export const PROBE_MS = 50_000

export interface Member {
  readonly login: string
  /** Number of the link that carries it, from 0. */
  readonly link: number
  readonly state: ChannelState
  readonly reason: string | null
  readonly since: number
  /** Connections that echoed its JOIN and are still there, with the time of the echo. */
  readonly joinedOn: ReadonlyMap<number, number>
  /** A JOIN on its way. */
  readonly pending: { readonly connection: number; readonly sentAt: number } | null
}

interface MutableMember {
  login: string
  link: number
  state: ChannelState
  reason: string | null
  since: number
  joinedOn: Map<number, number>
  pending: { connection: number; sentAt: number } | null
  /** Why it was lost; null before the first JOIN and while it is heard. */
  lostBecause: string | null
  /** JOINs without an echo in a row. */
  attempts: number
  /** Its state is what a NOTICE about this very channel said. */
  noticed: boolean
  /** When Twitch last said, or by its silence showed, what the state is, epoch ms. */
  lookedAt: number
  /** Not tried before (epoch ms). */
  retryAt: number
}

export interface RosterListener {
  joined(login: string, at: number): void
  lost(login: string, heardUntil: number, cause: string): void
}

export type Roster = ReturnType<typeof createRoster>

/** @param heardUntil last proof of life of a connection, epoch ms */
export function createRoster(listener: RosterListener, heardUntil: (connection: number) => number) {
  let members = new Map<string, MutableMember>()
  /** Why Twitch lets nobody more in, since when, and when one channel may try it; null while it does. */
  let closed: { refusal: Refusal; text: string; since: number; probeAt: number } | null = null
  const retries = createRetryPace()

  function setState(member: MutableMember, state: ChannelState, reason: string | null, now: number): void {
    if (member.state !== state) member.since = now
    member.state = state
    member.reason = reason
    member.noticed = false
  }

  /** What its connections have heard; ask before they are forgotten. */
  function heardOf(joinedOn: ReadonlyMap<number, number>): Heard[] {
    return togetherHeard([...joinedOn].map(([connection, from]) => ({ from, to: heardUntil(connection) })))
  }

  /** The member is no longer heard on these. */
  function release(member: MutableMember, connections: Iterable<number>, cause: string): void {
    const { login, joinedOn } = member
    const before = heardOf(joinedOn)
    for (const connection of connections) joinedOn.delete(connection)
    if (joinedOn.size === 0) member.attempts = 0
    const from = tellHoles(before, heardOf(joinedOn), cause, {
      joined: (at) => listener.joined(login, at),
      lost: (until, because) => listener.lost(login, until, because),
    })
    for (const [connection, at] of joinedOn) joinedOn.set(connection, Math.max(at, from))
    if (joinedOn.size > 0 && before.length > 1) member.since = from
  }

  /** Back in the queue, as one that was never heard or as one that was lost. */
  function requeue(member: MutableMember, now: number): void {
    setState(member, member.lostBecause === null ? 'queued' : 'lost', member.lostBecause, now)
  }

  /** Twitch lets us in again: those refused for that queue up. */
  function readmit(now: number): void {
    closed = null
    for (const member of members.values()) {
      if (member.state !== 'refused' || member.noticed || member.joinedOn.size > 0) continue
      member.retryAt = 0
      if (member.pending === null) requeue(member, now)
    }
  }

  function freeLink(): number {
    const sizes = new Map<number, number>()
    for (const { link } of members.values()) sizes.set(link, (sizes.get(link) ?? 0) + 1)
    let link = 0
    while ((sizes.get(link) ?? 0) >= CHANNELS_PER_CONNECTION_MAX) link++
    return link
  }

  return {
    /**
     * Sets who is wanted, most important first. Gives back who left and the connections to PART from.
     */
    want(logins: readonly string[], now: number): { login: string; connections: number[] }[] {
      const before = members
      const kept = new Set(logins)
      // First keep, so that new ones find the room that leaving ones give up.
      members = new Map([...before].filter(([login]) => kept.has(login)))
      const ordered = new Map<string, MutableMember>()
      for (const login of kept) {
        const member: MutableMember = members.get(login) ?? {
          login,
          link: freeLink(),
          state: 'queued',
          reason: null,
          since: now,
          joinedOn: new Map<number, number>(),
          pending: null,
          lostBecause: null,
          attempts: 0,
          noticed: false,
          lookedAt: now,
          retryAt: 0,
        }
        if (closed !== null && !before.has(login)) {
          setState(member, 'refused', refusalReason(closed.refusal, closed.text), now)
        }
        members.set(login, member)
        ordered.set(login, member)
      }
      members = ordered
      const left: { login: string; connections: number[] }[] = []
      for (const [login, member] of before) {
        if (members.has(login)) continue
        const connections = [...member.joinedOn.keys()]
        if (member.pending !== null) connections.push(member.pending.connection)
        left.push({ login, connections })
        if (member.joinedOn.size === 0) continue
        release(member, connections, 'left')
        // One more finds room.
        if (closed?.refusal === 'capacity') closed.probeAt = now
      }
      return left
    },

    /** In the order of importance. */
    members(): Iterable<Member> {
      return members.values()
    },

    /** Why it stands as it does; says of what has not been looked at for long since when. */
    reason({ login }: Member, now: number): string | null {
      const member = members.get(login)
      if (member === undefined || member.reason === null || isWaiting(member)) return member?.reason ?? null
      const knownForMs = now - member.lookedAt
      const isTrue = knownForMs <= (member.state === 'not-found' ? RECHECK_MS : 0) + TRUE_WITHIN_MS
      return isTrue ? member.reason : agedReason(member.reason, member.lookedAt)
    },

    /** Up to when a joined member has been heard without a hole, epoch ms; null for others. */
    heardUntil({ joinedOn }: Member): number | null {
      return heardOf(joinedOn)[0]?.to ?? null
    },

    /**
     * Connections that hear a channel which no other connection hears; also those that have not been proven alive
     * since another took the channel over: until then nobody knows whether it was heard all the time.
     */
    needed(): Set<number> {
      const needed = new Set<number>()
      for (const { joinedOn } of members.values()) {
        if (joinedOn.size === 1 || heardOf(joinedOn).length > 1)
          for (const connection of joinedOn.keys()) needed.add(connection)
      }
      return needed
    },

    /** The numbers of the links that carry anybody. */
    links(): Set<number> {
      return new Set([...members.values()].map(({ link }) => link))
    },

    /**
     * Members to JOIN now: first those not heard, most important first; then those that are still heard on a
     * connection about to end; then one that Twitch did not let in before, at a pace of their own. While it lets
     * nobody in, one at most; but who only moves needs no more room, and what it says of a channel itself takes none.
     * @param openOn the connection to use by link number
     */
    waiting(openOn: ReadonlyMap<number, number>, now: number): Member[] {
      const unheard: Member[] = []
      const moving: Member[] = []
      /** Those that wait longest for their next try: refused like all, and for a reason of their own. */
      let refused: MutableMember | null = null
      let retry: MutableMember | null = null
      let load = 0
      let isProbing = false
      for (const member of members.values()) {
        const isOwn = member.noticed || member.state === 'not-found' || closed === null
        if (member.pending !== null && member.joinedOn.size === 0 && !isOwn) isProbing = true
        const mayRetry = member.state !== 'joined' && !isWaiting(member)
        if (mayRetry) load += member.state === 'not-found' ? RETRY_MS / RECHECK_MS : 1
        const connection = openOn.get(member.link)
        if (connection === undefined || member.pending !== null) continue
        if (!isDue(member.retryAt, now, RECHECK_MS)) continue
        if (member.joinedOn.has(connection)) continue
        if (member.state === 'joined') moving.push(member)
        else if (!mayRetry) unheard.push(member)
        else if (isOwn) retry = retry === null || member.retryAt < retry.retryAt ? member : retry
        else refused = refused === null || member.retryAt < refused.retryAt ? member : refused
      }
      const again: Member[] = retry !== null && retries.isDue(load, retry.retryAt, now) ? [retry] : []
      if (closed === null) return [...unheard, ...moving, ...again]
      const mayProbe = isDue(closed.probeAt, now, PROBE_MS) && !isProbing
      const probes = mayProbe ? [...unheard, ...(refused === null ? [] : [refused])] : []
      // Who is in needs no more room on another connection.
      if (closed.refusal === 'capacity') return [...moving, ...probes.slice(0, 1), ...again]
      return mayProbe ? [...probes, ...moving, ...again].slice(0, 1) : []
    },

    /** A JOIN went out. */
    sent(login: string, connection: number, now: number): void {
      const member = members.get(login)
      if (member === undefined) return
      member.pending = { connection, sentAt: now }
      if (member.joinedOn.size === 0 && !isWaiting(member)) retries.sent(now)
      const takesRoom = !member.noticed && member.state !== 'not-found'
      if (
        closed !== null &&
        isProbe(member, closed.refusal) &&
        (takesRoom || closed.refusal !== 'capacity')
      ) {
        closed.probeAt = now + PROBE_MS
      }
      if (member.state === 'queued' || member.state === 'lost') {
        setState(member, 'joining', member.lostBecause, now)
      }
    },

    /** Twitch confirmed a JOIN; false when the channel is to be left: nobody wants it, or a NOTICE said no. */
    echoed(login: string, connection: number, now: number): boolean {
      const member = members.get(login)
      if (member === undefined) return false
      // After a NOTICE that says no, the echo of the same JOIN means nothing.
      if (member.pending?.connection !== connection && member.noticed) return false
      if (member.pending?.connection === connection) {
        if (closed !== null && member.pending.sentAt >= closed.since && isProbe(member, closed.refusal)) {
          readmit(now)
        }
        member.pending = null
      }
      member.attempts = 0
      member.retryAt = 0
      member.lostBecause = null
      const before = member.joinedOn.size
      if (!member.joinedOn.has(connection)) member.joinedOn.set(connection, now)
      setState(member, 'joined', null, now)
      if (before === 0) listener.joined(login, now)
      return true
    },

    /** Twitch took us out of a channel. */
    parted(login: string, connection: number, now: number): void {
      const member = members.get(login)
      if (member === undefined || !member.joinedOn.has(connection)) return
      if (member.joinedOn.size === 1) {
        member.lostBecause = 'Twitch took us out of the channel'
        requeue(member, now)
      }
      release(member, [connection], 'connection lost')
    },

    /** A NOTICE about a channel; most mean nothing for hearing it. Gives back the connections to PART from. */
    noticed(login: string, messageId: string, text: string, now: number): number[] {
      const notice = channelNotice(messageId, text)
      const member = members.get(login)
      if (member === undefined || notice === null) return []
      const { state, reason } = notice
      const left = [...member.joinedOn.keys()]
      setState(member, state, reason, now)
      member.noticed = true
      member.lookedAt = now
      member.attempts = 0
      member.pending = null
      member.retryAt = now + (state === 'not-found' ? RECHECK_MS : RETRY_MS)
      release(member, left, state === 'suspended' ? 'suspended' : 'connection lost')
      return left
    },

    /**
     * The server wants none of us, or nobody more; `text` is what it said.
     * @param answering the channel whose JOIN it answered with that, if it named one
     */
    refuseWaiting(refusal: Refusal, text: string, now: number, answering = ''): void {
      closed = { refusal, text, since: now, probeAt: now + PROBE_MS }
      for (const member of members.values()) {
        if (member.joinedOn.size > 0) continue
        // What it said about this very channel stays true.
        if (member.noticed && !isWaiting(member) && member.login !== answering) continue
        member.pending = null
        member.retryAt = 0
        member.lookedAt = now
        setState(member, 'refused', refusalReason(refusal, text), now)
      }
    },

    /** Why the server lets nobody more in, as one sentence; null while it does. */
    refusal(): string | null {
      return closed === null ? null : refusalSentence(closed.refusal, closed.text)
    },

    /** The login works: whoever was refused for that may try at once. */
    loggedIn(now: number): void {
      if (closed?.refusal === 'login') readmit(now)
    },

    /** A connection is gone. */
    closed(connection: number, now: number): void {
      for (const member of members.values()) {
        if (member.pending?.connection === connection) {
          member.pending = null
          if (member.state === 'joining') requeue(member, now)
        }
        if (!member.joinedOn.has(connection)) continue
        if (member.joinedOn.size === 1) {
          member.lostBecause = 'connection lost'
          requeue(member, now)
          // The room that it had is free.
          if (closed?.refusal === 'capacity') closed.probeAt = now
        }
        release(member, [connection], 'connection lost')
      }
    },

    /** JOINs that nobody answered. */
    timeOut(now: number): void {
      for (const member of members.values()) {
        if (member.pending === null) continue
        const { sentAt } = member.pending
        if (!isDue(sentAt + ECHO_WAIT_MS, now, ECHO_WAIT_MS)) continue
        member.pending = null
        member.attempts++
        if (member.joinedOn.size > 0) continue
        if (member.state === 'joining' && member.attempts < JOIN_ATTEMPTS_MAX) {
          requeue(member, now)
          continue
        }
        // While it lets nobody in, silence says nothing about the channel.
        if (member.attempts >= JOIN_ATTEMPTS_MAX && (closed === null || member.state === 'joining')) {
          setState(member, 'not-found', NO_ANSWER_REASON, now)
          member.lookedAt = now
        }
        // From the JOIN on, not from when nobody waited any more for its answer.
        member.retryAt = sentAt + (member.state === 'not-found' ? RECHECK_MS : RETRY_MS)
      }
    },
  }
}

/** Whether its JOIN shows that Twitch lets somebody in again. */
function isProbe({ joinedOn }: Pick<Member, 'joinedOn'>, refusal: Refusal): boolean {
  return refusal !== 'capacity' || joinedOn.size === 0
}

/** In the queue, for the first time or again. */
function isWaiting({ state }: Pick<Member, 'state'>): boolean {
  return state === 'queued' || state === 'joining' || state === 'lost'
}
