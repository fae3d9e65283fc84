/**
 * Watches over the way of records: probes log and store, reads who runs, and says what is wrong within five seconds
 * of its beginning (a second between signs of life, four of silence at most, a look and a check).
 */
import {
  type ChannelState,
  INSTANCE_KEPT_S,
  type PipelineNews,
  SECOND_MS,
  type Trouble,
} from '@smacktalk/contract'
import { type Instances, ingestorsOf, instanceId, readInstances } from '@smacktalk/instances'
import type { Clock, EventLog } from '@smacktalk/ports'
import type { Logger, Metrics } from '@smacktalk/runtime'
import type { ChannelDirectory, KnownIngestors } from './channel-directory.ts'
import { Expectation } from './expectation.ts'
import { LiveMoment } from './live-moment.ts'
import type { LiveState } from './live-state.ts'
import { type Outage, Probe } from './probe.ts'
import { type Member, Roster } from './roster.ts'
import type { ReadableStore } from './time-limit.ts'
import type { Finding } from './trouble-facts.ts'
import { wordsOf } from './trouble-words.ts'
import { findTroubles, latenessOf, ownedPartitions } from './troubles.ts'

/** Rows are written once a second; no divisor of that, so that a look never always comes just too early. */
const LOOK_MS = 430
const LOOK_LIMIT_MS = 2_500

/** A question to the log costs a broker next to nothing, but every gateway asks. */
const LOG_EVERY_MS = 1_000
const LOG_LIMIT_MS = 2_000

const CHECK_MS = 250

/** What differs in its numbers only is not told anew for so long. */
const SAME_WORDS_MS = 10_000

/** States of a channel that is wanted and could be heard. */
const UNHEARD: ReadonlySet<ChannelState> = new Set(['queued', 'joining', 'lost'])

/** Following begins within moments of its first try. */
const FOLLOWED_MS = 5_000

interface Told {
  readonly trouble: Trouble
  readonly since: number
  readonly saidAt: number
}

export interface PipelineWatchOptions {
  readonly log: EventLog
  readonly store: ReadableStore
  readonly live: LiveState
  readonly directory: ChannelDirectory
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  readonly backend: 'embedded' | 'cluster'
  readonly source: 'twitch' | 'demo'
}

export class PipelineWatch {
  readonly #options: PipelineWatchOptions
  readonly #roster = new Roster(instanceId('gateway'))
  readonly #expectation = new Expectation()
  readonly #moment: LiveMoment
  readonly #storeProbe: Probe<Instances>
  readonly #logProbe: Probe<{ low: number; end: number }>
  /** What is wrong, by key: since when, and in which words it was told last. */
  #told = new Map<string, Told>()
  #unownedSince: number | null = null
  #logAwayAt = Number.NEGATIVE_INFINITY
  /** When there was an outage last. */
  #calmSince = Number.NEGATIVE_INFINITY
  #deafSince: number | null = null
  #following: Outage | null
  #news: PipelineNews
  #said = ''
  readonly #listeners = new Set<(news: PipelineNews) => void>()

