import { CHANNEL_NAMES_MAX, type ChannelNameRow, type ChannelRow, HOUR_MS } from '@smacktalk/contract'

/** Times of names are kept to the hour: a name is a label, its row need not be written with each message. */
const NAME_STEP_MS = HOUR_MS

/** The names a channel carried. */
export class ChannelNames {
  #names: { login: string; lastAt: number }[]
  #displayName: string

  constructor(stored?: ChannelRow) {
    this.#names = stored ? [...stored.names] : []
    this.#displayName = stored?.displayName ?? ''
  }

  /** Whether `see` would change anything. */
  isNews(login: string, at: number, displayName: string | null): boolean {
    const known = this.#names.find((name) => name.login === login)
    if (known === undefined || at - known.lastAt >= NAME_STEP_MS) return true
    return displayName !== null && displayName !== this.#displayName && this.#names[0] === known
  }

  see(login: string, at: number, displayName: string | null): void {
    const others = this.#names.filter((name) => name.login !== login)
    const known = this.#names.find((name) => name.login === login)
    const seen = { login, lastAt: Math.max(at, known?.lastAt ?? at) }
    this.#names = [seen, ...others]
      .sort((a, b) => b.lastAt - a.lastAt || (a.login < b.login ? -1 : 1))
      .slice(0, CHANNEL_NAMES_MAX)
    if (displayName !== null && this.#names[0]?.login === login) this.#displayName = displayName
  }

  toStored(): ChannelRow {
    return { names: this.#names.map((name) => ({ ...name })), displayName: this.#displayName }
  }
}

/** When a login last stood for a channel. */
export class ChannelNameUse {
  #lastAt: number | null

  constructor(stored?: ChannelNameRow) {
    this.#lastAt = stored?.lastAt ?? null
  }

  isNews(at: number): boolean {
    return this.#lastAt === null || at - this.#lastAt >= NAME_STEP_MS
  }

  see(at: number): void {
    this.#lastAt = Math.max(at, this.#lastAt ?? at)
  }

  toStored(): ChannelNameRow {
    return { lastAt: this.#lastAt ?? 0 }
  }
}
