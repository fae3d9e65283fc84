/**
 * Emotes of BTTV, FFZ and 7TV: kept fresh in the background, recognised in texts. Nothing waits for a provider: what
 * is not known yet is a plain word, and the last good set stays in force while its provider is away.
 */
import type { EmoteProvider, EmoteSource, ThirdPartyEmote } from '@smacktalk/contract'
import type { Clock } from '@smacktalk/ports'
import type { SourceLog } from '../source-log.ts'
import { EmoteFiles } from './emote-files.ts'
import { EmoteTable } from './emote-table.ts'
import { fetchJson, ProviderUnavailableError } from './fetch-json.ts'
import { BrokenAnswerError } from './provider-answers.ts'
import { ProviderSchedule, type ScheduledSet } from './provider-schedule.ts'
import { GLOBAL, loadSet } from './providers.ts'

export interface ThirdPartyEmotesOptions {
  /** Where each provider is asked; those not named are not. The first that has a code counts. */
  readonly providers: readonly { readonly provider: EmoteProvider; readonly url: string }[]
  /** Folder of the last good sets. */
  readonly folder: string
  /** How old a set gets, ms, before the provider is asked again. */
  readonly refreshMs: number
  readonly clock: Clock
  readonly log: SourceLog
  /** Numbers in [0, 1) that spread questions over time. */
  readonly random?: () => number
  /** An answer takes no longer, ms. Default 10 s. */
  readonly timeoutMs?: number
  /** Between two questions to one provider, ms. Default 100. */
  readonly gapMs?: number
}

export interface ThirdPartyEmotes extends AsyncDisposable {
  /** Emotes in a message's text as it was heard in a room. A room that is met for the first time is looked up. */
  recognise(roomId: string, text: string): ThirdPartyEmote[]
  /** Looks a room up, if it is not known yet. */
  want(roomId: string): void
  /** Forgets all other rooms; the last good sets stay on disk. */
  keep(roomIds: ReadonlySet<string>): void
  /** How fresh each provider's sets are. */
  sources(): EmoteSource[]
  /** Resolves after disposal; rejects for a fault of ours only. */
  readonly finished: Promise<void>
}

const TIMEOUT_MS = 10_000
const GAP_MS = 100
/** More rooms than one process is in; only a hostile server would name more. */
const ROOMS_MAX = 2_000
const ROOM_ID = /^\d{1,20}$/
const PROBLEM_CHARACTERS_MAX = 200
/** Clocks are looked at again at least so often: they may be set. */
const SLEEP_MAX_MS = 60_000
const NO_ROOM_FOR_IT = 'too many emotes are known already'

/** Resolves when the global sets on disk are in force; no provider is waited for. */
export async function openThirdPartyEmotes(options: ThirdPartyEmotesOptions): Promise<ThirdPartyEmotes> {
  const emotes = new Emotes(options)
  await emotes.open()
  return emotes
}

class Emotes implements ThirdPartyEmotes {
  finished: Promise<void> = Promise.resolve()
  readonly #options: ThirdPartyEmotesOptions
  readonly #table: EmoteTable
  readonly #files: EmoteFiles
  readonly #schedules: ReadonlyMap<EmoteProvider, ProviderSchedule>
  readonly #rooms = new Set<string>()
  /** Rooms whose files are still to be read. */
  readonly #unread: string[] = []
  readonly #stop = new AbortController()
  /** Ends the sleep of everybody who may have something to do now. */
  #wake = new AbortController()
  #cannotWrite = false

