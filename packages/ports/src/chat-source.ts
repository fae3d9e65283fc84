/** Where raw chat lines come from. */
import type { ChannelState } from '@smacktalk/contract'

/** How the source stands with a channel. Times are epoch ms by the source's clock. */
export interface ChannelHearing {
  readonly login: string
  readonly state: ChannelState
  readonly reason: string | null
  readonly since: number
  /** Place in the join queue from 1, and the expected wait; null unless queued. */
  readonly place: number | null
  readonly etaMs: number | null
  /**
   * It was heard without a hole up to here: the last line or PONG of its connection. Null unless joined.
   */
  readonly heardUntil: number | null
}

export interface ChatListener {
  /** A raw IRC line with its tags, without line end, in the order of its connection. */
  line(raw: string, receivedAt: number): void
  /**
   * A joined channel is no longer heard; `heardUntil` is the last proof of life, not when it was noticed. `joined`
   * follows at once where only a hole was noticed: another connection hears it since.
   */
  lost(login: string, heardUntil: number, cause: string): void
  /** A channel is heard from `at` on: its JOIN was echoed. */
  joined(login: string, at: number): void
}

/** A connection to the server as it is supervised; a successor keeps the number and the count. */
export interface ConnectionFigures {
  /** From 0. */
  readonly link: number
  /** `overlapping`: the server asked for a new connection, and the old one is heard until that has taken over. */
  readonly state: 'waiting' | 'connecting' | 'open' | 'overlapping'
  readonly since: number
  /** Connections that came after the first. */
  readonly restarts: number
  /** Why the one before ended; null when none has. */
  readonly reason: string | null
  /** Channels that the server has confirmed on it. */
  readonly channels: number
}

export interface SourceFigures {
  readonly connections: readonly ConnectionFigures[]
  /** Channels confirmed by the server, whether wanted or not; at rest as many as are joined. */
  readonly confirmed: number
  /** Why the server lets nobody more in, as one sentence; null while it does. */
  readonly refusal: string | null
}

export interface ChatSource extends AsyncDisposable {
  /** The channels to be in, most important first; the source joins and leaves at the pace Twitch allows. */
  want(logins: readonly string[]): void
  /** One entry per wanted channel. */
  channels(): readonly ChannelHearing[]
  figures(): SourceFigures
}
