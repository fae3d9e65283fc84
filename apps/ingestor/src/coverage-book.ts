/**
 * What this ingestor has heard: per channel the time it has claimed in the log and the time it may claim next.
 * Claims are ticks [end of the last one, last proof of life); nothing is claimed before the room id is known.
 */
import type { Coverage } from '@smacktalk/contract'
import type { ChannelHearing } from '@smacktalk/ports'

export const TICK_MS = 5_000
/** Why a channel is no longer heard when an ingestor stops; one that was killed leaves the same gap. */
export const INGESTOR_DOWN = 'ingestor down'

interface Span {
  channelId: string | null
  /** End of the last tick; null while the channel is not heard. */
  claimedUntil: number | null
}

export interface CoverageBook {
  joined(login: string, at: number): void
  /** The last tick of a channel that is no longer heard; null when there is nothing to say. */
  lost(login: string, heardUntil: number, cause: string): Coverage | null
  /** A record named the channel's room id. Cheap: called for every record. */
  named(login: string, channelId: string): void
  /** Ticks for every joined channel with news; with a cause they are the last ones. */
  ticks(hearings: readonly ChannelHearing[], ended?: string): Coverage[]
  /** Forgets channels that are no longer wanted. */
  keep(logins: ReadonlySet<string>): void
  channelId(login: string): string | null
}

export function createCoverageBook(ingestor: string): CoverageBook {
  const spans = new Map<string, Span>()

  function spanOf(login: string): Span {
    let span = spans.get(login)
    if (span === undefined) {
      span = { channelId: null, claimedUntil: null }
      spans.set(login, span)
    }
    return span
  }

  function claim(login: string, span: Span, until: number, ended: string | null): Coverage | null {
    if (span.channelId === null || span.claimedUntil === null) return null
    const from = span.claimedUntil
    // A clock set back claims nothing twice.
    const to = Math.max(from, until)
    if (to === from && ended === null) return null
    span.claimedUntil = ended === null ? to : null
    return { channelId: span.channelId, channelLogin: login, ingestor, origin: 'heard', from, to, ended }
  }

  return {
    joined(login, at) {
      spanOf(login).claimedUntil = at
    },
    lost(login, heardUntil, cause) {
      const span = spans.get(login)
      if (span === undefined) return null
      const last = claim(login, span, heardUntil, cause)
      span.claimedUntil = null
      return last
    },
    named(login, channelId) {
      const span = spans.get(login)
      if (span !== undefined && span.channelId !== channelId) span.channelId = channelId
    },
    ticks(hearings, ended) {
      const ticks: Coverage[] = []
      for (const { login, state, heardUntil } of hearings) {
        const span = spans.get(login)
        if (state !== 'joined' || heardUntil === null || span === undefined) continue
        const tick = claim(login, span, heardUntil, ended ?? null)
        if (tick !== null) ticks.push(tick)
      }
      return ticks
    },
    keep(logins) {
      for (const login of [...spans.keys()]) if (!logins.has(login)) spans.delete(login)
    },
    channelId: (login) => spans.get(login)?.channelId ?? null,
  }
}
