/**
 * Who is wanted and who is heard: the state of every channel, without sockets and without a clock. The JOIN echo
 * is the truth. A channel may be confirmed on two connections at once, while one takes over from the other.
 */
import type { ChannelState } from '@smacktalk/contract'

/** Twitch accepts more, but connections with more channels have been cut (practice of other clients). */
export const CHANNELS_PER_CONNECTION_MAX = 90

/** Without an echo for so long a JOIN has failed; after so many the channel does not exist (interface.md). */
export const ECHO_WAIT_MS = 30_000
export const JOIN_ATTEMPTS_MAX = 3

/** How often a channel that was missing, suspended or refused is tried again. */
export const RECHECK_MS = 600_000

export interface Member {
  readonly login: string
  /** Number of the link that carries it, from 0. */
  readonly link: number
  readonly state: ChannelState
  readonly reason: string | null
  readonly since: number
  /** Connections that echoed its JOIN and are still there. */
  readonly joinedOn: ReadonlySet<number>
  /** A JOIN on its way. */
  readonly pending: { readonly connection: number; readonly sentAt: number } | null
}

interface MutableMember {
  login: string
  link: number
  state: ChannelState
  reason: string | null
  since: number
  joinedOn: Set<number>
  pending: { connection: number; sentAt: number } | null
  /** Why it was lost; null before the first JOIN and while it is heard. */
  lostBecause: string | null
  /** JOINs without an echo in a row. */
  attempts: number
  /** Its state is what a NOTICE about this very channel said. */
  noticed: boolean
  /** Not tried before (epoch ms). */
  retryAt: number
}

export interface RosterListener {
  joined(login: string, at: number): void
  lost(login: string, heardUntil: number, cause: string): void
}

/** NOTICEs that answer a JOIN, with the state they mean. */
const NOTICE_STATES: ReadonlyMap<string, ChannelState> = new Map([
  ['msg_channel_suspended', 'suspended'],
  ['tos_ban', 'suspended'],
  ['msg_banned', 'refused'],
  ['msg_channel_blocked', 'refused'],
  ['msg_room_not_found', 'not-found'],
])

export type Roster = ReturnType<typeof createRoster>

