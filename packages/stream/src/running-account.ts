import type { Account, DropReason } from '@smacktalk/contract'

/** How records ended so far; every chat record is in exactly one of the numbers. */
export class RunningAccount {
  #messages: number
  #events: number
  #duplicates: number
  #late: number
  readonly #dropped: Map<string, number>

  constructor(stored?: Account) {
    this.#messages = stored?.messages ?? 0
    this.#events = stored?.events ?? 0
    this.#duplicates = stored?.duplicates ?? 0
    this.#late = stored?.late ?? 0
    this.#dropped = new Map(stored?.dropped.map(({ name, count }) => [name, count]))
  }

  count(outcome: 'message' | 'event' | 'duplicate' | 'late'): void {
    if (outcome === 'message') this.#messages++
    else if (outcome === 'event') this.#events++
    else if (outcome === 'duplicate') this.#duplicates++
    else this.#late++
  }

  drop(reason: DropReason): void {
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + 1)
  }

  toStored(): Account {
    return {
      messages: this.#messages,
      events: this.#events,
      duplicates: this.#duplicates,
      late: this.#late,
      dropped: [...this.#dropped]
        .map(([name, count]) => ({ name, count }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    }
  }
}
