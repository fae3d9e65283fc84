/**
 * When a channel was heard on its connections together. A successor may take over only after the old connection has
 * died unnoticed: then nobody heard what was said in between, although it was joined all the time.
 */

/** From the echo of the JOIN to the last proof of life, epoch ms. */
export interface Heard {
  readonly from: number
  readonly to: number
}

/** Overlapping and touching ones as one each, ascending. */
export function togetherHeard(each: Iterable<Heard>): Heard[] {
  const together: { from: number; to: number }[] = []
  for (const { from, to } of [...each].sort((a, b) => a.from - b.from)) {
    const last = together.at(-1)
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to)
    else together.push({ from, to: Math.max(from, to) })
  }
  return together
}

export interface HearingListener {
  joined(at: number): void
  lost(heardUntil: number, cause: string): void
}

/**
 * Tells of the holes between the stretches `before`, of which the first was told to go on, when some connections go.
 * @param after what the connections that stay have heard; empty when none does
 * @param cause why the last stretch has ended, when none stays
 * @returns from when on the rest counts: what comes next must not be claimed of before
 */
export function tellHoles(
  before: readonly Heard[],
  after: readonly Heard[],
  cause: string,
  listener: HearingListener,
): number {
  const goesOnAt = after[0]?.from
  const first = before[0]
  if (first === undefined) return goesOnAt ?? 0
  for (const [index, stretch] of before.entries()) {
    const next = before[index + 1]
    const isCurrent = goesOnAt !== undefined && goesOnAt >= stretch.from && goesOnAt <= stretch.to
    if (isCurrent && (index > 0 || next === undefined)) return goesOnAt
    listener.lost(stretch.to, next === undefined && goesOnAt === undefined ? cause : HOLE)
    if (next !== undefined) listener.joined(next.from)
    else if (goesOnAt !== undefined) {
      // The older connection stays: what the newer one heard is told, and nothing of before it any more.
      listener.joined(stretch.to)
      return stretch.to
    }
  }
  return 0
}

const HOLE = 'connection lost'
