/**
 * An ingestor among others: which channels are its own in its group, how much of the JOIN budget is its share, and
 * what the others hear.
 */
import { CHANNEL_STATES_PARTITION } from '@smacktalk/contract'
import { InstanceWatch, ingestorsOf, isUpheld, type SeenInstance } from '@smacktalk/instances'
import { type Clock, type EventLog, PipelineError, type RowStore } from '@smacktalk/ports'
import type { Logger } from '@smacktalk/runtime'
import { createJoinBudget, type JoinBudget, type JoinMemory } from '@smacktalk/twitch'
import { joinChannelGroup } from '@smacktalk/wanted-channels'
import { BrokenBytesError, decodeFeed } from '@smacktalk/wire'
import { joinShare } from './join-share.ts'

export interface IngestGroupOptions {
  readonly log: EventLog
  readonly store: Pick<RowStore, 'load'>
  readonly clock: Clock
  readonly logger: Logger
  /** Setting `ingestGroup`. */
  readonly group: string
  /** Whom Twitch counts our JOINs for. */
  readonly identity: string
  /** Our name in records and channel states. */
  readonly ingestorId: string
  /** Our name among instances; its row is written already, or about to be. */
  readonly instanceId: string
  /** What an earlier process with our folder has sent. */
  readonly joinMemory: JoinMemory
}

/** Disposing leaves the group. */
export interface IngestGroup extends AsyncDisposable {
  readonly joinBudget: JoinBudget
  /** Whether this ingestor is to be in a wanted channel. */
  owns(login: string): boolean
  /** Called soon after that has changed. Gives back how to stop it. */
  onChange(listener: () => void): () => void
  /** Logins that another live ingestor of the group hears; rejects when the store cannot be read. */
  heardByOthers(): Promise<ReadonlySet<string>>
  /**
   * Leaves the group while what was ours is still heard; resolves when `isHandedOver` says so, when nobody is there to
   * take it, or after the part of a stop that this may take.
   */
  leave(isHandedOver: () => boolean): Promise<void>
  /** Resolves after disposal; rejects when the log or the store can no longer be used at all. */
  readonly finished: Promise<void>
}

/** How soon the budget is divided anew when an ingestor comes; one that was killed is missed after four seconds. */
const LOOK_MS = 1_000
const FIRST_LOOKS_MS = 200
/** Between our first sign of life and our first JOIN: those who start with us (TOGETHER_MS) see us, and we them. */
const SETTLE_MS = 1_500
/** Hearing needs no store: after this it begins without knowing the others, as if there were so many. */
const KNOWN_WITHIN_MS = 5_000
const SUPPOSED_INGESTORS = 4
/** Part of the ten seconds that a graceful stop may take: leaving, and the others joining what they can at once. */
const LEAVE_MS = 4_500
const LEFT_MS = 100

/** Resolves when our share of the JOINs is known, or supposed. */
export async function openIngestGroup(options: IngestGroupOptions): Promise<IngestGroup> {
  const { log, store, clock, logger, group, identity, ingestorId, instanceId, joinMemory } = options
  const ending = new AbortController()
  const watch = new InstanceWatch(store, clock)
  const share = joinChannelGroup({ log, clock, group })
  const joinBudget = await divided()

  async function look(): Promise<readonly SeenInstance[] | null> {
    try {
      return await watch.look()
    } catch (error) {
      if (!(error instanceof PipelineError && error.retriable)) throw error
      logger.debug({ err: error }, 'other ingestors cannot be seen')
      return null
    }
  }

  function shareAmong(seen: readonly SeenInstance[]) {
    const own = seen.find(({ instance }) => instance.id === instanceId)?.instance
    // Whose row is not there yet began just now.
    return joinShare(own ?? { id: instanceId, identity, startedAt: clock.now() }, seen)
  }

  async function firstLook(until: AbortSignal): Promise<ReturnType<typeof shareAmong> | null> {
    while (!until.aborted) {
      const seen = await look()
      if (seen?.some(({ instance }) => instance.id === instanceId)) {
        await clock.sleep(SETTLE_MS, until)
        const settled = await look()
        return settled === null ? null : shareAmong(settled)
      }
      await clock.sleep(FIRST_LOOKS_MS, until)
    }
    return null
  }

  async function divided(): Promise<JoinBudget> {
    const over = new AbortController()
    const patience = clock.sleep(KNOWN_WITHIN_MS, over.signal).then(() => null)
    const found = await Promise.race([firstLook(over.signal), patience])
    over.abort()
    if (found === null) logger.warn('other ingestors are not known yet; joining with a part of the pace')
    const among = found?.among ?? SUPPOSED_INGESTORS
    const budget = createJoinBudget(undefined, undefined, found?.mustWait ? 0 : among, joinMemory)
    budget.share(among, clock.now())
    return budget
  }

  let hasSiblings = false
  let among = 0
  async function divideAnew(): Promise<void> {
    while (!ending.signal.aborted) {
      await clock.sleep(LOOK_MS, ending.signal)
      const seen = ending.signal.aborted ? null : await look()
      if (seen === null) continue
      hasSiblings = seen.some(({ instance: { id, ingestGroup }, liveness }) => {
        return liveness === 'running' && ingestGroup === group && id !== instanceId
      })
      const next = shareAmong(seen).among
      if (next !== among) logger.info({ identity, among: next }, 'the JOIN budget is divided')
      among = next
      joinBudget.share(among, clock.now())
    }
  }

  const finished = Promise.all([share.finished, divideAnew()]).then(() => undefined)
  // Whoever awaits `finished` sees the failure.
  finished.catch(() => undefined)

  /** Until the signal. */
  async function handOver(isHandedOver: () => boolean, until: AbortSignal): Promise<void> {
    // A group that cannot be left now is left by its session.
    await share[Symbol.asyncDispose]()
    while (!until.aborted && !isHandedOver()) await clock.sleep(LEFT_MS, until)
  }

  return {
    joinBudget,
    owns: share.owns,
    onChange: share.onChange,
    async heardByOthers() {
      const ingestors = ingestorsOf(await watch.look())
      const heard = new Set<string>()
      for (const { value } of await store.load('channel_states', CHANNEL_STATES_PARTITION)) {
        const row = readState(value)
        if (row === null || row.state !== 'joined' || row.ingestor === ingestorId) continue
        if (ingestors.get(row.ingestor)?.ingestGroup !== group) continue
        if (isUpheld(row, ingestors)) heard.add(row.login)
      }
      return heard
    },
    async leave(isHandedOver) {
      const over = new AbortController()
      const patience = clock.sleep(LEAVE_MS, over.signal)
      if (hasSiblings) await Promise.race([handOver(isHandedOver, over.signal), patience])
      over.abort()
    },
    finished,
    async [Symbol.asyncDispose]() {
      ending.abort()
      await share[Symbol.asyncDispose]()
      // `finished` has told what failed.
      await finished.catch(() => undefined)
    },
  }
}

/** Null for a row of another build that says it differently. */
function readState(value: Uint8Array) {
  try {
    return decodeFeed('channelState', value)
  } catch (error) {
    if (error instanceof BrokenBytesError) return null
    throw error
  }
}
