import {
  BOT,
  COMMAND,
  DAY_LOGINS_MAX,
  FAVOURITES_CAPACITY,
  HOUR_MS,
  TopList,
  type UserDayRow,
} from '@smacktalk/contract'

const HOURS = 24
/** Classes of a user's own messages: bot and command; shared copies make no user row. */
const USER_CLASSES = 4

export interface UserMessage {
  readonly sentAt: number
  readonly messageClass: number
  readonly characters: number
  readonly emoteUses: number
  readonly isReply: boolean
  readonly bits: number
  readonly login: string
  readonly displayName: string
  readonly badges: string
  readonly emotes: readonly { readonly key: string; readonly code: string; readonly count: number }[]
}

/** A person's UTC day in a channel. */
export class UserDay {
  readonly #row: Omit<UserDayRow, 'favourites'>
  /** Most people of a day use no emote: their list is made when it is needed. */
  #favourites: TopList | null = null
  #notedAs: string | null = null

  constructor(stored?: UserDayRow) {
    const favourites = stored?.favourites
    if (favourites !== undefined && favourites.entries.length > 0) {
      this.#favourites = new TopList(FAVOURITES_CAPACITY, favourites)
    }
    this.#row = stored
      ? {
          ...stored,
          logins: [...stored.logins],
          messages: [...stored.messages],
          hours: [...stored.hours],
        }
      : {
          login: '',
          logins: [],
          displayName: '',
          namedAt: 0,
          messages: new Array<number>(USER_CLASSES).fill(0),
          characters: 0,
          emoteUses: 0,
          commands: 0,
          replies: 0,
          bits: 0,
          timeouts: 0,
          bans: 0,
          deletions: 0,
          firstAt: null,
          lastAt: null,
          hours: new Array<number>(HOURS).fill(0),
          badges: '',
        }
  }

  /** Whether this was asked before for the name; the answer is forgotten with the row's place in memory. */
  isNoted(login: string): boolean {
    if (this.#notedAs === login) return true
    this.#notedAs = login
    return false
  }

  countMessage(message: UserMessage): void {
    const row = this.#row
    row.messages[message.messageClass & (BOT | COMMAND)]!++
    row.characters += message.characters
    row.emoteUses += message.emoteUses
    if ((message.messageClass & COMMAND) !== 0) row.commands++
    if (message.isReply) row.replies++
    row.bits += message.bits
    row.hours[Math.floor(message.sentAt / HOUR_MS) % HOURS]!++
    // Only messages carry a display name and badges; those of the newest one hold, whatever came first.
    if (row.lastAt === null || message.sentAt >= row.lastAt) {
      row.displayName = message.displayName
      row.badges = message.badges
    }
    row.firstAt = Math.min(row.firstAt ?? message.sentAt, message.sentAt)
    row.lastAt = Math.max(row.lastAt ?? message.sentAt, message.sentAt)
    for (const { key, code, count } of message.emotes) {
      this.#favourites ??= new TopList(FAVOURITES_CAPACITY)
      this.#favourites.add(key, code, count)
    }
    this.#name(message.login, message.sentAt)
  }

  countModeration(kind: 'timeouts' | 'bans' | 'deletions', at: number, login: string): void {
    this.#row[kind]++
    this.#name(login, at)
  }

  #name(login: string, at: number): void {
    if (login === '') return
    const { logins } = this.#row
    if (!logins.includes(login) && logins.length < DAY_LOGINS_MAX) logins.push(login)
    if (at < this.#row.namedAt) return
    this.#row.namedAt = at
    this.#row.login = login
  }

  toStored(): UserDayRow {
    const { logins, messages, hours } = this.#row
    return {
      ...this.#row,
      logins: [...logins].sort(),
      messages: [...messages],
      hours: [...hours],
      favourites: this.#favourites?.toStored() ?? { approximate: false, entries: [] },
    }
  }
}
