import { type Clock, PipelineError } from '@smacktalk/ports'
import type { ClusterLogger } from '../cluster-logger.ts'
import { BrokerLink, type LinkOptions } from './broker-link.ts'
import { Follower, type FollowerOptions } from './follower.ts'
import { all } from './log-topic.ts'
import type { OffsetLookup } from './offset-lookup.ts'
import { OutageReport } from './outage-report.ts'
import { pauses } from './patience.ts'
import { stoppable } from './stoppable.ts'

export interface FollowOptions extends FollowerOptions {
  readonly lookup: OffsetLookup
  readonly link: Pick<LinkOptions, 'connect' | 'failure'>
  readonly clock: Clock
  readonly logger: ClusterLogger
  /** Why nothing comes, and null when it goes on. */
  readonly away: (reason: string | null) => void
}

/**
 * Reads all partitions until the signal aborts, without a group: nobody else's comings and goings disturb it. While
 * brokers cannot be reached it keeps trying, and goes on where it was.
 */
export async function followTopic(options: FollowOptions): Promise<void> {
  const { topic, signal, lookup, link, clock, logger, away } = options
  const outage = new OutageReport(clock, logger, `Following ${topic.name}`)
  let pause = pauses()
  let isAway = false
  const alive = (): void => {
    outage.over()
    pause = pauses()
    if (isAway) away(null)
    isAway = false
  }
  let follower: Follower | null = null
  /** The follower does not know where it stands: at the beginning, and when its place is no longer in the log. */
  let lost = true
  await using connections = new BrokerLink({ ...link, clock, topics: [topic.name] })
  while (!signal.aborted) {
    try {
      if (lost) {
        const extents = await stoppable(lookup.extents(topic.name, all(topic.partitions)), signal)
        if (extents === null) return
        if (follower === null) follower = new Follower(options, extents, alive)
        else reportGaps(options, follower.goToRetained(extents))
        lost = false
      }
      if (follower !== null) lost = (await follower.readOn(connections)) === 'out of range'
    } catch (error) {
      if (follower?.failure != null) throw follower.failure.error
      if (signal.aborted) return
      if (!(error instanceof PipelineError && error.retriable)) throw error
      outage.goesOn(error)
      away(error.message)
      isAway = true
      await clock.sleep(pause.next().value, signal)
    }
  }
}

function reportGaps({ topic, logger }: FollowOptions, gaps: ReturnType<Follower['goToRetained']>): void {
  for (const { partition, lost } of gaps) {
    logger.warn({ topic: topic.name, partition, lost }, 'records were gone before a follower had read them')
  }
}
