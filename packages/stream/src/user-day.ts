import {
  BOT,
  COMMAND,
  DAY_LOGINS_MAX,
  FAVOURITES_CAPACITY,
  HOUR_MS,
  type Message,
  type TopEntries,
  TopList,
  type UserDayRow,
} from '@smacktalk/contract'
import type { Occurrence } from './occurrence.ts'
import type { MessageFigures, Span } from './span.ts'

const HOURS = 24
/** Classes of a user's own messages: bot and command; shared copies make no user row. */
const USER_CLASSES = 4
const NO_FAVOURITES: TopEntries = { approximate: false, entries: [] }

/**
 * A person's UTC day in a channel. There are more of them than of anything else, and most say little: what only
 * some need is made when they need it.
 */
export class UserDay {
  #login = ''
  /** Every login of the day, when there was more than one. */
  #logins: string[] | null = null
  #displayName = ''
  #namedAt = 0
  readonly #messages: number[]
  #characters = 0
  #emoteUses = 0
  #commands = 0
  #replies = 0
  #bits = 0
  #timeouts = 0
  #bans = 0
  #deletions = 0
  /** NaN while there is no message; so is `#lastAt`. */
  #firstAt = Number.NaN
  #lastAt = Number.NaN
  /** Messages per hour of the day; null while all are in `#onlyHour`. */
  #hours: number[] | null = null
  #onlyHour = -1
  #badges = ''
  #favourites: TopList | null = null

  #notedAs: string | null = null
  #minute: Span | null = null
  #hour: Span | null = null
  #day: Span | null = null

  constructor(stored?: UserDayRow) {
    if (stored === undefined) {
      this.#messages = new Array<number>(USER_CLASSES).fill(0)
      return
    }
    this.#login = stored.login
    if (stored.logins.some((login) => login !== stored.login)) this.#logins = [...stored.logins]
    this.#displayName = stored.displayName
    this.#namedAt = stored.namedAt
    this.#messages = [...stored.messages]
    this.#characters = stored.characters
    this.#emoteUses = stored.emoteUses
    this.#commands = stored.commands
    this.#replies = stored.replies
    this.#bits = stored.bits
    this.#timeouts = stored.timeouts
    this.#bans = stored.bans
    this.#deletions = stored.deletions
    this.#firstAt = stored.firstAt ?? Number.NaN
    this.#lastAt = stored.lastAt ?? Number.NaN
    this.#onlyHour = stored.hours.findIndex((count) => count > 0)
    if (stored.hours.some((count, hour) => count > 0 && hour !== this.#onlyHour))
      this.#hours = [...stored.hours]
    this.#badges = stored.badges
    if (stored.favourites.entries.length > 0) {
      this.#favourites = new TopList(FAVOURITES_CAPACITY, stored.favourites)
    }
  }

  /** Whether this was asked before for the name; the answer is forgotten with the row's place in memory. */
  isNoted(login: string): boolean {
    if (this.#notedAs === login) return true
    this.#notedAs = login
    return false
  }

  /**
   * Whether the span need not be told again of this chatter. Only a short cut past a set that has the answer:
   * it is about the span as it lies in memory, so no row results from another.
   */
  isChatterOfMinute(span: Span): boolean {
    if (this.#minute === span) return true
    this.#minute = span
    return false
  }
  isChatterOfHour(span: Span): boolean {
    if (this.#hour === span) return true
    this.#hour = span
    return false
  }
  isChatterOfDay(span: Span): boolean {
    if (this.#day === span) return true
    this.#day = span
    return false
  }

  countMessage(message: Message, figures: MessageFigures, emotes: readonly Occurrence[]): void {
    const { sentAt, messageClass } = figures
    this.#countHour(Math.floor(sentAt / HOUR_MS) % HOURS)
    this.#messages[messageClass & (BOT | COMMAND)]!++
    this.#characters += figures.characters
    this.#emoteUses += figures.emoteUses
    if ((messageClass & COMMAND) !== 0) this.#commands++
    if (figures.reply) this.#replies++
    this.#bits += figures.bits
    // Only messages carry a display name and badges; those of the newest one hold, whatever came first.
    // Equal texts come in ever new strings: keeping the old one lets the new one go at once.
    if (!(sentAt < this.#lastAt)) {
      if (this.#displayName !== message.displayName) this.#displayName = message.displayName
      if (this.#badges !== message.badges) this.#badges = message.badges
      this.#lastAt = sentAt
    }
    if (!(sentAt >= this.#firstAt)) this.#firstAt = sentAt
    if (emotes.length > 0) {
      this.#favourites ??= new TopList(FAVOURITES_CAPACITY)
      for (const { key, label, count } of emotes) this.#favourites.add(key, label, count)
    }
    this.#name(message.login, sentAt)
  }

  countModeration(kind: 'timeouts' | 'bans' | 'deletions', at: number, login: string): void {
    if (kind === 'timeouts') this.#timeouts++
    else if (kind === 'bans') this.#bans++
    else this.#deletions++
    this.#name(login, at)
  }

  toStored(): UserDayRow {
    return {
      login: this.#login,
      logins: this.#logins === null ? (this.#login === '' ? [] : [this.#login]) : [...this.#logins].sort(),
      displayName: this.#displayName,
      namedAt: this.#namedAt,
      messages: [...this.#messages],
      characters: this.#characters,
      emoteUses: this.#emoteUses,
      commands: this.#commands,
      replies: this.#replies,
      bits: this.#bits,
      timeouts: this.#timeouts,
      bans: this.#bans,
      deletions: this.#deletions,
      firstAt: Number.isNaN(this.#firstAt) ? null : this.#firstAt,
      lastAt: Number.isNaN(this.#lastAt) ? null : this.#lastAt,
      hours: this.#hours === null ? this.#spreadHours() : [...this.#hours],
      badges: this.#badges,
      favourites: this.#favourites?.toStored() ?? NO_FAVOURITES,
    }
  }

  /** Comes before the message is counted otherwise: until then all others are of the only hour. */
  #countHour(hour: number): void {
    if (this.#hours === null) {
      if (this.#onlyHour < 0) this.#onlyHour = hour
      if (this.#onlyHour === hour) return
      this.#hours = this.#spreadHours()
    }
    this.#hours[hour]!++
  }

  #spreadHours(): number[] {
    const hours = new Array<number>(HOURS).fill(0)
    if (this.#onlyHour >= 0) hours[this.#onlyHour] = this.#messages.reduce((sum, count) => sum + count, 0)
    return hours
  }

  #name(login: string, at: number): void {
    if (login === '') return
    if (login !== this.#login) {
      if (this.#logins === null && this.#login !== '') this.#logins = [this.#login]
      if (this.#logins !== null && !this.#logins.includes(login) && this.#logins.length < DAY_LOGINS_MAX)
        this.#logins.push(login)
    }
    if (at < this.#namedAt) return
    this.#namedAt = at
    if (login !== this.#login) this.#login = login
  }
}
