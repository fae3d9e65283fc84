import type { PartitionHandler, RecordBatch } from '@smacktalk/ports'
import { Turnstile } from './turnstile.ts'

/** Partitions opened or closed at once: each reads or writes the store. */
const AT_ONCE_MAX = 16

interface Owned {
  readonly partition: number
  /** As the group sees it, since the newest join. */
  assigned: boolean
  /** `broken`: a call of the handler threw, so what became of the partition is unknown and it is not called again. */
  state: 'away' | 'opening' | 'open' | 'closing' | 'broken'
  /** Offset to read next, while open. */
  position: number
  /** Offset behind the last batch that was handled since it was opened; null when there was none. */
  reached: number | null
  /** The batch in work; never rejects. */
  running: Promise<unknown> | null
  /** Ends what the handler does for this partition alone. */
  ending: AbortController
  /** What the handler is given: this partition's end, the reader's, or everything's. */
  signal: AbortSignal
  /** Somebody is at work to bring `state` in line with `assigned`. */
  settling: boolean
}

export interface OwnedPartitionsOptions {
  readonly handler: PartitionHandler
  /** Ends everything. */
  readonly signal: AbortSignal
  /** Throws when reading cannot start there; returns without a verdict when the signal aborts. */
  readonly checkStart: (partition: number, from: number, signal: AbortSignal) => Promise<void>
  /** Told of failures after the first. */
  readonly report: (error: unknown) => void
}

/**
 * The partitions a reader has open, across all the times it joins its group. The group decides who should read what,
 * at any moment and without asking; here every partition is opened, read and closed in that order, one call at a
 * time. A partition that stays with us stays open: its handler's state is worth more than a clean start.
 */
export class OwnedPartitions {
  readonly #options: OwnedPartitionsOptions
  readonly #partitions = new Map<number, Owned>()
  readonly #turnstile = new Turnstile(AT_ONCE_MAX)
  readonly #work = new Set<Promise<void>>()
  readonly #failed = Promise.withResolvers<void>()
  /** Ends the handler's calls when the reader has failed. */
  readonly #ending = new AbortController()
  /** Lets an open partition be read, from where the handler is. */
  #ready: (partition: number, position: number) => void = () => {}
  #ended = false
  failure: { readonly error: unknown } | null = null

  constructor(options: OwnedPartitionsOptions) {
    this.#options = options
  }

  /** Resolves when there is a failure. */
  get failed(): Promise<void> {
    return this.#failed.promise
  }

