/**
 * The connections: one link per 90 channels, each with the connection in use and, while the server wants us to
 * move, the one that is about to end. Finds dead ones, replaces them with a growing delay, and reads what the
 * server says about channels.
 */
import type { ChatListener, Clock } from '@smacktalk/ports'
import { retryDelayMs } from './back-off.ts'
import { type IrcLine, nickOf, parseTags, splitIrcLine } from './irc-line.ts'
import type { Member } from './roster.ts'
import type { SourceLog } from './source-log.ts'
import { type Connection, openConnection } from './tmi-connection.ts'
import { createWatchdog, type Watchdog } from './watchdog.ts'

/** Twitch cuts addresses that connect faster (practice of other clients: 550 ms was found by trial). */
const STARTS_APART_MS = 600
/** A greeting takes a second on a bad line; a server that was away is to be found again within 5 s. */
const LOGIN_WAIT_MS = 5_000
/** A connection that lived so long worked; the next failure starts with the shortest delay again. */
const STABLE_MS = 30_000
/** After RECONNECT Twitch ends a connection within about half a minute; then it is of no more use. */
const RETIRE_MS = 60_000
/** A refused login is not tried harder than this. */
const REFUSED_LOGIN_WAIT_MS = 60_000

const LOGIN_REFUSED = /^(?:Login |Error logging in|Improperly formatted auth|Invalid NICK)/
const TOO_MANY_CHANNELS = /too many channels/i

export interface LinkEvents {
  line: ChatListener['line']
  opened(connection: number): void
  closed(connection: number): void
  echoed(login: string, connection: number): void
  parted(login: string, connection: number): void
  noticed(login: string, messageId: string, text: string): void
  /** The server wants none of us, for the given reason. */
  refused(reason: string): void
}

export interface LinksOptions {
  readonly url: string
  readonly login?: { readonly username: string; readonly token: string }
  readonly clock: Clock
  readonly log: SourceLog
  readonly watchdogMs: number
  readonly random: () => number
  readonly events: LinkEvents
}

interface Live {
  readonly id: number
  readonly connection: Connection
  readonly watchdog: Watchdog
  readonly startedAt: number
  openedAt: number | null
  /** Our own name, as the server greeted us. */
  nick: string
  heardUntil: number
}

interface Link {
  current: Live | null
  retiring: Live | null
  retiringSince: number
  failures: number
  failingSince: number
  startAt: number
}

