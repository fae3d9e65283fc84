import {
  type ChannelSettings,
  type ClockRow,
  DEFAULT_BOTS,
  DEFAULT_COMMAND_PREFIX,
  DEFAULT_MOMENT_THRESHOLDS,
  HIDDEN_LOGINS_MAX,
  LIVE_RUN,
  type MomentThresholds,
  type RunClock,
  type Sighting,
} from '@smacktalk/contract'
import { ChannelModes } from './channel-modes.ts'
import { Detector } from './detector.ts'
import type { FoldSettings } from './fold-settings.ts'
import { RunningAccount } from './running-account.ts'
import { Sightings } from './sightings.ts'

/** The words rule looks back 30 s further than duplicates do (metrics.md, Duplicate). */
export const WORDS_LOOKBACK_MS = 30_000

/** What judging knows of one run in one channel. */
export class Run {
  readonly name: string
  /** Newest counted send time, ms; null before the first. */
  newest: number | null
  /** Oldest counted send time: with the newest what an import covers. */
  oldest: number | null
  readonly account: RunningAccount
  /** Highest judged line of an import. */
  line: number
  memoryLimit: number
  readonly sightings: Sightings
  /** Null before the first counted message. */
  detector: Detector | null

  constructor(name: string, settings: FoldSettings, stored?: RunClock) {
    this.name = name
    this.newest = stored?.newest ?? null
    this.oldest = stored?.oldest ?? null
    this.account = new RunningAccount(stored?.account)
    this.line = stored?.line ?? 0
    this.memoryLimit = stored?.memoryLimit ?? 0
    this.sightings = new Sightings(settings.sightingsMax)
    for (const sighting of stored?.sightings ?? []) this.sightings.add(sighting, 0)
    this.detector = stored?.detector ? new Detector(stored.detector) : null
  }

  /** Send times below it are late and forgotten (metrics.md, Late and Duplicate), for a record appended now. */
  limit(appendMs: number, settings: FoldSettings): number {
    let limit = this.memoryLimit
    if (this.newest !== null) limit = Math.max(limit, this.newest - settings.horizonMs)
    if (this.name === LIVE_RUN) limit = Math.max(limit, appendMs - settings.spoolMs)
    return limit
  }

  /** Remembers a sighting and forgets what no rule can ask for any more. */
  remember(sighting: Sighting, appendMs: number, settings: FoldSettings): void {
    // Send times below the line are of no use, for the words rule neither; in whole seconds.
    const line = Math.floor((this.limit(appendMs, settings) - WORDS_LOOKBACK_MS) / 1_000) * 1_000
    if (sighting.sentAt >= line) this.sightings.add(sighting, appendMs)
    this.sightings.forgetBefore(line)
    this.memoryLimit = Math.max(this.memoryLimit, this.sightings.enforceMax())
  }
}

/** What judging needs of a channel's past; stored as its clock row (architecture.md, idea 2). */
export class ChannelClock {
  readonly channelId: string
  channelLogin: string
  bots: ReadonlySet<string> = new Set(DEFAULT_BOTS)
  commandPrefix = DEFAULT_COMMAND_PREFIX
  optOut: ReadonlySet<string> = new Set()
  /** What is a moment here. */
  moments: MomentThresholds = DEFAULT_MOMENT_THRESHOLDS
  #momentsSet = false
  #settingsSeen = false
  /** User id by login, of people who had opted out by id when they wrote; oldest first. */
  readonly #hiddenLogins: Map<string, string>
  readonly modes: ChannelModes
  readonly runs = new Map<string, Run>()
  readonly account: RunningAccount
  /** Position of the last record in it; records at or before it are not judged again. */
  position: number
  /** Changed since its row was last written. */
  dirty = false

  constructor(channelId: string, settings: FoldSettings, stored?: { row: ClockRow; position: number }) {
    const row = stored?.row
    this.channelId = channelId
    this.channelLogin = row?.channelLogin ?? ''
    if (row?.settings) this.#use(row.settings)
    this.#hiddenLogins = new Map(row?.hiddenLogins.map(({ login, userId }) => [login, userId]))
    this.modes = new ChannelModes(row?.modes)
    for (const run of row?.runs ?? []) this.runs.set(run.run, new Run(run.run, settings, run))
    this.account = new RunningAccount(row?.account)
    this.position = stored?.position ?? -1
  }

  run(name: string, settings: FoldSettings): Run {
    let run = this.runs.get(name)
    if (run === undefined) {
      run = new Run(name, settings)
      this.runs.set(name, run)
    }
    return run
  }

  useSettings(settings: ChannelSettings): void {
    this.#use(settings)
  }

  isOptedOut(userId: string, login: string): boolean {
    return this.optOut.size > 0 && (this.optOut.has(userId) || this.optOut.has(login))
  }

  /** Learns the login of somebody who opted out by id: a mention would name them. */
  hideLogin(login: string, userId: string): void {
    if (!this.optOut.has(userId) || this.#hiddenLogins.get(login) === userId) return
    this.#hiddenLogins.delete(login)
    this.#hiddenLogins.set(login, userId)
    if (this.#hiddenLogins.size <= HIDDEN_LOGINS_MAX) return
    const [oldest] = this.#hiddenLogins.keys()
    if (oldest !== undefined) this.#hiddenLogins.delete(oldest)
  }

  /** Whether a login stands for somebody who asked to be left out. */
  isHiddenLogin(login: string): boolean {
    if (this.optOut.size === 0) return false
    if (this.optOut.has(login)) return true
    const userId = this.#hiddenLogins.get(login)
    return userId !== undefined && this.optOut.has(userId)
  }

  /** The row as of now; sightings appended at or after `windowStartMs` are left to the read-back. */
  toStored(windowStartMs: number): ClockRow {
    const runs = [...this.runs.values()]
      .map((run) => ({
        run: run.name,
        newest: run.newest,
        oldest: run.oldest,
        account: run.account.toStored(),
        memoryLimit: run.memoryLimit,
        line: run.line,
        sightings: run.sightings.appendedBefore(windowStartMs),
        detector: run.detector?.toStored() ?? null,
      }))
      .sort((a, b) => (a.run < b.run ? -1 : 1))
    return {
      channelId: this.channelId,
      channelLogin: this.channelLogin,
      settings: this.#settingsSeen
        ? {
            bots: [...this.bots],
            commandPrefix: this.commandPrefix,
            optOut: [...this.optOut],
            moments: this.#momentsSet ? { ...this.moments } : null,
          }
        : null,
      hiddenLogins: [...this.#hiddenLogins].map(([login, userId]) => ({ login, userId })),
      modes: this.modes.toStored(),
      runs,
      account: this.account.toStored(),
    }
  }

  /** Whether a sighting left the read-back window between two of its starts. */
  leftWindow(fromMs: number, toMs: number): boolean {
    for (const run of this.runs.values()) if (run.sightings.anyAppendedBetween(fromMs, toMs)) return true
    return false
  }

  #use(settings: NonNullable<ClockRow['settings']>): void {
    this.bots = new Set(settings.bots)
    this.commandPrefix = settings.commandPrefix
    this.optOut = new Set(settings.optOut)
    this.moments = settings.moments ?? DEFAULT_MOMENT_THRESHOLDS
    this.#momentsSet = settings.moments !== null
    this.#settingsSeen = true
  }
}
