/**
 * A chat server without sockets, in step with a clock: it answers after a while, fails on demand, and checks at
 * every JOIN and every connection that its client keeps to the rules.
 */
import type { Connection, ConnectionListener } from '../tmi-connection.ts'

export type JoinRule = 'ok' | 'silent' | 'msg_channel_suspended' | 'msg_banned' | 'msg_room_not_found'

interface ServerSide {
  readonly id: number
  readonly listener: ConnectionListener
  readonly channels: Set<string>
  isLoggedIn: boolean
  askedToGo: boolean
  /** Gone for the server or let go by the client. */
  isOver: boolean
  /** Lines the server reads nothing of and writes nothing of. */
  isFrozen: boolean
  /** When its last answer so far is due. */
  answersUntil: number
}

const NICK = 'justinfan1'
const JOINS_IN_10_S_MAX = 20
const STARTS_APART_MS = 600
const CHANNELS_MAX = 90

export class SimulatedChat {
  /** `refused`: connections end at once. `login-refused`: they are told so and end. `frozen`: nothing is answered. */
  mode: 'up' | 'refused' | 'login-refused' | 'frozen' = 'up'
  capacity = Number.POSITIVE_INFINITY
  readonly rules = new Map<string, JoinRule>()
  readonly broken: string[] = []
  readonly logins: number[] = []
  /** JOINs that arrived so far. */
  joinsSeen = 0
  /** When a channel was last asked for. */
  readonly askedAt = new Map<string, number>()
  /** PARTs are taken and not answered. */
  isSilentOnPart = false
  #connections: ServerSide[] = []
  #joins: number[] = []
  #lastStartAt = Number.NEGATIVE_INFINITY
  #started = 0
  #due: { readonly at: number; act(): void }[] = []
  readonly #now: () => number
  readonly #latencyMs: () => number

  constructor(now: () => number, latencyMs: () => number) {
    this.#now = now
    this.#latencyMs = latencyMs
  }