  constructor(options: PipelineWatchOptions) {
    this.#options = options
    const { clock, log, store, logger, metrics } = options
    this.#moment = new LiveMoment(options.live)
    this.#following = { since: clock.now(), reason: 'Not followed yet.' }
    this.#news = { at: new Date(clock.now()).toISOString(), troubles: [], asOf: null }
    this.#storeProbe = new Probe({
      clock,
      everyMs: LOOK_MS,
      limitMs: LOOK_LIMIT_MS,
      ask: () => readInstances(store),
      answered: ({ instances }, askedAt) => this.#roster.look(instances, askedAt),
      changed: (outage) => tellOutage(logger, 'store', outage),
    })
    this.#logProbe = new Probe({
      clock,
      everyMs: LOG_EVERY_MS,
      limitMs: LOG_LIMIT_MS,
      ask: () => log.extent('chat', 0),
      changed: (outage) => tellOutage(logger, 'log', outage),
    })
    metrics.gaugeOf('gateway_troubles', 'Things that are wrong, as pages are told', () => {
      return this.#news.troubles.length
    })
  }

  get news(): PipelineNews {
    return this.#news
  }

  /** Null while the store answers. */
  get storeOutage(): Outage | null {
    return this.#storeProbe.outage
  }

  /** Null while the log answers. */
  get logOutage(): Outage | null {
    return this.#logProbe.outage
  }

  /** When rows of processes were last read; null before the first time. */
  get lookedAt(): number | null {
    return this.#roster.lookedAt
  }

  /** What keeps this gateway from its work, for its own row. */
  ownTroubles(): string[] {
    const following = this.#followingOutage(this.#options.clock.now())
    return following === null ? [] : [`Live figures cannot be followed: ${following.reason}`]
  }

  /** Who runs; while the store is away or takes no rows, as it was when that could last be seen. */
  members(nowMs: number): Member[] {
    const blind = this.#storeProbe.outage !== null
    return this.#roster.members(blind ? (this.#roster.lookedAt ?? nowMs) : this.#roster.knownAt(nowMs))
  }

  /** The ingestors among them, for whoever has to know if one still stands to what it said. */
  knownIngestors(nowMs: number): KnownIngestors {
    const complete = this.#roster.watchedMs > INSTANCE_KEPT_S * SECOND_MS
    return { ingestors: ingestorsOf(this.members(nowMs)), complete }
  }

  /** The moment that frames of `nowMs` are made as of: earlier when figures stand still or are late. */
  shownAt(nowMs: number): number {
    return this.#moment.shownAt(nowMs)
  }

  /** Called with every change of the news; gives back how to stop that. */
  onNews(listener: (news: PipelineNews) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Views are followed, or why they are not. */
  followed(reason: string | null): void {
    const nowMs = this.#options.clock.now()
    this.#following = reason === null ? null : { since: this.#following?.since ?? nowMs, reason }
  }

  /** Watches until the signal; rejects when it is told something that trying again cannot mend. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#storeProbe.run(signal), this.#logProbe.run(signal), this.#checkForever(signal)])
  }

  async #checkForever(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    while (!signal.aborted) {
      await clock.sleep(CHECK_MS, signal)
      this.check()
    }
  }

  /** Looks at what is known now, and tells when it says something else than before. */
  check(): void {
    const nowMs = this.#options.clock.now()
    const members = this.#membersIfKnown(nowMs)
    if (this.#hasOutage(nowMs)) this.#calmSince = nowMs
    const findings = this.#find(nowMs, members)
    this.#moment.update({
      nowMs,
      standsStill: findings.some(({ standsStill }) => standsStill),
      lateMs: members === null ? null : latenessOf(members),
      expecting: this.#isHeard(),
    })
    this.#tell(nowMs, findings.length === 0 && this.#moment.announced !== null ? [RESUMING] : findings)
  }

  #hasOutage(nowMs: number): boolean {
    const outages = [this.#logProbe.outage, this.#storeProbe.outage, this.#followingOutage(nowMs)]
    return outages.some((outage) => outage !== null) || this.#roster.own(nowMs)?.liveness === 'silent'
  }

  #membersIfKnown(nowMs: number): Member[] | null {
    if (this.#storeProbe.outage !== null || this.#roster.lookedAt === null) return null
    const members = this.members(nowMs)
    this.#expectation.update(members, nowMs)
    return members
  }

  #find(nowMs: number, members: readonly Member[] | null): Finding[] {
    const { log, live, directory, backend, source } = this.#options
    this.#deafSince = this.#isDeaf() ? (this.#deafSince ?? nowMs) : null
    const complete = members === null || ownedPartitions(members).size >= log.partitions
    this.#unownedSince = complete ? null : (this.#unownedSince ?? nowMs)
    return findTroubles({
      nowMs,
      backend,
      source,
      log: this.#logProbe.outage,
      store: this.#storeProbe.outage,
      following: this.#followingOutage(nowMs),
      members,
      own: this.#roster.own(nowMs),
      lostGroups: this.#roster.lostGroups,
      last: (role) => this.#roster.last(role),
      watchedMs: this.#roster.watchedMs,
      partitions: log.partitions,
      channelPartitions: directory.listed.flatMap(({ id }) => (id === null ? [] : [log.partitionOf(id)])),
      unownedSince: this.#unownedSince,
      calmSince: this.#calmSince,
      viewAt: live.arrivals.viewAt,
      quietSince: this.#isQuiet(members) ? live.arrivals.viewAt : null,
      deafSince: this.#deafSince,
      ongoing: new Set(this.#told.keys()),
    })
  }

  /** Following breaks off with the log, and begins again a moment after it. */
  #followingOutage(nowMs: number): Outage | null {
    const following = this.#following
    if (this.#logProbe.outage !== null) this.#logAwayAt = nowMs
    if (following === null || nowMs - Math.max(following.since, this.#logAwayAt) <= FOLLOWED_MS) return null
    return following
  }

  /** Whether something is to be counted and nothing comes. */
  #isQuiet(members: readonly Member[] | null): boolean {
    const { clock, live } = this.#options
    const areRowsNew = members !== null && this.#roster.own(clock.now())?.liveness !== 'silent'
    const grew = areRowsNew ? this.#expectation.hasGrown(live.arrivals.viewAt) : null
    return grew ?? this.#isHeard()
  }

  #isHeard(): boolean {
    return this.#options.directory.listed.some(({ state }) => state === 'joined')
  }

  #isDeaf(): boolean {
    return !this.#isHeard() && this.#options.directory.listed.some(({ state }) => UNHEARD.has(state))
  }

  #tell(nowMs: number, findings: readonly Finding[]): void {
    this.#told = new Map(findings.map((finding) => [finding.key, this.#toldOf(finding, nowMs)]))
    const troubles = [...this.#told.values()].map(({ trouble }) => trouble)
    const asOfMs = this.#moment.announced
    const asOf = asOfMs === null ? null : new Date(Math.floor(asOfMs / SECOND_MS) * SECOND_MS).toISOString()
    const said = JSON.stringify([troubles, asOf])
    if (said === this.#said) return
    this.#said = said
    this.#news = { at: new Date(nowMs).toISOString(), troubles, asOf }
    for (const listener of this.#listeners) listener(this.#news)
  }

  #toldOf({ key, part, severity, text, advice, ...found }: Finding, nowMs: number): Told {
    const before = this.#told.get(key)
    const since = Math.min(nowMs, before?.since ?? found.since ?? nowMs)
    const trouble = { part, severity, since: new Date(since).toISOString(), text, advice }
    if (before !== undefined && nowMs - before.saidAt < SAME_WORDS_MS && isAlike(before.trouble, trouble)) {
      return before
    }
    return { trouble, since, saidAt: nowMs }
  }
}

/** The same but for its numbers, so that readers of the screen are not told every second. */
function isAlike(a: Trouble, b: Trouble): boolean {
  return (
    a.severity === b.severity &&
    wordsOf(a.text) === wordsOf(b.text) &&
    wordsOf(a.advice) === wordsOf(b.advice)
  )
}

/** What was wrong is over, and what was missed has not arrived yet. */
const RESUMING: Finding = {
  ...{ key: 'resuming', part: 'job', severity: 'warning', since: null, standsStill: true },
  text: 'Counting goes on',
  advice: 'What was said meanwhile is on its way to this page.',
}

function tellOutage(logger: Logger, what: 'log' | 'store', outage: Outage | null): void {
  if (outage === null) logger.info(`The ${what} answers again`)
  else logger.warn({ reason: outage.reason }, `The ${what} does not answer`)
}
