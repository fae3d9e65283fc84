/** Judges and counts the records of one channel in the order of the log (metrics.md), apart from the fold. */
import {
  type AnyRecord,
  type ChatRecord,
  DEFAULT_BOTS,
  DEFAULT_COMMAND_PREFIX,
  type DropReason,
  EARLIEST_SENT_MS,
  isDropReason,
  LIVE_RUN,
  MINUTE_MS,
  NO_CHANNEL,
  spanStart,
} from '@smacktalk/contract'
import { countRecord } from './count-record.ts'
import { IdentityMemory } from './identity-memory.ts'
import { factsOf, type SettingsInForce } from './message-facts.ts'
import { ModeMemory } from './mode-memory.ts'
import { increase, type MinuteCount } from './span-count.ts'

/** A send time may be this far ahead of the time of appending. */
export const AHEAD_MS = 5 * MINUTE_MS

export interface RecountOptions {
  readonly horizonMs: number
  readonly spoolMs: number
  /** Sightings the fold remembers per channel and run; beyond it, it forgets early and other records are late. */
  readonly sightingsMax: number
}

export type Verdict = 'messages' | 'events' | 'duplicates' | 'late' | DropReason

export interface RunRecount {
  newest: number | null
  oldest: number | null
  /** Highest line of an import. */
  line: number
  readonly verdicts: Map<Verdict, number>
  readonly memory: IdentityMemory
}

/** Where and whether minutes are counted. */
export interface MinuteShelf {
  minute(channelId: string, start: number): MinuteCount | null
}

export class ChannelRecount {
  readonly channelId: string
  channelLogin = ''
  readonly runs = new Map<string, RunRecount>()
  readonly verdicts = new Map<Verdict, number>()
  /** Minutes whose numbers hang on what was said before the log begins. */
  readonly unsure = new Set<number>()
  /** Minutes that start before it are not certain: the settings they were counted under are not in the log. */
  certainFrom = Number.NEGATIVE_INFINITY
  /** It has shown more identities within a horizon than the fold remembers: judging it needs the fold's own memory. */
  overflowed = false
  readonly #options: RecountOptions
  readonly #shelf: MinuteShelf
  /** Records that were sent before it cannot be judged for certain; -Infinity when the log holds everything. */
  readonly #from: number
  readonly #owners = new Map<number, string>()
  readonly #modes: ModeMemory
  #settings: SettingsInForce
  #settingsSeen = false

