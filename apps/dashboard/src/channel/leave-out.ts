import { sumClasses, WITHOUT_NAMES, type Without, withoutMask } from '@smacktalk/contract'
import { toggled } from '../address/view-state.ts'

/** Sums over one choice of what is left out; null where nothing is known. */
export interface ChoiceSums {
  readonly messages: number | null
  readonly emoteMessages: number | null
}

const keyOf = (without: readonly Without[]): string => without.join(',')

/**
 * The choices whose sums tell every number of the chips: nothing left out, shared copies alone (the messages that
 * emotes are counted in), the choice in force, and each chip toggled in it. Each once.
 */
export function neededChoices(without: readonly Without[]): Without[][] {
  const choices: Without[][] = [[], ['shared'], [...without]]
  for (const name of WITHOUT_NAMES) choices.push(toggled(without, name))
  return [...new Map(choices.map((choice) => [keyOf(choice), choice])).values()]
}

export interface LeftOut {
  /** What each chip removes, or would remove, beside the others that are on; null while it is not known. */
  readonly byName: Readonly<Record<Without, number | null>>
  /** What all chips that are on remove together. */
  readonly together: number | null
  /** Share of messages with an emote, of all that emotes are counted in: 0 to 1. */
  readonly emoteShare: number | null
}

/** Reads the numbers of the chips from the sums of the needed choices, in their order. */
export function leftOut(without: readonly Without[], sums: readonly ChoiceSums[]): LeftOut {
  const byChoice = new Map(neededChoices(without).map((choice, index) => [keyOf(choice), sums[index]]))
  const messages = (choice: readonly Without[]): number | null =>
    byChoice.get(keyOf(choice))?.messages ?? null
  const chosen = messages(without)
  const byName = Object.fromEntries(
    WITHOUT_NAMES.map((name) => {
      const other = messages(toggled(without, name))
      return [name, chosen === null || other === null ? null : Math.abs(other - chosen)]
    }),
  ) as Record<Without, number | null>
  const all = messages([])
  const own = byChoice.get('shared')
  return {
    byName,
    together: all === null || chosen === null ? null : all - chosen,
    emoteShare: own?.messages && own.emoteMessages !== null ? own.emoteMessages / own.messages : null,
  }
}

/** The numbers of the chips from messages by class; the share of emotes is known from elsewhere. */
export function leftOutOfClasses(
  without: readonly Without[],
  byClass: readonly number[],
  emoteShare: number | null,
): LeftOut {
  const sums = neededChoices(without).map(
    (choice): ChoiceSums => ({ messages: sumClasses(byClass, withoutMask(choice)), emoteMessages: null }),
  )
  return { ...leftOut(without, sums), emoteShare }
}
