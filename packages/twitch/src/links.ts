/**
 * The connections: one link per 90 channels. Each link is a machine (link-machine.ts); here are its sockets, its
 * watchdogs, the pace at which all links together may start connections, and what the server says.
 */
import type { ChatListener, Clock } from '@smacktalk/ports'
import { isDue } from './due.ts'
import { type IrcLine, nickOf, parseTags, splitIrcLine } from './irc-line.ts'
import { type LinkEvent, type LinkState, newLink, REFUSED_LOGIN_WAIT_MS, stepLink } from './link-machine.ts'
import { askedAt, PAUSE_MS, questionAt } from './own-pause.ts'
import { type Refusal, refusalIn } from './server-words.ts'
import type { SourceLog } from './source-log.ts'
import type { Connection, OpenConnection } from './tmi-connection.ts'
import { createWatchdog, type Watchdog } from './watchdog.ts'

/** Twitch cuts addresses that connect faster (practice of other clients: 550 ms was found by trial). */
export const STARTS_APART_MS = 600

/** A login takes about so long; only for telling how long a channel has to wait. */
const LOGIN_USUALLY_MS = 500

export interface LinkEvents {
  line: ChatListener['line']
  opened(connection: number): void
  closed(connection: number): void
  echoed(login: string, connection: number): void
  parted(login: string, connection: number): void
  noticed(login: string, messageId: string, text: string): void
  /** The server wants none of us, or nobody more; in its words. `login` is empty when it named no channel. */
  refused(refusal: Refusal, text: string, login: string): void
}

export interface LinksOptions {
  readonly open: OpenConnection
  readonly clock: Clock
  readonly log: SourceLog
  readonly watchdogMs: number
  readonly random: () => number
  readonly events: LinkEvents
}

/** A link as others see it. */
export interface LinkFigures {
  readonly link: number
  readonly state: LinkState
  /** Channels confirmed on its connections, each once. */
  readonly channels: number
}

interface Live {
  readonly id: number
  readonly link: number
  readonly connection: Connection
  readonly watchdog: Watchdog
  isOpen: boolean
  /** Our own name, as the server greeted us. */
  nick: string
  heardUntil: number
  /** After a pause of our own: when the PING went out whose answer proves that it lives; null otherwise. */
  doubtedAt: number | null
  /** Channels whose JOIN was echoed here, and no PART since, ours or the server's. */
  readonly confirmed: Set<string>
}

