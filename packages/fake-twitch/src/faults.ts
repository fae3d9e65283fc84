/** What the server does wrong on demand, and the limits it holds clients to. No socket here. */
import { REFUSALS, type Refusal } from './refusals.ts'

/** Twitch's limit for an account, of which all connections here are one. */
export const JOINS_PER_WINDOW = 20
export const JOIN_WINDOW_MS = 10_000

/** How the server answers a JOIN: with an echo, with nothing, with a NOTICE, or with a NOTICE and a closed connection. */
export type JoinAnswer =
  | { readonly kind: 'echo' }
  | { readonly kind: 'silence' }
  | { readonly kind: 'notice' | 'close'; readonly messageId: string; readonly text: string }

export class Faults {
  /** Part of the chat lines that is delivered twice, from 0 to 1. */
  twice = 0
  /** Added to the send time of chat lines, ms. */
  skewMs = 0
  /** Lines a second that each connection takes; null for as many as there are. */
  linesPerSecond: number | null = null
  /** Logins are answered with this; null lets everybody in. */
  loginRefusal: string | null = null
  /** Different channels that all connections together may be in. */
  channelsMax = Number.POSITIVE_INFINITY
  /** Who JOINs faster than Twitch allows is told so and cut off. */
  enforcesPace = false
  readonly #refused = new Map<string, Refusal | 'silent'>()
  /** Times of the JOINs within the window. */
  #joins: number[] = []

  refuse(login: string, refusal: Refusal | 'silent' | null): void {
    if (refusal === null) this.#refused.delete(login)
    else this.#refused.set(login, refusal)
  }

  /** @param channels how many different channels are joined, this one left out */
  answer(login: string, channels: number, atMs: number): JoinAnswer {
    this.#joins = this.#joins.filter((at) => at > atMs - JOIN_WINDOW_MS)
    this.#joins.push(atMs)
    if (this.enforcesPace && this.#joins.length > JOINS_PER_WINDOW) {
      return { kind: 'close', messageId: '', text: 'You are joining channels too fast.' }
    }
    const refusal = this.#refused.get(login)
    if (refusal === 'silent') return { kind: 'silence' }
    if (refusal !== undefined) return { kind: 'notice', messageId: refusal, text: REFUSALS[refusal] }
    if (channels < this.channelsMax) return { kind: 'echo' }
    const messageId = 'msg_concurrent_channel_limit_reached'
    return { kind: 'notice', messageId, text: REFUSALS[messageId] }
  }

  /** The copies of a chat line that go out. */
  copies(line: string, fraction: () => number): string[] {
    const shown = this.skewMs === 0 ? line : skewed(line, this.skewMs)
    return this.twice > 0 && fraction() < this.twice ? [shown, shown] : [shown]
  }
}

function skewed(line: string, skewMs: number): string {
  if (!line.startsWith('@')) return line
  const end = line.indexOf(' ')
  const tags = line
    .slice(0, end)
    .replace(/([@;]tmi-sent-ts=)(\d+)/, (_, name: string, at: string) => `${name}${Number(at) + skewMs}`)
  return `${tags}${line.slice(end)}`
}
