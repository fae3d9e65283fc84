/** Where chat lines come from: Twitch, or the demo world that is served like Twitch. */
import type { ChannelSettings } from '@smacktalk/contract'
import { HOUR_MS } from '@smacktalk/contract'
import { openDemoPast, startDemo } from '@smacktalk/ingestor'
import type { ChatListener, ChatSource, Clock, EventLog, RowStore } from '@smacktalk/ports'
import type { Logger, Settings } from '@smacktalk/runtime'
import { type JoinBudget, openTmiSource } from '@smacktalk/twitch'

export interface PastOptions {
  readonly signal: AbortSignal
  readonly ingestorId: string
  readonly settingsOf: (channelId: string, channelLogin: string) => ChannelSettings
}

export interface ChatOrigin extends AsyncDisposable {
  /** Channels it has by itself; none for Twitch. */
  readonly logins: readonly string[]
  /** Where all providers of emotes are asked instead of at their own addresses; null for those. */
  readonly emotesUrl: string | null
  openSource(listener: ChatListener): ChatSource
  /** Imports what was said before the start; null when there is nothing to import. */
  readonly importPast: ((options: PastOptions) => Promise<unknown>) | null
  /** Rejects when it cannot go on. */
  readonly finished: Promise<void>
}

export interface OriginParts {
  readonly settings: Settings
  readonly log: EventLog
  readonly store: RowStore
  readonly clock: Clock
  readonly logger: Logger
  /** The JOINs that are ours; the demo world minds none. */
  readonly joinBudget: JoinBudget
  /** Aborted when somebody stops the program while it starts. */
  readonly signal: AbortSignal
}

export type OpenOrigin = (parts: OriginParts) => Promise<ChatOrigin>

export const openTwitchOrigin: OpenOrigin = async ({ settings, clock, logger, joinBudget }) => {
  const { url, username, token, watchdogMs } = settings.twitch
  const login = token === null ? {} : { username, token }
  return {
    logins: [],
    emotesUrl: null,
    openSource: (listener) =>
      openTmiSource({ url, ...login, joinBudget, clock, listener, log: logger, watchdogMs }),
    importPast: null,
    finished: Promise.resolve(),
    async [Symbol.asyncDispose]() {},
  }
}

/** How far back the demo world has a past, and for how long its data may be silent before it gets one again. */
const PAST_MS = 2 * HOUR_MS

export const openDemoOrigin: OpenOrigin = async ({ settings, log, store, clock, logger, signal }) => {
  const { seed, messagesPerSecond } = settings.demo
  const past = await openDemoPast(store, clock)
  const withPast = past.isInterrupted || (await isSilentSince(log, clock.now() - PAST_MS))
  // Before anything is heard: what is heard would look like a past.
  if (withPast) await past.began()
  const world = { seed, messagesPerSecond, withPast, pastMs: PAST_MS }
  const demo = await startDemo({ clock, logger, signal, ...world })
  const { watchdogMs } = settings.twitch
  return {
    logins: demo.channels,
    emotesUrl: demo.emotesUrl,
    openSource: (listener) => openTmiSource({ url: demo.url, clock, listener, log: logger, watchdogMs }),
    importPast: withPast
      ? async (options) => {
          const totals = await demo.importPast({ ...options, log })
          if (totals?.complete) await past.finished(totals)
        }
      : null,
    finished: demo.finished,
    [Symbol.asyncDispose]: () => demo[Symbol.asyncDispose](),
  }
}

/** True when nothing was appended since: then the longer ranges would be empty. */
async function isSilentSince(log: EventLog, sinceMs: number): Promise<boolean> {
  for (let partition = 0; partition < log.partitions; partition++) {
    const { end } = await log.extent('chat', partition)
    if ((await log.offsetAt('chat', partition, sinceMs)) < end) return false
  }
  return true
}
