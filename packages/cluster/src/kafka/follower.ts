import { LogMismatchError, type LogRecord, LogUnavailableError } from '@smacktalk/ports'
import type { BrokerLink } from './broker-link.ts'
import { byLeader, type Fetched, type FetchLimits, fetchRecords } from './fetch-records.ts'
import type { Cluster } from './kafka-client.ts'
import { isOutOfRange } from './kafka-failures.ts'
import { all, batchesOf, type LogTopic, requireContinuous } from './log-topic.ts'
import type { Extent } from './offset-lookup.ts'
import { stoppable } from './stoppable.ts'

/** The wait is also how long a request may stay open after a follower was told to stop. */
const LIMITS: FetchLimits = { waitMs: 500, partitionBytes: 256 * 1024, bytes: 4 * 1024 * 1024 }

export interface FollowerOptions {
  readonly topic: LogTopic
  readonly from: 'start' | 'end'
  readonly deliver: (records: readonly LogRecord[]) => void
  /** Called once, when all that was there at the beginning has been delivered. */
  readonly caughtUp: () => void
  readonly signal: AbortSignal
}

/** Where a follower is in each partition, and how it gets on. */
export class Follower {
  readonly #options: FollowerOptions
  /** Offset to read next, by partition. */
  readonly #positions: number[]
  /** What has to be delivered before it has caught up; null once it has. */
  #ends: readonly number[] | null
  /** A brokers' answer came. */
  readonly #alive: () => void
  /** What the one who takes the records, or the order of the log, has thrown: no reason to try again. */
  failure: { readonly error: unknown } | null = null

  constructor(options: FollowerOptions, extents: ReadonlyMap<number, Extent>, alive: () => void) {
    this.#options = options
    this.#alive = alive
    const known = all(options.topic.partitions).map(
      (partition) => extents.get(partition) ?? { low: 0, end: 0 },
    )
    this.#ends = known.map(({ end }) => end)
    this.#positions = known.map(({ low, end }) => (options.from === 'start' ? low : end))
  }

  /** Reads until the signal aborts, or brokers fail, or no longer hold what was to come next. */
  async readOn(connections: BrokerLink): Promise<'stopped' | 'out of range'> {
    const { signal } = this.#options
    return await connections.run('cannot be followed', 0, (cluster) => this.#round(cluster), signal)
  }

  /** Reads from all leaders at once; throws as soon as one of them does not answer well. */
  async #round(cluster: Cluster): Promise<'stopped' | 'out of range'> {
    const { topic, signal } = this.#options
    const leaders = byLeader(cluster, topic.name, all(topic.partitions))
    const led = [...leaders.values()].reduce((count, partitions) => count + partitions.length, 0)
    if (led < topic.partitions) {
      throw new LogUnavailableError(
        `${topic.partitions - led} partitions of ${topic.name} have no leader`,
        'Check that all brokers run.',
      )
    }
    this.#checkCaughtUp()
    const over = new AbortController()
    const until = AbortSignal.any([signal, over.signal])
    try {
      await Promise.all(
        [...leaders].map(([nodeId, partitions]) => this.#readFrom(cluster, nodeId, partitions, until)),
      )
      return 'stopped'
    } catch (error) {
      if (isOutOfRange(error)) return 'out of range'
      throw error
    } finally {
      // What the others are still waiting for comes again in the next round; delivered now, it would come twice.
      over.abort()
    }
  }

  /**
   * After an offset was out of range: what retention has taken is passed over, as a follower that was away for long
   * must. A position beyond the end means another log.
   */
  goToRetained(
    extents: ReadonlyMap<number, Extent>,
  ): { readonly partition: number; readonly lost: number }[] {
    const { topic } = this.#options
    return [...extents].flatMap(([partition, { low, end }]) => {
      const position = this.#positions[partition] ?? 0
      if (position > end) {
        throw new LogMismatchError(
          `Partition ${partition} of ${topic.name} ends at offset ${end}, and had been read up to ${position}`,
          'The topic was made anew or cut off: start this process again.',
        )
      }
      if (position >= low) return []
      this.#positions[partition] = low
      return [{ partition, lost: low - position }]
    })
  }

  async #readFrom(
    cluster: Cluster,
    nodeId: string,
    partitions: readonly number[],
    until: AbortSignal,
  ): Promise<void> {
    const { topic } = this.#options
    while (!until.aborted) {
      const wanted = partitions.map((partition) => ({ partition, offset: this.#positions[partition] ?? 0 }))
      const answer = fetchRecords(cluster, nodeId, topic.name, wanted, LIMITS)
      const fetched = await stoppable(answer, until)
      if (fetched === null) return
      this.#alive()
      try {
        for (const each of fetched) this.#take(each)
        this.#checkCaughtUp()
      } catch (error) {
        this.failure ??= { error }
        throw error
      }
    }
  }

  #take({ partition, records, next, end }: Fetched): void {
    const { topic, deliver, signal } = this.#options
    const position = this.#positions[partition] ?? 0
    requireContinuous(topic, records, position)
    for (const batch of batchesOf(records)) {
      if (signal.aborted) return
      deliver(batch)
    }
    // A compacted topic has one partition, which no other crowds out: nothing although there is more is an empty place.
    const empty = topic.compacted && next === position && end > position
    this.#positions[partition] = empty ? position + 1 : next
  }

  #checkCaughtUp(): void {
    const ends = this.#ends
    if (ends === null || !ends.every((end, partition) => (this.#positions[partition] ?? 0) >= end)) return
    this.#ends = null
    this.#options.caughtUp()
  }
}