  constructor(options: ThirdPartyEmotesOptions) {
    const { providers, folder, refreshMs, random = Math.random } = options
    this.#options = options
    this.#table = new EmoteTable(providers.map(({ provider }) => provider))
    this.#files = new EmoteFiles(folder)
    this.#schedules = new Map(
      providers.map(({ provider }) => [provider, new ProviderSchedule(refreshMs, random)]),
    )
  }

  async open(): Promise<void> {
    if (this.#schedules.size === 0) return
    await this.#readFiles(GLOBAL)
    const asking = this.#options.providers.map(({ provider, url }) => this.#ask(provider, url))
    this.finished = Promise.all([this.#prune(), this.#readRooms(), ...asking]).then(() => undefined)
    // Whoever awaits `finished` sees the failure; until then it must not count as unhandled.
    this.finished.catch(() => this.#stop.abort())
  }

  recognise(roomId: string, text: string): ThirdPartyEmote[] {
    if (this.#schedules.size === 0) return []
    if (!this.#rooms.has(roomId)) this.want(roomId)
    return this.#table.recognise(roomId, text)
  }

  want(roomId: string): void {
    if (this.#schedules.size === 0 || this.#rooms.has(roomId)) return
    if (this.#rooms.size >= ROOMS_MAX || !ROOM_ID.test(roomId)) return
    this.#rooms.add(roomId)
    this.#unread.push(roomId)
    this.#wakeAll()
  }

  keep(roomIds: ReadonlySet<string>): void {
    for (const roomId of this.#rooms) {
      if (roomIds.has(roomId)) continue
      this.#rooms.delete(roomId)
      this.#table.forget(roomId)
      for (const schedule of this.#schedules.values()) schedule.sets.delete(roomId)
    }
  }

  sources(): EmoteSource[] {
    return [...this.#schedules].map(([provider, schedule]) => {
      const sets = [...schedule.sets.values()]
      const times = sets.flatMap(({ fetchedAt }) => fetchedAt ?? [])
      const problem = schedule.problem ?? sets.find((set) => set.problem !== null)?.problem ?? null
      return {
        provider,
        sets: times.length,
        emotes: sets.reduce((sum, { size }) => sum + size, 0),
        asOf: times.length === 0 ? null : times.reduce((a, b) => Math.min(a, b)),
        problem: problem === null ? null : problem.slice(0, PROBLEM_CHARACTERS_MAX),
      }
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    // A failure is told by `finished`.
    await this.finished.catch(() => undefined)
  }

  /** Asks one provider for one set after the other, as each is due. */
  async #ask(provider: EmoteProvider, url: string): Promise<void> {
    const { clock, gapMs = GAP_MS } = this.#options
    const schedule = this.#scheduleOf(provider)
    while (!this.#stop.signal.aborted) {
      const next = schedule.next()
      const waitMs = next === null ? Number.POSITIVE_INFINITY : next.at - clock.now()
      if (next === null || waitMs > 0) await this.#sleep(waitMs)
      else {
        await this.#askFor(provider, url, next.set)
        if (gapMs > 0) await clock.sleep(gapMs, this.#stop.signal)
      }
    }
  }

  async #askFor(provider: EmoteProvider, url: string, scheduled: ScheduledSet): Promise<void> {
    const { clock, log, timeoutMs = TIMEOUT_MS } = this.#options
    const { signal } = this.#stop
    const { place } = scheduled
    const schedule = this.#scheduleOf(provider)
    const wasAway = schedule.problem !== null
    try {
      const loaded = await loadSet(provider, place, scheduled.etag, (path, etag) =>
        fetchJson(`${url}${path}`, etag, { timeoutMs }, signal),
      )
      schedule.answered(scheduled, clock.now())
      if (wasAway) log.info({ provider }, 'emotes are answered again')
      // Meanwhile nobody may be in the room any more.
      if (schedule.sets.get(place) !== scheduled) return
      if (loaded.kind === 'set') {
        // A set that found no room must come whole the next time, not as “unchanged”.
        scheduled.etag = this.#put(provider, scheduled, loaded.set) ? loaded.etag : null
      }
      await this.#write(provider, scheduled)
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof ProviderUnavailableError) {
        schedule.unavailable(scheduled, error.message, error.retryAfterMs, clock.now())
        if (!wasAway)
          log.warn({ provider, reason: error.message }, 'emotes cannot be asked for; the last good ones hold')
      } else if (error instanceof BrokenAnswerError) {
        if (scheduled.problem === null)
          log.warn({ provider, place, reason: error.message }, 'an answer about emotes makes no sense')
        schedule.misunderstood(scheduled, error.message, clock.now())
      } else throw error
    }
  }

  /** False when there is no room for the set. */
  #put(provider: EmoteProvider, scheduled: ScheduledSet, set: ReadonlyMap<string, string>): boolean {
    const fits = this.#table.put(provider, scheduled.place, set)
    if (fits) scheduled.size = set.size
    else scheduled.problem = NO_ROOM_FOR_IT
    return fits
  }

  async #write(provider: EmoteProvider, { place, fetchedAt, etag }: ScheduledSet): Promise<void> {
    const set = this.#table.setOf(provider, place)
    if (fetchedAt === null || set === null) return
    try {
      await this.#files.write(provider, place, { set, fetchedAt, etag })
      this.#cannotWrite = false
    } catch (error) {
      if (!this.#cannotWrite)
        this.#options.log.warn({ err: error }, 'emotes cannot be kept on disk; a restart asks again')
      this.#cannotWrite = true
    }
  }

  async #readRooms(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const roomId = this.#unread.shift()
      if (roomId === undefined) await this.#sleep(Number.POSITIVE_INFINITY)
      else if (this.#rooms.has(roomId)) await this.#readFiles(roomId)
    }
  }

  async #readFiles(place: string): Promise<void> {
    for (const [provider, schedule] of this.#schedules) {
      const stored = await this.#files.read(provider, place)
      if (place !== GLOBAL && !this.#rooms.has(place)) return
      const known = stored !== null && this.#table.put(provider, place, stored.set) ? stored : null
      schedule.add(
        place,
        known === null ? null : { ...known, size: known.set.size },
        this.#options.clock.now(),
      )
    }
    this.#wakeAll()
  }

  async #prune(): Promise<void> {
    try {
      await this.#files.prune(this.#options.clock.now())
    } catch (error) {
      this.#options.log.warn({ err: error }, 'old emotes cannot be removed from disk')
    }
  }

  /** Until then, or until there is something new. */
  async #sleep(ms: number): Promise<void> {
    await this.#options.clock.sleep(
      Math.min(ms, SLEEP_MAX_MS),
      AbortSignal.any([this.#stop.signal, this.#wake.signal]),
    )
  }

  #wakeAll(): void {
    this.#wake.abort()
    this.#wake = new AbortController()
  }

  #scheduleOf(provider: EmoteProvider): ProviderSchedule {
    const schedule = this.#schedules.get(provider)
    if (schedule === undefined) throw new Error(`There is no schedule for ${provider}.`)
    return schedule
  }
}
