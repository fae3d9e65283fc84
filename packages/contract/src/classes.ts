/**
 * Each message has three yes/no facts; together eight classes (metrics.md, Classes).
 * The class is the index into every `byClass` array: bot 1, command 2, shared 4.
 */
export const CLASS_COUNT = 8
export const BOT = 1
export const COMMAND = 2
export const SHARED = 4

/** What a reader may leave out; each name drops the classes that have its bit. */
export const WITHOUT_BITS = { bots: BOT, commands: COMMAND, shared: SHARED } as const
export type Without = keyof typeof WITHOUT_BITS
export const WITHOUT_NAMES = Object.keys(WITHOUT_BITS) as readonly Without[]

/** The bits of all classes to leave out. */
export function withoutMask(without: Iterable<Without>): number {
  let mask = 0
  for (const name of without) mask |= WITHOUT_BITS[name]
  return mask
}

/** Sum of the classes that carry none of the masked bits. */
export function sumClasses(byClass: readonly number[], mask: number): number {
  let sum = 0
  for (let index = 0; index < CLASS_COUNT; index++) {
    if ((index & mask) === 0) sum += byClass[index] ?? 0
  }
  return sum
}

/**
 * Figures by class as frames carry them: up to the last that is not zero. Undefined when all of it is plain, which is
 * neither bot nor command nor shared: then the sum says everything.
 */
export function classesToSend(byClass: ArrayLike<number>): number[] | undefined {
  let length = Math.min(byClass.length, CLASS_COUNT)
  while (length > 0 && byClass[length - 1] === 0) length--
  return length <= 1 ? undefined : Array.from({ length }, (_, index) => byClass[index] ?? 0)
}

/** What is left of a sum without the classes that carry a masked bit; `byClass` as `classesToSend` gives it. */
export function sumWithout(sum: number, byClass: readonly number[] | undefined, mask: number): number
export function sumWithout(
  sum: number | null,
  byClass: readonly number[] | undefined,
  mask: number,
): number | null
export function sumWithout(
  sum: number | null,
  byClass: readonly number[] | undefined,
  mask: number,
): number | null {
  return sum === null || byClass === undefined || mask === 0 ? sum : sumClasses(byClass, mask)
}

export function emptyClasses(): number[] {
  return [0, 0, 0, 0, 0, 0, 0, 0]
}

/** Logins counted as bots unless the setting `bots` says otherwise (metrics.md). */
export const DEFAULT_BOTS: readonly string[] = [
  'nightbot',
  'streamelements',
  'streamlabs',
  'fossabot',
  'moobot',
  'soundalerts',
  'sery_bot',
  'wizebot',
  'botrixoficial',
  'own3d',
]
export const DEFAULT_COMMAND_PREFIX = '!'