  connect(listener: ConnectionListener): Connection {
    const now = this.#now()
    if (now - this.#lastStartAt < STARTS_APART_MS) this.broken.push('connections start too close together')
    this.#lastStartAt = now
    this.logins.push(now)
    const side: ServerSide = {
      ...{ id: ++this.#started, listener, channels: new Set<string>() },
      answersUntil: now,
      ...{ isLoggedIn: false, askedToGo: false, isOver: false, isFrozen: this.mode === 'frozen' },
    }
    this.#connections.push(side)
    if (!side.isFrozen) this.#after(side, () => this.#greet(side))
    return {
      send: (line) => {
        if (!side.isOver && !side.isFrozen) this.#take(side, line)
      },
      close: () => {
        side.isOver = true
      },
    }
  }

  /** Does what is due by now. */
  step(): void {
    const now = this.#now()
    const due = this.#due.filter(({ at }) => at <= now)
    this.#due = this.#due.filter(({ at }) => at > now)
    for (const { act } of due) act()
    this.#connections = this.#connections.filter(({ isOver }) => !isOver)
    this.#check()
  }

  /** Connections that work for both sides, by channel. */
  whereabouts(): Map<string, number[]> {
    const found = new Map<string, number[]>()
    for (const { id, channels, isOver, isFrozen } of this.#connections) {
      if (isOver || isFrozen) continue
      for (const login of channels) found.set(login, [...(found.get(login) ?? []), id])
    }
    return found
  }

  dropAll(): void {
    for (const side of this.#connections) this.#end(side, 'dropped')
  }

  freeze(): void {
    this.mode = 'frozen'
    for (const side of this.#connections) side.isFrozen = true
  }

  /** Frozen connections stay dead; new ones are answered. */
  heal(): void {
    this.mode = 'up'
    this.capacity = Number.POSITIVE_INFINITY
    this.rules.clear()
  }

  askAllToGo(): void {
    for (const side of this.#connections) {
      if (side.isOver || side.isFrozen || !side.isLoggedIn) continue
      side.askedToGo = true
      side.listener.line(':tmi.twitch.tv RECONNECT')
    }
  }

  notice(text: string): void {
    for (const side of this.#connections) this.#say(side, `:tmi.twitch.tv NOTICE * :${text}`)
  }

  noticeIn(login: string, messageId: string): void {
    for (const side of this.#connections) {
      if (side.channels.has(login)) this.#say(side, noticeLine(login, messageId))
    }
  }

  #greet(side: ServerSide): void {
    if (this.mode === 'refused') this.#end(side, 'connection refused')
    else if (this.mode === 'login-refused') {
      this.#say(side, ':tmi.twitch.tv NOTICE * :Login authentication failed')
      this.#end(side, 'closed by the server')
    } else if (!side.isOver) {
      side.isLoggedIn = true
      this.#say(side, `:tmi.twitch.tv 001 ${NICK} :Welcome, GLHF!`)
      side.listener.opened()
    }
  }

  #take(side: ServerSide, line: string): void {
    const [command, target = ''] = line.split(' ')
    const login = target.slice(1)
    if (command === 'PING') this.#answer(side, `:tmi.twitch.tv PONG tmi.twitch.tv ${target}`)
    if (command === 'PART') {
      if (side.channels.delete(login) && !this.isSilentOnPart)
        this.#answer(side, `:${NICK}!${NICK}@x PART #${login}`)
    }
    if (command === 'JOIN') this.#join(side, login)
  }

  #join(side: ServerSide, login: string): void {
    const now = this.#now()
    this.#joins = this.#joins.filter((at) => at > now - 10_000)
    this.#joins.push(now)
    this.joinsSeen++
    this.askedAt.set(login, now)
    if (this.#joins.length > JOINS_IN_10_S_MAX) this.broken.push('more than 20 JOINs in 10 s')
    const rule = this.rules.get(login) ?? 'ok'
    if (rule === 'silent') return
    const inside = new Set(this.#connections.flatMap(({ isOver, channels }) => (isOver ? [] : [...channels])))
    const isFull = !inside.has(login) && inside.size >= this.capacity
    if (rule !== 'ok') this.#answer(side, noticeLine(login, rule))
    else if (isFull) this.#answer(side, noticeLine(login, 'msg_concurrent_channel_limit_reached'))
    else {
      side.channels.add(login)
      this.#answer(side, `:${NICK}!${NICK}@x JOIN #${login}`)
    }
  }

  #check(): void {
    for (const { channels } of this.#connections) {
      if (channels.size > CHANNELS_MAX) this.broken.push('more than 90 channels on a connection')
    }
    for (const [login, ids] of this.whereabouts()) {
      const staying = ids.filter((id) => this.#connections.some((side) => side.id === id && !side.askedToGo))
      if (staying.length > 1) this.broken.push(`#${login} is on two connections that both stay`)
    }
  }

  #answer(side: ServerSide, line: string): void {
    this.#after(side, () => this.#say(side, line))
  }

  #say(side: ServerSide, line: string): void {
    if (!side.isOver && !side.isFrozen) side.listener.line(line)
  }

  #end(side: ServerSide, reason: string): void {
    if (side.isOver || side.isFrozen) return
    side.isOver = true
    side.listener.closed(reason)
  }

  /** Answers of a connection do not overtake each other. */
  #after(side: ServerSide, act: () => void): void {
    side.answersUntil = Math.max(side.answersUntil, this.#now() + this.#latencyMs())
    this.#due.push({ at: side.answersUntil, act })
  }
}

function noticeLine(login: string, messageId: string): string {
  const text =
    messageId === 'msg_concurrent_channel_limit_reached'
      ? 'You are connected to too many chat channels.'
      : 'No.'
  return `@msg-id=${messageId} :tmi.twitch.tv NOTICE #${login} :${text}`
}
