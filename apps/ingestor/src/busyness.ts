/** Which channels are busiest, so that after a loss they are joined first. */
export interface Busyness {
  /** A record of the channel. */
  add(login: string): void
  /** The logins, those of `first` before the others and else the busiest first; equal ones in the given order. */
  order(logins: readonly string[], first?: ReadonlySet<string>): string[]
  /** Called once a minute: older minutes count half as much as the one after them. */
  fade(wanted: ReadonlySet<string>): void
}

export function createBusyness(): Busyness {
  const counts = new Map<string, number>()
  return {
    add(login) {
      counts.set(login, (counts.get(login) ?? 0) + 1)
    },
    order(logins, first = new Set()) {
      return [...logins].sort(
        (a, b) => Number(first.has(b)) - Number(first.has(a)) || (counts.get(b) ?? 0) - (counts.get(a) ?? 0),
      )
    },
    fade(wanted) {
      for (const [login, count] of counts) {
        if (wanted.has(login)) counts.set(login, count / 2)
        else counts.delete(login)
      }
    },
  }
}
