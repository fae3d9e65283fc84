import type { Account, ChatRecord } from '@smacktalk/contract'
import type { Judgement } from './judge.ts'

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

  /** Counts how a record of a kind ended. */
  add(kind: ChatRecord['kind'], judgement: Exclude<Judgement, { kind: 'already-judged' }>): void {
    switch (judgement.kind) {
      case 'counted':
        if (kind === 'message') this.#messages++
        else this.#events++
        break
      case 'duplicate':
        this.#duplicates++
        break
      case 'late':
        this.#late++
        break
      case 'dropped':
        this.#dropped.set(judgement.reason, (this.#dropped.get(judgement.reason) ?? 0) + 1)
        break
    }
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