export function createLinks(options: LinksOptions) {
  const { clock, events, log } = options
  const links = new Map<number, Link>()
  /** Living connections, and ended ones until `closed` has been told. */
  const lives = new Map<number, Live>()
  let connectionsStarted = 0
  let lastStartAt = Number.NEGATIVE_INFINITY

  function start(link: Link, now: number): void {
    lastStartAt = now
    const id = ++connectionsStarted
    const connection = openConnection({
      url: options.url,
      ...(options.login === undefined ? {} : { login: options.login }),
      log,
      listener: {
        line: (raw) => take(link, live, raw),
        opened() {
          live.openedAt = clock.now()
          log.info({ connection: id }, 'connected to chat')
          events.opened(id)
        },
        closed: (reason) => end(link, live, reason),
      },
    })
    const watchdog = createWatchdog(options.watchdogMs, now)
    const live: Live = { id, connection, watchdog, startedAt: now, openedAt: null, nick: '', heardUntil: now }
    link.current = live
    lives.set(id, live)
  }

  /** A connection has ended, by its own or because it is given up. */
  function end(link: Link, live: Live, reason: string): void {
    if (!lives.has(live.id)) return
    live.connection.close()
    const now = clock.now()
    if (link.retiring === live) link.retiring = null
    if (link.current === live) {
      link.current = null
      if (live.openedAt !== null && now - live.openedAt >= STABLE_MS) link.failures = 0
      if (link.failures === 0) link.failingSince = now
      link.failures++
      const delayMs = retryDelayMs(link.failures, now - link.failingSince, options.random())
      // Of a try that came to nothing, the time it took counts as waiting.
      const since = live.openedAt === null ? live.startedAt : now
      link.startAt = Math.max(link.startAt, now, since + delayMs)
      log.warn({ connection: live.id, reason, retryInMs: link.startAt - now }, 'chat connection ended')
    }
    events.closed(live.id)
    lives.delete(live.id)
  }

  function take(link: Link, live: Live, raw: string): void {
    const now = clock.now()
    live.heardUntil = now
    live.watchdog.heard()
    const line = splitIrcLine(raw)
    if (line !== null) takeSession(link, live, line, now)
    events.line(raw, now)
  }

  function takeSession(link: Link, live: Live, line: IrcLine, now: number): void {
    const target = line.params[0] ?? ''
    const login = target.startsWith('#') ? target.slice(1).toLowerCase() : ''
    switch (line.command) {
      case '001':
        live.nick = target.toLowerCase()
        break
      case 'JOIN':
        if (isOwn(live, line)) events.echoed(login, live.id)
        break
      case 'PART':
        if (isOwn(live, line)) events.parted(login, live.id)
        break
      case 'NOTICE':
        takeNotice(link, live, line, login, now)
        break
      case 'RECONNECT':
        // The server is about to restart: a successor is started first, so that nothing is missed.
        if (link.current === live && link.retiring === null) {
          log.info({ connection: live.id }, 'asked to reconnect')
          link.retiring = live
          link.retiringSince = now
          link.current = null
          link.startAt = now
        }
        break
      default:
    }
  }

  function takeNotice(link: Link, live: Live, line: IrcLine, login: string, now: number): void {
    if (line.prefix !== 'tmi.twitch.tv') return
    const text = line.params.at(-1) ?? ''
    if (login !== '') {
      events.noticed(login, parseTags(line.rawTags).get('msg-id') ?? '', text)
    } else if (live.openedAt === null && LOGIN_REFUSED.test(text)) {
      link.startAt = now + REFUSED_LOGIN_WAIT_MS
      events.refused(text)
      end(link, live, text)
      return
    }
    if (TOO_MANY_CHANNELS.test(text)) events.refused(text)
  }

  function check(link: Link, live: Live, now: number): void {
    if (live.openedAt === null) {
      if (now - live.startedAt >= LOGIN_WAIT_MS) end(link, live, 'no login within 5 s')
      return
    }
    const verdict = live.watchdog.check(now)
    if (verdict === 'ping') live.connection.send('PING :alive')
    if (verdict === 'dead') end(link, live, 'silent, and no answer to PING')
  }

  return {
    /** Keeps a connection for each of these links, and none for any other. */
    keep(wanted: ReadonlySet<number>, now: number): void {
      for (const number of wanted) {
        if (!links.has(number)) {
          links.set(number, {
            current: null,
            retiring: null,
            retiringSince: 0,
            failures: 0,
            failingSince: 0,
            startAt: now,
          })
        }
      }
      for (const [number, link] of links) {
        for (const live of [link.current, link.retiring]) {
          if (live === null) continue
          if (wanted.has(number)) check(link, live, now)
          else end(link, live, 'no longer needed')
        }
        if (!wanted.has(number)) links.delete(number)
        else if (link.current === null && link.startAt <= now && lastStartAt + STARTS_APART_MS <= now) {
          start(link, now)
        }
      }
    },

    /** Ends connections that were asked to go, once their channels are heard on the successor. */
    retire(members: Iterable<Member>, now: number): void {
      const retiring = [...links.values()].filter((link) => link.retiring !== null)
      if (retiring.length === 0) return
      const stillNeeded = new Set<number>()
      for (const { joinedOn } of members) {
        if (joinedOn.size === 1) for (const connection of joinedOn) stillNeeded.add(connection)
      }
      for (const link of retiring) {
        const old = link.retiring
        if (old === null) continue
        const moved = link.current?.openedAt != null && !stillNeeded.has(old.id)
        if (moved || now - link.retiringSince >= RETIRE_MS) end(link, old, 'its successor has taken over')
      }
    },

    /** The open connection by link number. */
    open(): Map<number, number> {
      const open = new Map<number, number>()
      for (const [number, { current }] of links) {
        if (current !== null && current.openedAt !== null) open.set(number, current.id)
      }
      return open
    },

    /** Epoch ms of the last line or PONG; 0 for a connection that is gone. */
    heardUntil(connection: number): number {
      return lives.get(connection)?.heardUntil ?? 0
    },

    send(connection: number, line: string): void {
      lives.get(connection)?.connection.send(line)
    },

    /** Lets everything go, without telling anybody. */
    close(): void {
      for (const { connection } of lives.values()) connection.close()
      lives.clear()
      links.clear()
    },
  }
}

function isOwn(live: Live, line: IrcLine): boolean {
  return line.prefix !== null && live.nick !== '' && nickOf(line.prefix).toLowerCase() === live.nick
}
