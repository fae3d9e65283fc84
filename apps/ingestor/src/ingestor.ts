/** The role: raw chat lines of the wanted channels into the log. */
import { type ChatRecord, type EmoteSource, type Hop, LIVE_RUN } from '@smacktalk/contract'
import type { ChatListener, ChatSource, Clock, EventLog, RowStore, SourceFigures } from '@smacktalk/ports'
import { PipelineError } from '@smacktalk/ports'
import type { Logger } from '@smacktalk/runtime'
import { type AskHistory, createLineReader, type ThirdPartyEmotes } from '@smacktalk/twitch'
import type { WantedChannels } from '@smacktalk/wanted-channels'
import { type BackfillFigures, createBackfill } from './backfill.ts'
import { createBusyness } from './busyness.ts'
import { createChannelStates, type Standing } from './channel-states.ts'
import { createCoverageBook, INGESTOR_DOWN, TICK_MS } from './coverage-book.ts'
import { HandOver } from './hand-over.ts'
import type { IngestGroup } from './ingest-group.ts'
import { type QueueFigures, type QueueSpoolOptions, RecordQueue } from './record-queue.ts'
import { createSettingsBook, type IngestorSettings } from './settings-book.ts'
import { Tallies } from './tallies.ts'

/** What an ingestor needs of the list of wanted channels. */
export interface ChannelsToHear extends Pick<WantedChannels, 'applyConfig'> {
  /** In the order of their adding. */
  all(): readonly { readonly login: string }[]
  onChange(listener: () => void): () => void
}

export interface IngestorOptions {
  readonly log: EventLog
  readonly store: RowStore
  readonly clock: Clock
  readonly logger: Logger
  readonly settings: IngestorSettings
  readonly wanted: ChannelsToHear
  /** Its part of the wanted channels, where several share them; without it they are all its own. */
  readonly group?: Pick<IngestGroup, 'owns' | 'onChange' | 'heardByOthers'> | null
  /** Opens the source of lines; the ingestor disposes it. */
  readonly openSource: (listener: ChatListener) => ChatSource
  /** Names this process in its records; two ingestors at once need two names. */
  readonly ingestorId: string
  /** Logins of channels that somebody looks at; they are joined first. Rejects when nobody can say. */
  readonly watched?: () => Promise<ReadonlySet<string>>
  /** Where records wait when the log takes none; without it in memory only, as where the log is on the same disk. */
  readonly spool?: QueueSpoolOptions | null
  /** Emotes of other providers; without it none are recognised. Whoever opened it disposes it. */
  readonly emotes?: ThirdPartyEmotes | null
  /** Asked for what was not heard; without it gaps stay gaps. */
  readonly backfillFrom?: BackfillSource | null
}

export interface BackfillSource {
  readonly ask: AskHistory
  /** What is older is late, ms. */
  readonly horizonMs: number
  /** How long after a gap it is asked for, and at most twice that. Default 10 s. */
  readonly settleMs?: number
}

export interface IngestorFigures {
  /** Where emotes of other providers come from. */
  readonly emoteSources: readonly EmoteSource[]
  /** Lines heard. */
  readonly lines: number
  /** Records by kind; `broken` among them. */
  readonly records: Readonly<Record<string, number>>
  /** Other lines by command. */
  readonly ignored: Readonly<Record<string, number>>
  /** Records that could not be encoded; each is a fault of ours and is in the log of the process. */
  readonly unencodable: number
  readonly queue: QueueFigures
  /** Null when no history service is set. */
  readonly backfill: BackfillFigures | null
  /** Channels it is to be in; of those that several share its part. */
  readonly wanted: number
  readonly joined: number
  /** Connections to chat, and the channels confirmed on them. */
  readonly source: SourceFigures
  /** The way of a record from hearing it to its place in the log. */
  readonly hops: readonly Hop[]
  /** What keeps it from its work, one sentence each. */
  readonly troubles: readonly string[]
}

export interface Ingestor extends AsyncDisposable {
  /** Resolves after disposal; rejects when the log or the store can no longer be used at all. */
  readonly finished: Promise<void>
  /** Applies changed settings: channels, bots, prefixes, opt-outs. What the log does not take now it gets later. */
  updateSettings(next: IngestorSettings): Promise<void>
  figures(): IngestorFigures
}

/** How often changed channel states are looked for. */
const STATES_MS = 250
/** How often it is looked who watches what, while any channel waits. */
const WATCHED_MS = 1_000
/** How often it is looked for gaps that are to be filled. */
const BACKFILL_MS = 500
/** Expected waits are rounded up to this. */
const ETA_STEP_MS = 5_000
const FADE_MS = 60_000
/** How often it is looked whether others hear what was given to them. */
const HAND_OVER_MS = 500
/** How soon changed settings are told to a list that took no changes. */
const APPLY_AGAIN_MS = 1_000
/** Commands counted by name; Twitch has about thirty. */
const COMMANDS_MAX = 50
/** Part of the ten seconds that a graceful stop may take. */
const DRAIN_MS = 4_000

