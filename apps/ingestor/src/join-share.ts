/** Among how many the JOINs of one identity are divided, from what ingestors say of themselves. Pure. */
import type { Instance } from '@smacktalk/contract'
import type { SeenInstance } from '@smacktalk/instances'
import { JOIN_WINDOW_MS } from '@smacktalk/twitch'

type Said = Pick<
  Instance,
  'id' | 'identity' | 'startedAt' | 'updatedAt' | 'wanted' | 'joined' | 'connections'
>

export interface SaidByIngestor extends Pick<SeenInstance, 'liveness' | 'silentMs'> {
  readonly instance: Said
}

export interface JoinShare {
  /** Live ingestors of the identity, ourselves among them. */
  readonly among: number
  /**
   * Another one may have sent more JOINs within the last window than it may from now on: our first ones wait until
   * those no longer count.
   */
  readonly mustWait: boolean
}

/** Started so close together, ingestors have seen each other before their first JOIN: they look for 1.5 s. */
const TOGETHER_MS = 1_000

/** @param own our own row, whether or not it is among them */
export function joinShare(
  own: Pick<Said, 'id' | 'identity' | 'startedAt'>,
  seen: readonly SaidByIngestor[],
): JoinShare {
  const others = seen.filter(({ instance }) => instance.identity === own.identity && instance.id !== own.id)
  const live = others.filter(({ liveness }) => liveness === 'running')
  const mustWait = others.some(
    ({ instance, silentMs }) => silentMs < JOIN_WINDOW_MS && mayHaveJoined(instance),
  )
  return { among: live.length + 1, mustWait }

  /** Within the last window, as far as its last sign of life tells; one that is gone since has, too. */
  function mayHaveJoined(other: Said): boolean {
    const { wanted, joined } = other
    const isKnown = wanted !== null && joined !== null
    if (isKnown && joined < wanted) return true
    if (isTogether(other)) return false
    // One that waited for its log or its store begins now; another has begun, or joined all anew, a moment ago.
    return (
      !isKnown ||
      isRecent(other, other.startedAt) ||
      other.connections.some(({ since }) => isRecent(other, since))
    )
  }

  function isTogether({ startedAt }: Said): boolean {
    return Math.abs(startedAt - own.startedAt) <= TOGETHER_MS
  }

  /** By its own clock: those of two machines may differ. */
  function isRecent({ updatedAt }: Said, at: number): boolean {
    return updatedAt - at < 2 * JOIN_WINDOW_MS
  }
}
