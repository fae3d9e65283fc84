import { SHARED, sumClasses, WITHOUT_NAMES, type Without, withoutMask } from '@smacktalk/contract'
import { toggled } from '../address/view-state.ts'

export interface LeftOut {
  /** What each chip removes, or would remove, beside the others that are on. */
  readonly byName: Readonly<Record<Without, number>>
  /** What all chips that are on remove together. */
  readonly together: number
}

/** The numbers of the chips from messages by class: all of one answer, so that they agree while chat goes on. */
export function leftOut(without: readonly Without[], byClass: readonly number[]): LeftOut {
  const left = (choice: readonly Without[]): number => sumClasses(byClass, withoutMask(choice))
  const chosen = left(without)
  const byName = Object.fromEntries(
    WITHOUT_NAMES.map((name) => [name, Math.abs(left(toggled(without, name)) - chosen)]),
  ) as Record<Without, number>
  return { byName, together: left([]) - chosen }
}

/**
 * Share of messages with an emote, 0 to 1; null of none. Emotes are not counted in shared copies, so it is taken of
 * the messages without those.
 */
export function emoteShareOf(byClass: readonly number[], emoteMessages: number | null): number | null {
  const messages = sumClasses(byClass, SHARED)
  return messages === 0 || emoteMessages === null ? null : emoteMessages / messages
}
