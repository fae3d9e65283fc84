/**
 * A partition that is ours: batches one after the other, writes beside them. What a commit or a flush writes is
 * fixed when it begins, so batches go on meanwhile, and views with them, as long as the store lets them wait
 * (test/simulation plays it so).
 */
import type { OwnedPartition, TableName } from '@smacktalk/contract'
import type { Clock, LogRecord } from '@smacktalk/ports'
import type { HopMeter } from '@smacktalk/runtime'
import type { DeadLetter, PartitionWorker } from './partition-worker.ts'
import type { TakeOverMeter } from './take-over-meter.ts'

export interface Meters {
  readonly clock: Clock
  readonly hop: HopMeter
  readonly takeOver: TakeOverMeter
}

export class AssignedPartition {
  readonly partition: number
  readonly worker: PartitionWorker
  readonly #meters: Meters
  /** Offset of the first record that is new to the rows; those before are only read back. */
  readonly #newFrom: number
  /** Records folded since the last commit began. */
  uncommitted = 0
  /** Records appended and not yet folded. */
  lag = 0
  #end: number
  #lagMs = 0
  /** Why a commit has failed: what came before its position may be missing, so no other may follow. */
  #failure: { readonly error: unknown } | null = null
  /** The commit that is on its way, with those that wait for it. */
  #commits: Promise<void> = Promise.resolve()
  #flushing = false

  constructor(partition: number, worker: PartitionWorker, meters: Meters) {
    this.partition = partition
    this.worker = worker
    this.#meters = meters
    this.#newFrom = worker.position + 1
    this.#end = this.#newFrom
    meters.takeOver.opened(partition, worker.readFrom, this.#newFrom)
  }

  /** Folds records that follow each other; gives back those that could not be read. Calls must not overlap. */
  async batch(records: readonly LogRecord[], end: number): Promise<DeadLetter[]> {
    const dead = await this.worker.batch(records)
    this.uncommitted += records.length
    this.#measure(records, end)
    return dead
  }

  /** Writes changed rows of some tables; nothing while an earlier flush is on its way. */
  async flush(wanted: (table: TableName) => boolean): Promise<void> {
    if (this.#flushing || this.uncommitted === 0) return
    this.#flushing = true
    try {
      await this.worker.flush(wanted)
    } finally {
      this.#flushing = false
    }
  }

  /** Resolves when everything folded before the call is durable, the position too. */
  commit(): Promise<void> {
    const turn = this.#commits.then(() => this.#commitNow())
    // The next one runs whatever became of this one, whose failure goes to its own caller.
    this.#commits = turn.then(undefined, () => undefined)
    return turn
  }

  owned(): OwnedPartition {
    const lagMs = this.lag === 0 ? 0 : this.#lagMs
    return { partition: this.partition, position: this.worker.position, end: this.#end, lagMs }
  }

  async #commitNow(): Promise<void> {
    if (this.#failure !== null) throw this.#failure.error
    if (this.uncommitted === 0) return
    this.uncommitted = 0
    try {
      await this.worker.commit()
    } catch (error) {
      this.#failure = { error }
      throw error
    }
  }

  #measure(records: readonly LogRecord[], end: number): void {
    const { clock, hop, takeOver } = this.#meters
    const now = clock.now()
    const first = records[0]!
    const last = records.at(-1)!
    takeOver.passed(this.partition, first.offset, last.offset + 1)
    this.#end = end
    this.lag = Math.max(0, end - Math.max(last.offset + 1, this.#newFrom))
    if (last.offset < this.#newFrom) return
    this.#lagMs = Math.max(0, now - last.appendMs)
    // Records of one append have one time, and follow each other.
    for (let from = Math.max(0, this.#newFrom - first.offset); from < records.length; ) {
      const { appendMs } = records[from]!
      let to = from + 1
      while (records[to]?.appendMs === appendMs) to++
      hop.passed(to - from, now - appendMs)
      from = to
    }
  }
}