  /** `settings` are those in force when the log begins, unless a record of it says something else. */
  constructor(
    channelId: string,
    options: RecountOptions,
    shelf: MinuteShelf,
    from: number,
    settings: SettingsInForce | null,
  ) {
    this.channelId = channelId
    this.#options = options
    this.#shelf = shelf
    this.#from = from
    this.#modes = new ModeMemory(from)
    this.#settings = settings ?? {
      bots: new Set(DEFAULT_BOTS),
      commandPrefix: DEFAULT_COMMAND_PREFIX,
      optOut: new Set(),
    }
  }

  get #complete(): boolean {
    return this.#from === Number.NEGATIVE_INFINITY
  }

  /** @param appendMs running maximum of the partition's append times; false for a record that is no chat record */
  take(record: AnyRecord, appendMs: number): boolean {
    switch (record.kind) {
      case 'channelSettings':
        // What was in force before it is unknown when the log begins in the middle.
        if (!this.#complete && !this.#settingsSeen) this.certainFrom = appendMs + AHEAD_MS + 1
        this.#settingsSeen = true
        this.#settings = {
          bots: new Set(record.value.bots),
          commandPrefix: record.value.commandPrefix,
          optOut: new Set(record.value.optOut),
        }
        return false
      case 'importFinished':
        this.runs.get(record.value.run)?.memory.clear()
        return false
      case 'coverage':
        return false
      default:
        this.#takeChat(record, appendMs)
        return true
    }
  }

  #takeChat(record: ChatRecord, appendMs: number): void {
    if (record.value.channelLogin !== '') this.channelLogin = record.value.channelLogin
    const run = this.#run(record.value.run)
    const isLive = record.value.run === LIVE_RUN
    const isRepeatedLine = !isLive && record.value.line <= run.line
    if (!isLive) run.line = Math.max(run.line, record.value.line)
    const at = believedTime(record, appendMs)
    const newest = run.newest
    const verdict = isRepeatedLine ? null : this.#judge(record, run, at, appendMs)
    if (verdict !== null) {
      increase(this.verdicts, verdict)
      increase(run.verdicts, verdict)
    }
    if (verdict === 'messages' || verdict === 'events') this.#count(record, run, at ?? appendMs)
    else if (verdict !== null) this.#countRefused(verdict, newest, at ?? appendMs)
    // Of what was sent before, nobody knows here who had the minute: it may be refused, or for another reason.
    if (newest !== null && at !== null && at < this.#from && record.kind !== 'broken') this.#doubt(newest)
    this.#remember(record, run, at, appendMs)
  }

  #judge(record: ChatRecord, run: RunRecount, at: number | null, appendMs: number): Verdict | null {
    const { run: runName } = record.value
    if (record.kind === 'broken') return isDropReason(record.value.reason) ? record.value.reason : 'malformed'
    if (this.channelId === NO_CHANNEL) return 'no-room'
    if (at === null) return 'bad-time'
    const minute = spanStart(at, MINUTE_MS)
    const owner = this.#owners.get(minute)
    if (owner !== undefined && owner !== runName) return 'overlap'
    if (runName !== LIVE_RUN && minute + MINUTE_MS > appendMs) return 'too-new'
    const limit = this.#limit(run, runName, appendMs)
    if (at < limit) return 'late'
    if (record.kind === 'roomState') {
      const mode = this.#modes.take(record.value, at)
      if (!mode.sure) this.#doubt(at)
      if (!mode.sure && run.newest !== null) this.#doubt(run.newest)
      if (mode.kind === 'copy') return 'duplicates'
      const span = mode.kind === 'change' ? this.#shelf.minute(this.channelId, minute) : null
      if (span !== null) span.counts.modeChanges++
      return 'events'
    }
    if (run.memory.has(identityOf(record, at), limit)) return 'duplicates'
    return record.kind === 'message' ? 'messages' : 'events'
  }

  #count(record: ChatRecord, run: RunRecount, at: number): void {
    const minute = spanStart(at, MINUTE_MS)
    if (!this.#owners.has(minute)) this.#owners.set(minute, record.value.run)
    if (record.kind !== 'roomState') {
      run.newest = Math.max(run.newest ?? at, at)
      run.oldest = Math.min(run.oldest ?? at, at)
    }
    const span = this.#shelf.minute(this.channelId, minute)
    if (span === null) return
    const facts = record.kind === 'message' ? factsOf(record.value, this.#settings) : null
    countRecord(span, record, facts, this.#settings, at)
  }

  #countRefused(verdict: Exclude<Verdict, 'messages' | 'events'>, newest: number | null, own: number): void {
    if (this.channelId === NO_CHANNEL) return
    const minute = spanStart(newest ?? own, MINUTE_MS)
    // Until the run has counted something certain, its newest time may be another: then this counts elsewhere.
    if (newest === null || newest < this.#from) this.#doubt(own)
    const span = this.#shelf.minute(this.channelId, minute)
    if (span === null) return
    if (verdict === 'duplicates' || verdict === 'late') {
      span.counts[verdict]++
      return
    }
    span.counts.dropped++
    increase(span.dropped, verdict)
  }

  #remember(record: ChatRecord, run: RunRecount, at: number | null, appendMs: number): void {
    if (at === null || record.kind === 'broken' || record.kind === 'roomState') return
    const limit = this.#limit(run, record.value.run, appendMs)
    run.memory.forget(limit)
    run.memory.add(identityOf(record, at), at)
    if (run.memory.size > this.#options.sightingsMax) this.overflowed = true
  }

  #limit(run: RunRecount, runName: string, appendMs: number): number {
    const { horizonMs, spoolMs } = this.#options
    const byNewest = run.newest === null ? Number.NEGATIVE_INFINITY : run.newest - horizonMs
    return runName === LIVE_RUN ? Math.max(byNewest, appendMs - spoolMs) : byNewest
  }

  #doubt(at: number): void {
    if (!this.#complete) this.unsure.add(spanStart(at, MINUTE_MS))
  }

  #run(name: string): RunRecount {
    let run = this.runs.get(name)
    if (run === undefined) {
      run = { newest: null, oldest: null, line: 0, verdicts: new Map(), memory: new IdentityMemory() }
      this.runs.set(name, run)
    }
    return run
  }
}

/** A ROOMSTATE without a time stands at its appending; null for a time that is not believed. */
function believedTime(record: ChatRecord, appendMs: number): number | null {
  const own = record.value.sentAt
  if (own === null) return record.kind === 'roomState' ? appendMs : null
  return own >= EARLIEST_SENT_MS && own <= appendMs + AHEAD_MS ? own : null
}

function identityOf(record: Exclude<ChatRecord, { kind: 'broken' | 'roomState' }>, at: number): string {
  switch (record.kind) {
    case 'message':
    case 'notice':
      return record.value.id.startsWith(' ') ? ` id ${record.value.id}` : record.value.id
    // A blank begins them, so that no message's id is one of them.
    case 'clearMessage':
      return ` deletion ${at} ${record.value.targetMessageId}`
    case 'clearChat': {
      const { targetUserId, targetLogin, durationSeconds } = record.value
      return ` clear ${at} ${durationSeconds} ${targetUserId ?? `login ${targetLogin}`}`
    }
  }
}