export function createLinks(options: LinksOptions) {
  const { clock, events, log, random } = options
  const links = new Map<number, LinkState>()
  /** Living connections, and ended ones until `closed` has been told. */
  const lives = new Map<number, Live>()
  let connectionsStarted = 0
  /** When this process was last seen running. */
  let ranAt = clock.now()
  let lastStartAt = Number.NEGATIVE_INFINITY
  /** While the login is refused, one connection at a time tries it, not before this; null when it works. */
  let loginAgainAt: number | null = null

  function dispatch(link: number, event: LinkEvent, now: number): void {
    const before = links.get(link)
    if (before === undefined) return
    const { state, effects } = stepLink(before, event, now)
    links.set(link, state)
    for (const effect of effects) {
      if (effect.kind === 'start') start(link, effect.connection, now)
      else end(effect.connection, effect.reason, state, now)
    }
  }

  function start(link: number, id: number, now: number): void {
    lastStartAt = now
    const connection = options.open({
      line: (raw) => take(live, raw),
      opened() {
        if (!lives.has(id)) return
        live.isOpen = true
        loginAgainAt = null
        log.info({ connection: id }, 'connected to chat')
        dispatch(link, { kind: 'opened', connection: id }, clock.now())
        events.opened(id)
      },
      closed(reason) {
        if (lives.has(id))
          dispatch(link, { kind: 'ended', connection: id, reason, random: random() }, clock.now())
      },
    })
    const watchdog = createWatchdog(options.watchdogMs, now)
    const live: Live = {
      ...{ id, link, connection, watchdog, isOpen: false, nick: '', heardUntil: now },
      doubtedAt: null,
      confirmed: new Set(),
    }
    lives.set(id, live)
  }

  function end(id: number, reason: string, { phase }: LinkState, now: number): void {
    const live = lives.get(id)
    if (live === undefined) return
    live.connection.close()
    const retryInMs = phase.kind === 'waiting' ? phase.until - now : null
    log.warn({ connection: id, reason, retryInMs }, 'chat connection ended')
    // Still known while it is told: the roster asks up to when it was heard.
    events.closed(id)
    lives.delete(id)
  }

  function take(live: Live, raw: string): void {
    const now = clock.now()
    noticePause(now)
    live.watchdog.heard()
    const line = splitIrcLine(raw)
    prove(live, line, now)
    if (line !== null) takeSession(live, line, now)
    events.line(raw, now)
  }

  function noticePause(now: number): void {
    const isPause = now - ranAt > PAUSE_MS
    ranAt = now
    if (!isPause) return
    for (const live of lives.values()) {
      if (!live.isOpen) continue
      live.doubtedAt = Math.floor(now)
      live.connection.send(questionAt(now))
    }
  }

  /** What comes long after a pause has not waited since before it, should the server answer no PING. */
  function prove(live: Live, line: IrcLine | null, now: number): void {
    const { doubtedAt } = live
    const asked = askedAt(line)
    if (
      doubtedAt === null ||
      asked === doubtedAt ||
      isDue(doubtedAt + options.watchdogMs, now, options.watchdogMs)
    ) {
      live.heardUntil = now
      live.doubtedAt = null
    } else if (asked !== null && asked < doubtedAt) {
      // The answer may have waited over another pause; it lived when it was asked.
      live.heardUntil = Math.max(live.heardUntil, asked)
    }
  }

  function takeSession(live: Live, line: IrcLine, now: number): void {
    const target = line.params[0] ?? ''
    const login = target.startsWith('#') ? target.slice(1).toLowerCase() : ''
    switch (line.command) {
      case '001':
        live.nick = target.toLowerCase()
        break
      case 'JOIN':
        if (!isOwn(live, line)) break
        live.confirmed.add(login)
        events.echoed(login, live.id)
        break
      case 'PART':
        if (!isOwn(live, line)) break
        live.confirmed.delete(login)
        events.parted(login, live.id)
        break
      case 'NOTICE':
        takeNotice(live, line, login, now)
        break
      case 'RECONNECT':
        log.info({ connection: live.id }, 'asked to reconnect')
        dispatch(live.link, { kind: 'asked-to-go', connection: live.id, random: random() }, now)
        break
      default:
    }
  }

  function takeNotice(live: Live, line: IrcLine, login: string, now: number): void {
    if (line.prefix !== 'tmi.twitch.tv') return
    const text = line.params.at(-1) ?? ''
    const messageId = parseTags(line.rawTags).get('msg-id') ?? ''
    const refusal = refusalIn(messageId, text, live.isOpen)
    if (refusal !== null) {
      if (!live.isOpen) {
        loginAgainAt = now + REFUSED_LOGIN_WAIT_MS
        dispatch(live.link, { kind: 'login-refused', connection: live.id, reason: text }, now)
      }
      events.refused(refusal, text, login)
    } else if (login !== '') {
      events.noticed(login, messageId, text)
    }
  }

  /** Finds dead connections. */
  function watch(now: number): void {
    noticePause(now)
    for (const { id, link, connection, watchdog, isOpen } of [...lives.values()]) {
      if (!isOpen) continue
      const verdict = watchdog.check(now)
      if (verdict === 'ping') connection.send('PING :alive')
      if (verdict === 'dead') {
        const reason = 'silent, and no answer to PING'
        dispatch(link, { kind: 'ended', connection: id, reason, random: random() }, now)
      }
    }
  }

  function mayStart(now: number): boolean {
    if (!isDue(lastStartAt + STARTS_APART_MS, now, STARTS_APART_MS)) return false
    if (loginAgainAt === null) return true
    const isTried = [...links.values()].some(({ phase }) => phase.kind === 'connecting')
    return isDue(loginAgainAt, now, REFUSED_LOGIN_WAIT_MS) && !isTried
  }

  return {
    /**
     * Keeps a connection for each of these links, and none for any other.
     * @param needed connections that hear what no other connection hears
     */
    keep(wanted: ReadonlySet<number>, needed: ReadonlySet<number>, now: number): void {
      watch(now)
      for (const link of wanted) if (!links.has(link)) links.set(link, newLink(now))
      for (const link of [...links.keys()]) {
        if (!wanted.has(link)) {
          dispatch(link, { kind: 'dismissed' }, now)
          links.delete(link)
          continue
        }
        dispatch(link, { kind: 'passed', needed, random: random() }, now)
        const phase = links.get(link)?.phase
        if (phase?.kind === 'waiting' && isDue(phase.until, now, REFUSED_LOGIN_WAIT_MS) && mayStart(now)) {
          dispatch(link, { kind: 'turn', connection: ++connectionsStarted }, now)
        }
      }
    },

    /** The open connection by link number. */
    open(): Map<number, number> {
      const open = new Map<number, number>()
      for (const [link, { phase }] of links) if (phase.kind === 'open') open.set(link, phase.connection)
      return open
    },

    /** How long until a JOIN may go out over a link, ms; 0 when it is open. */
    waitMs(link: number, now: number): number {
      const state = links.get(link)
      if (state?.phase.kind === 'open') return 0
      if (state?.phase.kind === 'connecting') return LOGIN_USUALLY_MS
      let ahead = 0
      for (const [other, { phase }] of links) if (other < link && phase.kind === 'waiting') ahead++
      const turnAt = lastStartAt + STARTS_APART_MS * (1 + ahead)
      const until = Math.max(state?.phase.until ?? now, turnAt, loginAgainAt ?? now, now)
      return until - now + LOGIN_USUALLY_MS
    },

    /** Epoch ms of the last line or PONG; 0 for a connection that is gone. */
    heardUntil(connection: number): number {
      return lives.get(connection)?.heardUntil ?? 0
    },

    join(connection: number, login: string): void {
      lives.get(connection)?.connection.send(`JOIN #${login}`)
    },

    /** From now on it is not confirmed there: of a suspended channel no answer comes. */
    part(connection: number, login: string): void {
      const live = lives.get(connection)
      live?.confirmed.delete(login)
      live?.connection.send(`PART #${login}`)
    },

    figures(): LinkFigures[] {
      return [...links].map(([link, state]) => ({ link, state, channels: confirmedOn(link).size }))
    },

    /** Lets everything go, without telling anybody. */
    close(): void {
      for (const { connection } of lives.values()) connection.close()
      lives.clear()
      links.clear()
    },
  }

  function confirmedOn(link: number): Set<string> {
    const confirmed = new Set<string>()
    for (const live of lives.values()) {
      if (live.link === link) for (const login of live.confirmed) confirmed.add(login)
    }
    return confirmed
  }
}

function isOwn(live: Live, line: IrcLine): boolean {
  return line.prefix !== null && live.nick !== '' && nickOf(line.prefix).toLowerCase() === live.nick
}
