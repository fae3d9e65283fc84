/**
 * People who asked to be left out. The fold no longer counts them by name; what it counted before they asked is
 * still in the rows, so readers leave it out too. A channel's settings in force say who they are, by id or login, and
 * so does the reader's own setting.
 */
import type { Clock, EventLog } from '@smacktalk/ports'
import type { RowReader } from './row-reader.ts'

/** A wish is obeyed within this time of being in the store. */
const LISTS_FRESH_MS = 5_000

/** Channels whose list is kept; beyond it the one read longest ago is read again when it is needed. */
const LISTS_KEPT_MAX = 1_000

/** Who stands behind an id or a login: nothing new is counted of them, so it hardly changes. */
const PEOPLE_FRESH_MS = 10 * 60_000

/** People kept; beyond it the one read longest ago is read again when it is needed. */
const PEOPLE_KEPT_MAX = 50_000

/** People looked up at once. */
const LOOK_UPS_AT_ONCE = 16

/** A person's newest days whose names are read: a name is kept for weeks at least. */
const DAYS_READ_MAX = 60

/** Whom a channel's lists leave out. */
export interface LeftOut {
  readonly ids: ReadonlySet<string>
  readonly logins: ReadonlySet<string>
}

export function isLeftOut({ ids, logins }: LeftOut, login: string, userId: string | null): boolean {
  return logins.has(login) || (userId !== null && ids.has(userId))
}

interface Kept<T> {
  readonly value: Promise<T>
  readonly at: number
}

export class OptOuts {
  readonly #reader: RowReader
  readonly #log: Pick<EventLog, 'partitions' | 'partitionOf'>
  readonly #clock: Clock
  /** Ids and logins of the setting `optOut` here: they hold in every channel at once. */
  readonly #always: () => readonly string[]
  readonly #lists = new Map<string, Kept<LeftOut>>()
  readonly #people = new Map<string, Kept<LeftOut>>()
  /** Lists as last read, for those who cannot wait. */
  readonly #lastRead = new Map<string, LeftOut>()
  #anywhere: Kept<ReadonlySet<string>> | null = null

  constructor(
    reader: RowReader,
    log: Pick<EventLog, 'partitions' | 'partitionOf'>,
    clock: Clock,
    always: () => readonly string[] = () => [],
  ) {
    this.#reader = reader
    this.#log = log
    this.#clock = clock
    this.#always = always
  }

  /** Ids and logins of those a channel leaves out, whichever of the two they gave. */
  of(channelId: string): Promise<LeftOut> {
    return this.#keep(this.#lists, channelId, LISTS_FRESH_MS, LISTS_KEPT_MAX, () => this.#read(channelId))
  }

  /** Whether a channel's frames may name a login: not while its list has never been read. */
  mayName(channelId: string, login: string, userId: string | null): boolean {
    const leftOut = this.#lastRead.get(channelId)
    return leftOut !== undefined && !isLeftOut(leftOut, login, userId)
  }

  /** What people gave in any channel: ids or logins. */
  anywhere(): Promise<ReadonlySet<string>> {
    const known = this.#anywhere
    const nowMs = this.#clock.now()
    if (known !== null && nowMs - known.at < LISTS_FRESH_MS) return known.value
    const entry = { value: this.#readAll(), at: nowMs }
    this.#anywhere = entry
    // Whoever asked hears of the failure; the next one asks again.
    entry.value.catch(() => {
      if (this.#anywhere === entry) this.#anywhere = null
    })
    return entry.value
  }

  async #readAll(): Promise<ReadonlySet<string>> {
    const all = new Set<string>(this.#always())
    for await (const { settings } of this.#reader.clocks(this.#log.partitions)) {
      for (const person of settings?.optOut ?? []) all.add(person)
    }
    return all
  }

  async #read(channelId: string): Promise<LeftOut> {
    const clock = await this.#reader.clock(this.#log.partitionOf(channelId), channelId)
    // A channel that is not heard, as one of an import, is not told of a new wish until its next record.
    const given = [...new Set([...(clock?.settings?.optOut ?? []), ...this.#always()])]
    const ids = new Set(given)
    const logins = new Set(given)
    for (let index = 0; index < given.length; index += LOOK_UPS_AT_ONCE) {
      const some = given.slice(index, index + LOOK_UPS_AT_ONCE)
      for (const person of await Promise.all(some.map((entry) => this.#person(entry)))) {
        for (const id of person.ids) ids.add(id)
        for (const login of person.logins) logins.add(login)
      }
    }
    this.#lastRead.delete(channelId)
    this.#lastRead.set(channelId, { ids, logins })
    if (this.#lastRead.size > LISTS_KEPT_MAX) {
      const [oldest] = this.#lastRead.keys()
      if (oldest !== undefined) this.#lastRead.delete(oldest)
    }
    return { ids, logins }
  }

  #person(given: string): Promise<LeftOut> {
    return this.#keep(this.#people, given, PEOPLE_FRESH_MS, PEOPLE_KEPT_MAX, async () => {
      const behindLogin = await this.#reader.userOfLogin(given)
      return {
        ids: new Set(behindLogin === null ? [] : [behindLogin]),
        logins: await this.#loginsOf(given),
      }
    })
  }

  async #loginsOf(userId: string): Promise<Set<string>> {
    const logins = new Set<string>()
    if (!/^\d+$/.test(userId)) return logins
    const days = await this.#reader.daysOfUser(userId)
    const newest = days.sort((a, b) => b.day - a.day).slice(0, DAYS_READ_MAX)
    for await (const { row } of this.#reader.userDays(userId, newest)) {
      if (row.login !== '') logins.add(row.login)
    }
    return logins
  }

  #keep<T>(
    kept: Map<string, Kept<T>>,
    key: string,
    freshMs: number,
    keptMax: number,
    read: () => Promise<T>,
  ): Promise<T> {
    const nowMs = this.#clock.now()
    const known = kept.get(key)
    if (known !== undefined && nowMs - known.at < freshMs) return known.value
    // The map keeps the order of insertion, so its first entry is the one read longest ago.
    kept.delete(key)
    const oldest = kept.keys().next()
    if (kept.size >= keptMax && !oldest.done) kept.delete(oldest.value)
    const entry = { value: read(), at: nowMs }
    kept.set(key, entry)
    entry.value.catch(() => {
      if (kept.get(key) === entry) kept.delete(key)
    })
    return entry.value
  }
}