  /** What we tell the group we have: open, or as good as. */
  get held(): number[] {
    return [...this.#partitions.values()]
      .filter(({ assigned, state }) => assigned && (state === 'open' || state === 'opening'))
      .map(({ partition }) => partition)
  }

  /** Offset behind what was handled, by partition, of those that are ours. */
  get reached(): Map<number, number> {
    return new Map(
      [...this.#partitions.values()].flatMap(({ partition, assigned, reached }): [number, number][] =>
        assigned && reached !== null ? [[partition, reached]] : [],
      ),
    )
  }

  /** Null unless the partition may be read. */
  positionOf(partition: number): number | null {
    const owned = this.#partitions.get(partition)
    return owned !== undefined && this.#isReadable(owned) ? owned.position : null
  }

  /**
   * The group has decided. `ready` is called for every partition of ours once it is open and nothing of it is in
   * work: at once for those that were, later for those that have to be opened.
   */
  assign(partitions: readonly number[], ready: (partition: number, position: number) => void): void {
    this.#ready = ready
    const assigned = new Set(partitions)
    for (const partition of partitions) {
      if (!this.#partitions.has(partition)) this.#partitions.set(partition, away(partition))
    }
    for (const owned of this.#partitions.values()) {
      owned.assigned = assigned.has(owned.partition)
      if (!owned.assigned) owned.ending.abort(new Error(`Partition ${owned.partition} has moved away`))
      this.#settle(owned)
    }
  }

  /** Hands a batch to the handler; false when it was not taken: the partition moved away, or all is over. */
  async deliver(batch: RecordBatch): Promise<boolean> {
    const owned = this.#partitions.get(batch.partition)
    if (owned === undefined || !this.#isReadable(owned) || owned.running !== null) return false
    const call = this.#call(owned, batch)
    owned.running = call
    const taken = await call
    owned.running = null
    return taken
  }

  /** The first failure decides what the reader ends with. */
  fail(error: unknown): void {
    if (this.failure !== null) {
      this.#options.report(error)
      return
    }
    this.failure = { error }
    this.#failed.resolve()
  }

  /** Waits for what is in work, then closes everything that is open. Nothing is opened or delivered any more. */
  async closeAll(): Promise<void> {
    this.#ended = true
    this.#ending.abort(new Error('The reader has ended'))
    await Promise.all([...this.#partitions.values()].map(({ running }) => running))
    await Promise.all(this.#work)
    const open = [...this.#partitions.values()].filter(({ state }) => state === 'open')
    await Promise.all(open.map((owned) => this.#close(owned).catch((error: unknown) => this.fail(error))))
  }

  #isReadable({ assigned, state }: Owned): boolean {
    return assigned && state === 'open' && !this.#over
  }

  get #over(): boolean {
    return this.#ended || this.failure !== null || this.#options.signal.aborted
  }

  #settle(owned: Owned): void {
    // Whoever is at it looks again after each step.
    if (owned.settling || this.#over) return
    owned.settling = true
    const work = this.#settleAll(owned)
      .catch((error: unknown) => this.fail(error))
      .finally(() => this.#work.delete(work))
    this.#work.add(work)
  }

  async #settleAll(owned: Owned): Promise<void> {
    try {
      while (!this.#over) {
        if (owned.running !== null) await owned.running
        else if (owned.assigned && owned.state === 'away') await this.#turnstile.run(() => this.#open(owned))
        else if (!owned.assigned && owned.state === 'open') await this.#close(owned)
        else break
      }
    } finally {
      owned.settling = false
    }
    if (this.#isReadable(owned)) this.#ready(owned.partition, owned.position)
  }

  async #open(owned: Owned): Promise<void> {
    // Much can have happened while it waited for its turn.
    if (!owned.assigned || this.#over) return
    const { handler, checkStart } = this.#options
    owned.ending = new AbortController()
    owned.signal = AbortSignal.any([this.#options.signal, this.#ending.signal, owned.ending.signal])
    owned.state = 'opening'
    owned.reached = null
    const { signal } = owned
    try {
      const from = await handler.open(owned.partition, signal)
      await checkStart(owned.partition, from, signal)
      owned.position = from
      owned.state = 'open'
    } catch (error) {
      owned.state = isStop(error, signal) ? 'away' : 'broken'
      if (owned.state === 'broken') throw error
    }
  }

  async #close(owned: Owned): Promise<void> {
    owned.state = 'closing'
    try {
      await this.#turnstile.run(() => this.#options.handler.close(owned.partition))
      owned.state = 'away'
    } catch (error) {
      owned.state = 'broken'
      throw error
    }
  }

  async #call(owned: Owned, batch: RecordBatch): Promise<boolean> {
    const { signal } = owned
    try {
      await this.#options.handler.batch(batch, signal)
      owned.position = (batch.records.at(-1)?.offset ?? owned.position - 1) + 1
      owned.reached = owned.position
      return true
    } catch (error) {
      if (!isStop(error, signal)) {
        owned.state = 'broken'
        this.fail(error)
      }
      return false
    }
  }
}

function away(partition: number): Owned {
  const ending = new AbortController()
  const { signal } = ending
  return {
    partition,
    assigned: false,
    state: 'away',
    position: 0,
    reached: null,
    running: null,
    ending,
    signal,
    settling: false,
  }
}

/** A call that ends with the reason of its signal has stopped, not failed. */
function isStop(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted && error === signal.reason
}
