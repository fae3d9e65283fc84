/**
 * A last-write-wins store behind a hostile network: writes arrive late, in any order, or after their sender has
 * died; an acknowledgement may never come. Reads see what has arrived. This is what Cassandra promises us.
 */
import type { Commit, RowStore, StoredRow } from '@smacktalk/ports'
import type { Random } from '../support/random.ts'

export interface Sabotage {
  /** Rows forget which record they hold: the guard against folding twice has nothing to go by. */
  readonly positionsIgnored?: boolean
  /** Write timestamps come from the writer's clock at the time of sending instead of from the log. */
  readonly wallClockTimes?: boolean
  /** The position is sent together with the data it stands for. */
  readonly positionWithData?: boolean
}

interface PendingWrite {
  readonly row: StoredRow
  readonly arrived: () => void
}

export class HostileStore {
  readonly rows = new Map<string, StoredRow>()
  readonly #pending: PendingWrite[] = []
  readonly #random: Random
  readonly #sabotage: Sabotage
  /** Only for the sabotage of wall clock times. */
  wallClockUs = 0

  constructor(random: Random, sabotage: Sabotage) {
    this.#random = random
    this.#sabotage = sabotage
  }

  get pending(): number {
    return this.#pending.length
  }

  /** One write, any of those on their way, arrives. */
  deliverOne(): void {
    if (this.#pending.length === 0) return
    const index = this.#random.between(0, this.#pending.length - 1)
    const [write] = this.#pending.splice(index, 1)
    const key = keyOf(write!.row)
    const kept = this.rows.get(key)
    if (kept === undefined || write!.row.writtenAt > kept.writtenAt) this.rows.set(key, write!.row)
    write!.arrived()
  }

  deliverAll(): void {
    while (this.#pending.length > 0) this.deliverOne()
  }

  /** The store as one worker sees it. After `die` nothing reaches the worker any more; its writes may still land. */
  connect(): { store: RowStore; die: () => void } {
    let alive = true
    const send = (row: StoredRow): Promise<void> => {
      const stamped = this.#sabotage.wallClockTimes ? { ...row, writtenAt: ++this.wallClockUs } : row
      return new Promise((resolve) => {
        this.#pending.push({ row: stamped, arrived: () => alive && resolve() })
      })
    }
    const sendAll = async (rows: readonly StoredRow[]): Promise<void> => {
      await Promise.all(rows.map(send))
    }
    const store: RowStore = {
      load: async (table, partition) => this.#read(table, partition),
      loadRange: async (table, partition, from, to) =>
        this.#read(table, partition).filter(({ row }) => row >= from && row < to),
      write: sendAll,
      commit: async ({ rows, clocks, checkpoint }: Commit) => {
        if (this.#sabotage.positionWithData) return sendAll([...rows, ...clocks, checkpoint])
        await sendAll(rows)
        await sendAll(clocks)
        await send(checkpoint)
      },
      async [Symbol.asyncDispose]() {},
    }
    return { store, die: () => (alive = false) }
  }

  #read(table: string, partition: string): StoredRow[] {
    const prefix = `${table}|${partition}|`
    const found: StoredRow[] = []
    for (const [key, row] of this.rows) {
      if (!key.startsWith(prefix)) continue
      const forgetful = this.#sabotage.positionsIgnored && table !== 'clocks' && table !== 'checkpoints'
      found.push(forgetful ? { ...row, position: -1 } : row)
    }
    return found.sort((a, b) => (a.row < b.row ? -1 : 1))
  }
}

export function keyOf(row: StoredRow): string {
  return `${row.table}|${row.partition}|${row.row}`
}
