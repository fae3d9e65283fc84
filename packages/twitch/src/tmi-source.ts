/** The ChatSource for Twitch and any other IRC-over-WebSocket server. */
import type { ChannelHearing, ChatListener, ChatSource, Clock, SourceFigures } from '@smacktalk/ports'
import { createJoinBudget, type JoinBudget } from './join-budget.ts'
import { createLinks } from './links.ts'
import { createRoster } from './roster.ts'
import type { SourceLog } from './source-log.ts'
import { type OpenConnection, openConnection } from './tmi-connection.ts'
import { CHECKS_PER_WATCHDOG } from './watchdog.ts'

export interface TmiSourceOptions {
  /** `ws://` or `wss://`. */
  readonly url: string
  /** Both, or none to read anonymously. */
  readonly username?: string
  readonly token?: string
  readonly clock: Clock
  readonly listener: ChatListener
  readonly log: SourceLog
  /** Silence after which a connection is dead, ms; a PING goes out after two thirds of it. */
  readonly watchdogMs?: number
  /** One for the whole process, where a process has several sources. */
  readonly joinBudget?: JoinBudget
  /** A number in [0, 1); spreads the tries to connect. */
  readonly random?: () => number
  /** Another way to connect than tmi.js over a WebSocket. */
  readonly connect?: OpenConnection
}

const WATCHDOG_MS = 15_000
/** Due work is looked for so often; echoes and logins are acted on at once. */
const STEP_MS = 250

export function openTmiSource(options: TmiSourceOptions): ChatSource {
  const { clock, listener, log, watchdogMs = WATCHDOG_MS } = options
  const budget = options.joinBudget ?? createJoinBudget()
  const ending = new AbortController()
  const connectTo: { url: string; login?: { username: string; token: string }; log: SourceLog } = {
    url: options.url,
    log,
  }
  if (options.username !== undefined && options.token !== undefined) {
    connectTo.login = { username: options.username, token: options.token }
  }

  const roster = createRoster(listener, (connection) => links.heardUntil(connection))
  const links = createLinks({
    open: options.connect ?? ((told) => openConnection(connectTo, told)),
    clock,
    log,
    watchdogMs,
    random: options.random ?? Math.random,
    events: {
      line: listener.line,
      opened() {
        roster.loggedIn(clock.now())
        step()
      },
      closed: (connection) => roster.closed(connection, clock.now()),
      echoed(login, connection) {
        if (!roster.echoed(login, connection, clock.now())) links.part(connection, login)
      },
      parted: (login, connection) => roster.parted(login, connection, clock.now()),
      noticed(login, messageId, text) {
        const left = roster.noticed(login, messageId, text, clock.now())
        for (const connection of left) links.part(connection, login)
      },
      refused(refusal, text, login) {
        log.warn({ refusal, text }, 'Twitch refuses us')
        roster.refuseWaiting(refusal, text, clock.now(), login)
      },
    },
  })

  /** Does whatever is due; may be called at any time. */
  function step(): void {
    if (ending.signal.aborted) return
    const now = clock.now()
    roster.timeOut(now)
    links.keep(roster.links(), roster.needed(), now)
    const openOn = links.open()
    for (const { login, link } of roster.waiting(openOn, now)) {
      const connection = openOn.get(link)
      if (connection === undefined) continue
      if (!budget.take(now)) break
      roster.sent(login, connection, now)
      links.join(connection, login)
    }
  }

  async function run(): Promise<void> {
    const everyMs = Math.min(STEP_MS, Math.ceil(watchdogMs / CHECKS_PER_WATCHDOG))
    while (!ending.signal.aborted) {
      step()
      await clock.sleep(everyMs, ending.signal)
    }
  }
  const running = run()

  return {
    want(logins) {
      for (const { login, connections } of roster.want(logins, clock.now())) {
        for (const connection of connections) links.part(connection, login)
      }
      step()
    },

    channels(): readonly ChannelHearing[] {
      const now = clock.now()
      const waits = budget.waits(now)
      let place = 0
      const hearings: ChannelHearing[] = []
      for (const member of roster.members()) {
        const { login, link, state, since, pending } = member
        const queued = state === 'queued' && pending === null
        // A lost channel waits in the same queue as the new ones.
        const isInLine = queued || state === 'lost'
        const waitMs = isInLine ? waits.next().value : 0
        if (isInLine) place++
        hearings.push({
          login,
          state,
          reason: roster.reason(member, now),
          since,
          place: queued ? place : null,
          etaMs: queued ? Math.round(Math.max(waitMs, links.waitMs(link, now))) : null,
          heardUntil: roster.heardUntil(member),
        })
      }
      return hearings
    },

    figures(): SourceFigures {
      const connections = links.figures().map(({ link, state, channels }) => ({
        link,
        state: state.old.length > 0 ? ('overlapping' as const) : state.phase.kind,
        since: state.since,
        restarts: Math.max(0, state.starts - 1),
        reason: state.reason,
        channels,
      }))
      const confirmed = connections.reduce((sum, { channels }) => sum + channels, 0)
      return { connections, confirmed, refusal: roster.refusal() }
    },

    async [Symbol.asyncDispose]() {
      ending.abort()
      links.close()
      await running
    },
  }
}
