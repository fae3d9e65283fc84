/** Who a name or an id stands for, and whether that person may be shown. */
import { DAY_MS, type FoundUser, isLogin, spanStart, type TopKind } from '@smacktalk/contract'
import type { Clock } from '@smacktalk/ports'
import { didYouMean } from '@smacktalk/runtime'
import type { ChannelDirectory } from './channel-directory.ts'
import { HttpProblem } from './http-problem.ts'
import type { NameQuery } from './name-query.ts'
import type { OptOuts } from './opt-outs.ts'
import { SharedAnswers } from './request-gate.ts'
import type { PersonDay, RowReader } from './row-reader.ts'

/** Said for everybody who asked, counted before or not. */
const LEFT_OUT = 'Not counted by name. This person asked to be left out.'

/** Channels whose chatters of today are offered for a mistyped name: some ten milliseconds of work. */
const SUGGESTING_CHANNELS_MAX = 16
const SUGGESTIONS_FRESH_MS = 30_000
/** Names whose length differs by more are too far away anyway. */
const NEAR_LENGTH = 3
const SUGGESTED_FROM: TopKind = 'chatters'

/** Days whose newest name is looked for: the newest ones may have a time-out without a name only. */
const NAME_DAYS_MAX = 16

export interface KnownUser {
  readonly id: string
  readonly login: string | null
  readonly displayName: string
  /** Newest first; never empty. */
  readonly days: readonly PersonDay[]
}

/** Somebody who writes today, or the owner of a channel, who may. */
interface Suggestion {
  readonly id: string
  /** As it is looked for: lower case, and the login unless the display name is another word. */
  readonly name: string
  readonly displayName: string
  readonly writes: boolean
}

/** Bearers of one name that are looked at: a name changes hands after months at the earliest. */
const BEARERS_MAX = 5

export class UserDirectory {
  readonly #reader: RowReader
  readonly #channels: ChannelDirectory
  readonly #optOuts: OptOuts
  readonly #clock: Clock
  readonly #suggestions: SharedAnswers<Suggestion[]>

  constructor(parts: { reader: RowReader; directory: ChannelDirectory; optOuts: OptOuts; clock: Clock }) {
    this.#reader = parts.reader
    this.#channels = parts.directory
    this.#optOuts = parts.optOuts
    this.#clock = parts.clock
    this.#suggestions = new SharedAnswers(SUGGESTIONS_FRESH_MS, () => parts.clock.now())
  }

