/**
 * The demo world: a seeded simulator behind a chat server on a loopback port, so that it takes the same way as
 * Twitch. Its past two hours can be imported, so that the longer ranges are not empty.
 *
 * Channels and people depend on the seed alone; messages and their ids on seed and start. Each start of the demo
 * is another start time, so ids never repeat, and history and live part of one start are the same world.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  type ChannelSettings,
  EMOTE_PROVIDERS,
  type EmoteProvider,
  HOUR_MS,
  MINUTE_MS,
  spanStart,
} from '@smacktalk/contract'
import {
  type FakeEmote,
  type FakeEmotes,
  type ServedWorld,
  serveWorld,
  startFakeEmotes,
} from '@smacktalk/fake-twitch'
import type { Clock, EventLog } from '@smacktalk/ports'
import type { Logger } from '@smacktalk/runtime'
import { createWorld, type World } from '@smacktalk/simulator'
import { type HistoryTotals, importHistory } from './history.ts'

const HISTORY_MS = 2 * HOUR_MS
/** World time per piece: a few milliseconds of work, so that everything else goes on meanwhile. */
const PIECE_MS = 2_000

export interface DemoOptions {
  readonly clock: Clock
  readonly logger: Logger
  /** The world that is played. */
  readonly seed: number
  /** Over all channels, on average. */
  readonly messagesPerSecond: number
  /** True to begin the world in the past, so that `importPast` has something to import. */
  readonly withPast: boolean
  /** How long that past is, ms; two hours by default. */
  readonly pastMs?: number
  /** Aborted while the world gets to the present, it is served without; whoever stops needs no past. */
  readonly signal?: AbortSignal
}

export interface ImportPastOptions {
  readonly log: EventLog
  readonly signal: AbortSignal
  readonly ingestorId: string
  readonly settingsOf: (channelId: string, channelLogin: string) => ChannelSettings
}

export interface Demo extends AsyncDisposable {
  /** Address of the chat server. */
  readonly url: string
  /** Address at which its invented emotes are served, as every provider serves them. */
  readonly emotesUrl: string
  /** Logins of the world's channels, largest first. Any other valid name is a small quiet channel. */
  readonly channels: readonly string[]
  /** Imports the world's past, up to the start of the minute in which the demo began; null without a past. */
  importPast(options: ImportPastOptions): Promise<HistoryTotals | null>
  /** Rejects when the world fails; resolves when it is closed. */
  readonly finished: Promise<void>
}

/** Resolves when the chat server listens; a world with a past takes a second or two to get to the present. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { clock, logger, seed, messagesPerSecond, withPast, pastMs = HISTORY_MS } = options
  const presentMs = clock.now()
  const pastEndMs = spanStart(presentMs, MINUTE_MS)
  const startMs = withPast ? pastEndMs - pastMs : presentMs
  const openWorld = (from = startMs): World => createWorld({ seed, startMs: from, messagesPerSecond })

  let world = openWorld()
  for (const _lines of piecesOf(world, startMs, clock.now())) {
    await nextTurn()
    if (!options.signal?.aborted) continue
    world = openWorld(clock.now())
    break
  }
  const served: ServedWorld = await serveWorld(world, { clock, fromMs: clock.now() })
  const emotes: FakeEmotes = await startFakeEmotes({ emotesOf: (...where) => emotesOf(world, ...where) })
  logger.info({ url: served.url, seed, messagesPerSecond }, 'the demo world is talking')

  return {
    url: served.url,
    emotesUrl: emotes.url,
    channels: world.channels.map(({ login }) => login),
    async importPast({ log, signal, ingestorId, settingsOf }) {
      if (!withPast) return null
      const beganAt = clock.now()
      const totals = await importHistory({
        log,
        clock,
        logger,
        signal,
        ingestorId,
        settingsOf,
        run: `import:demo-${seed}-${startMs}`,
        lines: piecesOf(openWorld(), startMs, pastEndMs),
        fromMs: startMs,
        toMs: pastEndMs,
      })
      logger.info({ ...totals, tookMs: clock.now() - beganAt }, 'the past of the demo world is imported')
      return totals
    },
    finished: served.finished,
    async [Symbol.asyncDispose]() {
      await emotes[Symbol.asyncDispose]()
      await served[Symbol.asyncDispose]()
    },
  }
}

/** A room's word-like emotes, each with another provider; the ids have no provider's form, so none has a picture. */
function emotesOf(world: World, provider: EmoteProvider, roomId: string): FakeEmote[] {
  const codes = world.wordEmotes(roomId)
  return codes
    .filter((_, index) => EMOTE_PROVIDERS[index % EMOTE_PROVIDERS.length] === provider)
    .map((code) => ({ code, id: `demo-${code}` }))
}

/** The lines of a world between two times, piece by piece. */
function* piecesOf(world: World, fromMs: number, toMs: number): Generator<string[]> {
  for (let at = fromMs; at < toMs; at += PIECE_MS) {
    yield world.advance(Math.min(at + PIECE_MS, toMs)).map(({ line }) => line)
  }
}
