import type { Clock } from '@smacktalk/ports'
import type { ClusterLogger } from '../cluster-logger.ts'
import type { EachBatchPayload } from './kafka-client.ts'
import type { OwnedPartitions } from './owned-partitions.ts'

const EVERY_MS = 5_000
/** At the end; not worth waiting for when it does not work at once. */
const LAST_MS = 500

/** The one way to commit that a member which was thrown out survives. */
type Commit = EachBatchPayload['commitOffsetsIfNecessary']

/** Tells the group how far we are. Nobody here ever asks it: the positions are for tools that show lag. */
export class GroupCommits {
  readonly #topic: string
  readonly #owned: OwnedPartitions
  readonly #clock: Clock
  readonly #logger: ClusterLogger
  #commit: Commit | null = null
  #committedAt: number

  constructor(topic: string, owned: OwnedPartitions, clock: Clock, logger: ClusterLogger) {
    this.#topic = topic
    this.#owned = owned
    this.#clock = clock
    this.#logger = logger
    this.#committedAt = clock.now()
  }

  /** Every few seconds; what it throws belongs to kafkajs. */
  async ifDue(commit: Commit): Promise<void> {
    this.#commit = commit
    const now = this.#clock.now()
    if (now - this.#committedAt < EVERY_MS) return
    this.#committedAt = now
    await this.#now(commit)
  }

  async last(): Promise<void> {
    if (this.#commit === null) return
    const patience = new AbortController()
    const commit = this.#now(this.#commit).catch((error: unknown) => {
      // A group that has moved on does not take it any more.
      this.#logger.debug({ reason: String(error) }, 'the last positions were not committed to the group')
    })
    await Promise.race([commit, this.#clock.sleep(LAST_MS, patience.signal)])
    patience.abort()
  }

  async #now(commit: Commit): Promise<void> {
    const partitions = [...this.#owned.reached].map(([partition, offset]) => ({
      partition,
      offset: String(offset),
    }))
    if (partitions.length > 0) await commit({ topics: [{ topic: this.#topic, partitions }] })
  }
}