  /** Throws HttpProblem 404 with the nearest name, or when the person asked to be left out. */
  async resolve(query: NameQuery): Promise<KnownUser> {
    const asked = await this.#optOuts.anywhere()
    if (asked.has(query.text)) throw notShown()
    const id =
      (query.as === 'login' ? null : await this.#counted(query.text)) ??
      (query.as === 'id' ? null : await this.#reader.userOfLogin(query.text))
    const days = id === null ? [] : await this.#reader.daysOfUser(id)
    if (id === null || days.length === 0) throw await this.#unknown(query)
    if (asked.has(id) || (await this.#isLeftOut(id, days))) throw notShown()
    days.sort((a, b) => b.day - a.day || (a.channelId < b.channelId ? -1 : 1))
    const { login, displayName } = await this.#newestName(id, days)
    return { id, login, displayName, days }
  }

  /**
   * People whose name, of now or of before, or whose id is `text`, then those who write today and whose name begins
   * with it. A whole name costs some reads of one partition each, a beginning none.
   */
  async search(text: string, limit: number): Promise<FoundUser[]> {
    const asked = await this.#optOuts.anywhere()
    const found = new Map<string, FoundUser>()
    for (const id of asked.has(text) ? [] : await this.#idsOf(text)) {
      const user = await this.#shownById(id)
      if (user === null) continue
      const isOfNow = user.login === text || user.id === text
      found.set(id, { id, login: user.login, displayName: user.displayName, was: isOfNow ? null : text })
    }
    const suggestions = await this.#suggestions.get('', () => this.#chattersOfToday())
    for (const { id, name, displayName, writes } of suggestions) {
      if (found.size >= limit) break
      if (!writes || !name.startsWith(text) || found.has(id) || asked.has(id) || asked.has(name)) continue
      found.set(id, { id, login: isLogin(name) ? name : null, displayName, was: null })
    }
    return [...found.values()].slice(0, limit)
  }

  async #idsOf(text: string): Promise<readonly string[]> {
    const named = isLogin(text) ? (await this.#reader.usersOfLogin(text)).slice(0, BEARERS_MAX) : []
    return /^\d{1,20}$/.test(text) ? [text, ...named] : named
  }

  async #shownById(id: string): Promise<KnownUser | null> {
    try {
      return await this.resolve({ as: 'id', text: id })
    } catch (error) {
      // Nobody, or nobody who wants to be found.
      if (error instanceof HttpProblem && error.status === 404) return null
      throw error
    }
  }

  /** Whether one of the names that people gave in the person's channels is or was this person's. */
  async #isLeftOut(id: string, days: readonly PersonDay[]): Promise<boolean> {
    for (const channelId of new Set(days.map((day) => day.channelId))) {
      if ((await this.#optOuts.of(channelId)).ids.has(id)) return true
    }
    return false
  }

  async #counted(id: string): Promise<string | null> {
    return (await this.#reader.daysOfUser(id)).length > 0 ? id : null
  }

  async #newestName(
    id: string,
    days: readonly PersonDay[],
  ): Promise<Pick<KnownUser, 'login' | 'displayName'>> {
    let newest: { login: string; displayName: string; namedAt: number } | null = null
    for await (const { day, row } of this.#reader.userDays(id, days.slice(0, NAME_DAYS_MAX))) {
      // Channels of the same day may disagree; an older day cannot know better.
      if (newest !== null && newest.namedAt >= day + DAY_MS) break
      if (row.login !== '' && row.namedAt > (newest?.namedAt ?? -1)) newest = row
    }
    if (newest === null) return { login: null, displayName: id }
    return { login: newest.login, displayName: newest.displayName || newest.login }
  }

  async #unknown({ text }: NameQuery): Promise<HttpProblem> {
    const suggestions = await this.#suggestions.get('', () => this.#chattersOfToday())
    const names = suggestions.map(({ name }) => name)
    const near = names.filter(({ length }) => Math.abs(length - text.length) <= NEAR_LENGTH)
    const hint = didYouMean(text, near)
    return new HttpProblem(404, `Nobody called “${text}” has been counted here.${hint}`, {
      parameter: 'name',
    })
  }

  /** Names of people who write today, and of the channels, whose owners write too. */
  async #chattersOfToday(): Promise<Suggestion[]> {
    const day = spanStart(this.#clock.now(), DAY_MS)
    const people: Suggestion[] = []
    const channels = this.#channels.listed
      .flatMap(({ id, login, displayName }) => (id === null ? [] : [{ id, login, displayName }]))
      .slice(0, SUGGESTING_CHANNELS_MAX)
    // Who asked in one channel is named by none: a list knows the id and how the name is written, not the login.
    const ids = new Set<string>()
    const logins = new Set<string>()
    for (const { id } of channels) {
      const leftOut = await this.#optOuts.of(id)
      for (const person of leftOut.ids) ids.add(person)
      for (const person of leftOut.logins) logins.add(person)
    }
    for (const { id, login, displayName } of channels) {
      if (!logins.has(login) && !ids.has(id)) people.push({ id, name: login, displayName, writes: false })
      const list = (await this.#reader.topOfDay(id, SUGGESTED_FROM, day))?.list()
      for (const { key, label } of list?.entries ?? []) {
        if (label === '' || ids.has(key)) continue
        people.push({ id: key, name: label.toLowerCase(), displayName: label, writes: true })
      }
    }
    return people
  }
}

function notShown(): HttpProblem {
  return new HttpProblem(404, LEFT_OUT, { parameter: 'name' })
}