/** Resolves when the wanted channels are asked for; lines come from then on. */
export async function startIngestor(options: IngestorOptions): Promise<Ingestor> {
  const { log, store, clock, logger, wanted, ingestorId, group = null } = options
  const emotes = options.emotes ?? null
  const origin = {
    run: LIVE_RUN,
    ingestor: ingestorId,
    ...(emotes === null ? {} : { recognise: emotes.recognise.bind(emotes) }),
  }
  const reader = createLineReader(origin)
  // Apart: what somebody tells must not decide which room a name is.
  const toldReader = createLineReader(origin)
  const queue = new RecordQueue({ log, clock, logger, ingestor: ingestorId, spool: options.spool ?? null })
  const book = createSettingsBook(options.settings)
  const coverage = createCoverageBook(ingestorId)
  const busyness = createBusyness()
  const handOver = new HandOver()
  const states = createChannelStates(store, clock, ingestorId)
  const records = new Tallies(COMMANDS_MAX)
  const ignored = new Tallies(COMMANDS_MAX)
  const stopping = new AbortController()
  let unencodable = 0
  /** Who is looked at, as far as anybody said. */
  let watched: ReadonlySet<string> = new Set()
  let asked: readonly string[] = []
  /** Changed settings that the list of channels has not taken yet. */
  let unapplied: IngestorSettings | null = null

  function line(raw: string, receivedAt: number): void {
    const outcome = reader.read(raw, receivedAt)
    if (outcome.kind === 'ignored') {
      ignored.add(outcome.command)
      return
    }
    const { record, key } = outcome
    records.add(record.kind)
    const login = record.value.channelLogin
    if (record.kind !== 'broken') {
      // A late line of a renamed channel has another room under this name; only the room itself may rename it.
      if (record.kind === 'roomState' || coverage.channelId(login) === null) coverage.named(login, key)
      // The first line of a room comes before anybody writes: its emotes are looked up at once.
      if (record.kind === 'roomState') emotes?.want(key)
      busyness.add(login)
    }
    push(record, key, receivedAt)
  }

  function push(record: ChatRecord, key: string, heardAt: number, isTold = false): void {
    try {
      if (record.kind !== 'broken') {
        const settings = book.ensure(key, record.value.channelLogin)
        if (settings !== null) queue.push({ kind: 'channelSettings', value: settings }, key, heardAt)
      }
      queue.push(record, key, heardAt, isTold)
    } catch (error) {
      unencodable++
      logger.error({ err: error, kind: record.kind, channelId: key }, 'a record could not be encoded')
    }
  }

  const { backfillFrom = null } = options
  const backfill =
    backfillFrom === null
      ? null
      : createBackfill({
          ...backfillFrom,
          ...{ store, clock, logger, ingestor: ingestorId, channelId: coverage.channelId },
          line({ raw, heardAt }, login, channelId) {
            toldReader.know(login, channelId)
            const outcome = toldReader.read(raw, clock.now())
            if (outcome.kind === 'ignored' || outcome.key !== channelId) return false
            records.add(outcome.record.kind)
            push(outcome.record, channelId, heardAt, true)
            return true
          },
          covered: (value) => queue.push({ kind: 'coverage', value }, value.channelId, clock.now()),
        })

  const source = options.openSource({
    line,
    joined(login, at) {
      logger.info({ channel: login }, 'joined')
      coverage.joined(login, at)
      backfill?.joined(login, at)
    },
    lost(login, heardUntil, cause) {
      logger.warn({ channel: login, cause }, 'no longer heard')
      backfill?.lost(login)
      const last = coverage.lost(login, heardUntil, cause)
      if (last !== null) queue.push({ kind: 'coverage', value: last }, last.channelId, clock.now())
    },
  })

  function tick(ended?: string): void {
    const hearings = source.channels()
    for (const value of coverage.ticks(hearings, ended)) {
      queue.push({ kind: 'coverage', value }, value.channelId, clock.now())
    }
  }

  function standings(): Standing[] {
    return source.channels().map(({ login, state, reason, since, place, etaMs }) => ({
      login,
      channelId: coverage.channelId(login),
      state,
      reason,
      since,
      place,
      // The wait shrinks all the time; in steps it is not a change each time.
      etaMs: etaMs === null ? null : Math.ceil(etaMs / ETA_STEP_MS) * ETA_STEP_MS,
    }))
  }

  async function writeStates(rows: readonly Standing[]): Promise<void> {
    try {
      await states.write(rows)
    } catch (error) {
      if (!(error instanceof PipelineError && error.retriable)) throw error
      logger.debug({ err: error }, 'channel states are written later')
    }
  }

  /** What is ours, most important first, and after it what others do not hear yet. */
  function logins(): string[] {
    const all = wanted.all().map(({ login }) => login)
    if (group === null) return busyness.order(all, watched)
    const mine = all.filter((login) => group.owns(login))
    handOver.update(new Set(all), new Set(mine), clock.now())
    return [...busyness.order(mine, watched), ...handOver.pending]
  }

  function wantAll(): void {
    asked = logins()
    source.want(asked)
    const kept = new Set(asked)
    coverage.keep(kept)
    backfill?.keep(kept)
  }

  async function finishHandOver(): Promise<void> {
    if (group === null || handOver.pending.length === 0) return
    let heard: ReadonlySet<string>
    try {
      heard = await group.heardByOthers()
    } catch (error) {
      if (!(error instanceof PipelineError && error.retriable)) throw error
      // Heard twice is counted once; left too early would be a gap.
      logger.debug({ err: error }, 'what others hear is not known')
      return
    }
    if (handOver.settle(heard, clock.now())) wantAll()
  }

  async function every(ms: number, action: () => void | Promise<void>): Promise<void> {
    while (!stopping.signal.aborted) {
      await clock.sleep(ms, stopping.signal)
      if (!stopping.signal.aborted) await action()
    }
  }

  /** Somebody who opens the page of a channel that waits in the queue is not to wait behind all the others. */
  async function lookWhoIsWatched(): Promise<void> {
    const isAnyWaiting = source.channels().some(({ state }) => state === 'queued' || state === 'lost')
    if (!isAnyWaiting || options.watched === undefined) return
    try {
      const before = watched
      watched = await options.watched()
      if (!isSameSet(before, watched) && !stopping.signal.aborted) wantAll()
    } catch (error) {
      if (!(error instanceof PipelineError && error.retriable)) throw error
      logger.debug({ err: error }, 'who watches what is looked for later')
    }
  }

  function fade(): void {
    busyness.fade(new Set(asked))
    emotes?.keep(new Set(asked.flatMap((login) => coverage.channelId(login) ?? [])))
    wantAll()
  }

  async function applySettings(next: IngestorSettings): Promise<void> {
    const refused = await wanted.applyConfig(next.channels.map(({ name }) => name))
    for (const { name, reason } of refused) logger.warn({ channel: name, reason }, 'a channel is left out')
  }

  /** Nobody changes a file twice because the log was away the first time. */
  async function applyChanged(): Promise<void> {
    const next = unapplied
    if (next === null) return
    try {
      await applySettings(next)
      if (unapplied === next) unapplied = null
    } catch (error) {
      if (!(error instanceof PipelineError && error.retriable)) {
        unapplied = null
        throw error
      }
      logger.debug({ err: error }, 'the changed list of channels is applied later')
    }
  }

  const stopListening = [wanted.onChange(wantAll), group?.onChange(wantAll)]
  await applySettings(options.settings)
  wantAll()

  const finished = Promise.all([
    queue.finished,
    every(TICK_MS, () => tick()),
    every(STATES_MS, () => writeStates(standings())),
    every(FADE_MS, fade),
    every(WATCHED_MS, lookWhoIsWatched),
    every(HAND_OVER_MS, finishHandOver),
    every(APPLY_AGAIN_MS, applyChanged),
    ...(backfill === null ? [] : [every(BACKFILL_MS, () => backfill.step(stopping.signal))]),
  ]).then(() => undefined)
  let disposal: Promise<void> | undefined

  async function stop(): Promise<void> {
    stopping.abort()
    for (const stopOne of stopListening) stopOne?.()
    // Ticks first: a source that has let go can no longer say up to when it heard.
    tick(INGESTOR_DOWN)
    const last = standings().map((standing) =>
      standing.state === 'joined'
        ? { ...standing, state: 'lost', reason: 'ingestor stopped', since: clock.now() }
        : standing,
    )
    await source[Symbol.asyncDispose]()
    try {
      const left = await queue.stop(DRAIN_MS)
      if (left > 0) logger.error({ records: left }, 'the log took no more records; they are lost')
      await writeStates(last)
    } catch (error) {
      // `finished` has told why; disposing must not tell it a second time.
      logger.debug({ err: error }, 'stopped after a failure')
    }
  }

  return {
    finished,
    async updateSettings(next) {
      for (const value of book.update(next)) {
        queue.push({ kind: 'channelSettings', value }, value.channelId, clock.now())
      }
      unapplied = next
      await applyChanged()
      if (unapplied === next) logger.warn('the list of channels cannot be changed now; it is tried again')
    },
    figures: () => ({
      lines: records.total + ignored.total,
      records: records.toObject(),
      ignored: ignored.toObject(),
      unencodable,
      queue: queue.figures(),
      backfill: backfill?.figures() ?? null,
      wanted: asked.length,
      joined: source.channels().filter(({ state }) => state === 'joined').length,
      source: source.figures(),
      hops: [queue.hop()],
      emoteSources: emotes?.sources() ?? [],
      troubles: [source.figures().refusal ?? [], queue.troubles()].flat(),
    }),
    [Symbol.asyncDispose]() {
      disposal ??= stop()
      return disposal
    },
  }
}

function isSameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((member) => b.has(member))
}
