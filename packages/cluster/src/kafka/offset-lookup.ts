import { setImmediate as nextTurn } from 'node:timers/promises'
import type { BrokerLink } from './broker-link.ts'
import type { Cluster } from './kafka-client.ts'

/** A broker that is being restarted is back by then; who asks has no use for an answer much later. */
const LOOKUP_PATIENCE_MS = 30_000

export interface Extent {
  readonly low: number
  readonly end: number
}

interface Round {
  /** Partitions asked for, by topic. */
  readonly wanted: Map<string, Set<number>>
  readonly answer: Promise<ReadonlyMap<string, Extent>>
}

/**
 * First and next offsets of partitions. What is asked for in one turn of the event loop goes to the brokers together:
 * a job opens many partitions at once.
 */
export class OffsetLookup {
  readonly #link: BrokerLink
  /** Not asked yet: still open for more. */
  #next: Round | null = null

  constructor(link: BrokerLink) {
    this.#link = link
  }

  async extent(topic: string, partition: number): Promise<Extent> {
    const round = this.#next ?? this.#plan()
    const partitions = round.wanted.get(topic) ?? new Set()
    round.wanted.set(topic, partitions.add(partition))
    const extent = (await round.answer).get(`${topic}/${partition}`)
    if (extent === undefined) throw new Error(`the brokers said nothing about ${topic}/${partition}`)
    return extent
  }

  /** Extents of several partitions of a topic. */
  async extents(topic: string, partitions: readonly number[]): Promise<Map<number, Extent>> {
    const found = await Promise.all(
      partitions.map(async (partition) => [partition, await this.extent(topic, partition)] as const),
    )
    return new Map(found)
  }

  /** Offset of the first record appended at or after a time; the end when there is none. */
  async offsetAt(topic: string, partition: number, appendMs: number): Promise<number> {
    // Kafka takes -1 and -2 for "newest" and "oldest"; a time before 1970 means all there is.
    const fromTimestamp = Math.max(0, Math.ceil(appendMs))
    return await this.#link.run('did not say where a time begins', LOOKUP_PATIENCE_MS, async (cluster) => {
      // The end first: a record that comes in between is then found by its time, and never passed over.
      const end = await offsets(cluster, { topic, partitions: [{ partition }], fromBeginning: false })
      const found = await offsets(cluster, { topic, partitions: [{ partition }], fromTimestamp })
      const offset = found.get(partition) ?? -1
      return offset >= 0 ? offset : (end.get(partition) ?? 0)
    })
  }

  #plan(): Round {
    const wanted: Round['wanted'] = new Map()
    const answer = (async () => {
      await nextTurn()
      this.#next = null
      return await this.#ask(wanted)
    })()
    this.#next = { wanted, answer }
    return this.#next
  }

  async #ask(wanted: Round['wanted']): Promise<ReadonlyMap<string, Extent>> {
    return await this.#link.run('did not say what it holds', LOOKUP_PATIENCE_MS, async (cluster) => {
      const extents = new Map<string, Extent>()
      for (const [topic, partitions] of wanted) {
        const asked = [...partitions].map((partition) => ({ partition }))
        const low = await offsets(cluster, { topic, partitions: asked, fromBeginning: true })
        const end = await offsets(cluster, { topic, partitions: asked, fromBeginning: false })
        for (const [partition, first] of low) {
          extents.set(`${topic}/${partition}`, { low: first, end: end.get(partition) ?? first })
        }
      }
      return extents
    })
  }
}

type Question = Parameters<Cluster['fetchTopicsOffset']>[0][number]

async function offsets(cluster: Cluster, question: Question): Promise<Map<number, number>> {
  const answers = await cluster.fetchTopicsOffset([question])
  return new Map(
    answers.flatMap(({ partitions }) =>
      partitions.map(({ partition, offset }) => [partition, Number(offset)]),
    ),
  )
}