/** @param heardUntil last proof of life of a connection, epoch ms */
export function createRoster(listener: RosterListener, heardUntil: (connection: number) => number) {
  let members = new Map<string, MutableMember>()

  function setState(member: MutableMember, state: ChannelState, reason: string | null, now: number): void {
    if (member.state !== state) member.since = now
    member.state = state
    member.reason = reason
    member.noticed = false
  }

  /** The latest moment at which it was still heard; call before its connections are forgotten. */
  function lastHeard(member: MutableMember): number {
    return Math.max(0, ...[...member.joinedOn].map(heardUntil))
  }

  /** The member is no longer heard anywhere. */
  function lose(member: MutableMember, until: number, cause: string): void {
    member.joinedOn.clear()
    member.attempts = 0
    listener.lost(member.login, until, cause)
  }

  /** Back in the queue, as one that was never heard or as one that was lost. */
  function requeue(member: MutableMember, now: number): void {
    setState(member, member.lostBecause === null ? 'queued' : 'lost', member.lostBecause, now)
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
        const member = members.get(login) ?? {
          login,
          link: freeLink(),
          state: 'queued' as const,
          reason: null,
          since: now,
          joinedOn: new Set<number>(),
          pending: null,
          lostBecause: null,
          attempts: 0,
          noticed: false,
          retryAt: 0,
        }
        members.set(login, member)
        ordered.set(login, member)
      }
      members = ordered
      const left: { login: string; connections: number[] }[] = []
      for (const [login, member] of before) {
        if (members.has(login)) continue
        const connections = [...member.joinedOn]
        if (member.pending !== null) connections.push(member.pending.connection)
        left.push({ login, connections })
        if (member.joinedOn.size > 0) lose(member, lastHeard(member), 'left')
      }
      return left
    },

    /** In the order of importance. */
    members(): Iterable<Member> {
      return members.values()
    },

    /** The numbers of the links that carry anybody. */
    links(): Set<number> {
      return new Set([...members.values()].map(({ link }) => link))
    },

    /**
     * Members to JOIN now: first those not heard, most important first; then those that are still heard on a
     * connection about to end; then those that Twitch did not let us in before.
     * @param openOn the connection to use by link number
     */
    waiting(openOn: ReadonlyMap<number, number>, now: number): Member[] {
      const unheard: Member[] = []
      const moving: Member[] = []
      const rechecks: Member[] = []
      for (const member of members.values()) {
        const connection = openOn.get(member.link)
        if (connection === undefined || member.pending !== null || member.retryAt > now) continue
        if (member.joinedOn.has(connection)) continue
        if (member.state === 'joined') moving.push(member)
        else if (member.state === 'queued' || member.state === 'lost') unheard.push(member)
        else rechecks.push(member)
      }
      return [...unheard, ...moving, ...rechecks]
    },

    /** A JOIN went out. */
    sent(login: string, connection: number, now: number): void {
      const member = members.get(login)
      if (member === undefined) return
      member.pending = { connection, sentAt: now }
      if (member.state === 'queued' || member.state === 'lost') {
        setState(member, 'joining', member.lostBecause, now)
      }
    },

    /** Twitch confirmed a JOIN. */
    echoed(login: string, connection: number, now: number): void {
      const member = members.get(login)
      if (member === undefined) return
      // After a NOTICE that says no, the echo of the same JOIN means nothing.
      if (member.pending?.connection !== connection && member.noticed) return
      if (member.pending?.connection === connection) member.pending = null
      member.attempts = 0
      member.retryAt = 0
      member.lostBecause = null
      const before = member.joinedOn.size
      member.joinedOn.add(connection)
      setState(member, 'joined', null, now)
      if (before === 0) listener.joined(login, now)
    },

    /** Twitch took us out of a channel. */
    parted(login: string, connection: number, now: number): void {
      const member = members.get(login)
      if (member === undefined || !member.joinedOn.has(connection)) return
      const until = lastHeard(member)
      member.joinedOn.delete(connection)
      if (member.joinedOn.size > 0) return
      member.lostBecause = 'Twitch took us out of the channel'
      requeue(member, now)
      lose(member, until, 'connection lost')
    },

    /** A NOTICE about a channel; most mean nothing for hearing it. */
    noticed(login: string, messageId: string, text: string, now: number): void {
      const state = NOTICE_STATES.get(messageId)
      const member = members.get(login)
      if (member === undefined || state === undefined) return
      const heard = member.joinedOn.size > 0
      const until = lastHeard(member)
      setState(member, state, text, now)
      member.noticed = true
      member.pending = null
      member.retryAt = now + RECHECK_MS
      if (heard) lose(member, until, state === 'suspended' ? 'suspended' : 'connection lost')
    },

    /** The server wants none of us: the login failed, or it allows no more channels. */
    refuseWaiting(reason: string, now: number): void {
      for (const member of members.values()) {
        if (member.joinedOn.size > 0) continue
        member.pending = null
        member.retryAt = now + RECHECK_MS
        setState(member, 'refused', reason, now)
      }
    },

    /** Refused ones may try at once: the login works again. */
    readmit(now: number): void {
      for (const member of members.values()) {
        if (member.state !== 'refused' || member.pending !== null) continue
        member.retryAt = 0
        setState(member, 'queued', null, now)
      }
    },

    /** A connection is gone. */
    closed(connection: number, now: number): void {
      const until = heardUntil(connection)
      for (const member of members.values()) {
        if (member.pending?.connection === connection) {
          member.pending = null
          if (member.state === 'joining') requeue(member, now)
        }
        if (!member.joinedOn.delete(connection) || member.joinedOn.size > 0) continue
        member.lostBecause = 'connection lost'
        requeue(member, now)
        lose(member, until, 'connection lost')
      }
    },

    /** JOINs that nobody answered. */
    timeOut(now: number): void {
      for (const member of members.values()) {
        if (member.pending === null || member.pending.sentAt + ECHO_WAIT_MS > now) continue
        member.pending = null
        member.attempts++
        if (member.joinedOn.size > 0) continue
        if (member.state === 'joining' && member.attempts < JOIN_ATTEMPTS_MAX) {
          requeue(member, now)
          continue
        }
        if (member.state === 'joining')
          setState(member, 'not-found', 'Twitch did not answer three JOINs', now)
        member.retryAt = now + RECHECK_MS
      }
    },
  }
}
