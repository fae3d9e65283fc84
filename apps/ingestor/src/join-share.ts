/** Among how many the JOINs of one identity are divided, from what ingestors say of themselves. Pure. */
import type { Instance } from '@smacktalk/contract'
import type { Liveness } from '@smacktalk/instances'
import { JOIN_WINDOW_MS } from '@smacktalk/twitch'

type Said = Pick<Instance, 'id' | 'identity' | 'startedAt' | 'wanted' | 'joined'>

export interface SaidByIngestor {
  readonly instance: Said
  readonly liveness: Liveness
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

/** Started so close together, ingestors have seen each other before their first JOIN. */
const TOGETHER_MS = 2_000

/** @param own our own row, whether or not it is among them */
export function joinShare(
  own: Pick<Said, 'id' | 'identity' | 'startedAt'>,
  seen: readonly SaidByIngestor[],
  nowMs: number,
): JoinShare {
  const others = seen.filter(
    ({ instance, liveness }) =>
      liveness === 'running' && instance.identity === own.identity && instance.id !== own.id,
  )
  const mustWait = others.some(({ instance }) => isJoining(instance) || hasBegunBefore(instance))
  return { among: others.length + 1, mustWait }

  function isJoining({ wanted, joined }: Said): boolean {
    return (joined ?? 0) < (wanted ?? 0)
  }

  /** It may have joined all its channels at once a moment ago. */
  function hasBegunBefore({ startedAt }: Said): boolean {
    return startedAt < own.startedAt - TOGETHER_MS && nowMs - startedAt < 2 * JOIN_WINDOW_MS
  }
}
