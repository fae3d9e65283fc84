/**
 * Which channels are this process's, among all that share the list as one group: those whose keys lie in the
 * partitions of the topic `channels` that the group gives it. What is in them everybody follows anyway.
 */
import { type Clock, type EventLog, type PartitionHandler, PipelineError } from '@smacktalk/ports'

export interface ChannelShare extends AsyncDisposable {
  /** Whether this process is to be in the channel. */
  owns(login: string): boolean
  /** Called soon after the share has changed. Gives back how to stop that. */
  onChange(listener: () => void): () => void
  /** Resolves after disposal, which leaves the group; rejects when the group can no longer be part of. */
  readonly finished: Promise<void>
}

export interface ChannelShareOptions {
  readonly log: EventLog
  readonly clock: Clock
  readonly group: string
}

/** Pause after the log did not say where a partition ends, or did not let us in. */
const RETRY_MS = 1_000

/** Once the log lets us in, the group has shared its partitions by then. */
const SHARED_MS = 15_000

/**
 * Joins the group; nothing is owned yet. While the log is away from the beginning nobody can say who has what: then
 * every channel is ours, which is harmless, because what several hear counts once.
 */
export function joinChannelGroup({ log, clock, group }: ChannelShareOptions): ChannelShare {
  const owned = new Set<number>()
  const listeners = new Set<() => void>()
  const leaving = new AbortController()
  let isTelling = false
  /** The log has not let us in yet. */
  let isShutOut = false
  let wasIn = false

  /** Many partitions come and go at once: told once. */
  function tell(): void {
    if (isTelling) return
    isTelling = true
    queueMicrotask(() => {
      isTelling = false
      for (const listener of listeners) listener()
    })
  }

  /** Where nothing more is delivered than what is still to come. */
  async function endOf(partition: number, signal: AbortSignal): Promise<number> {
    for (;;) {
      signal.throwIfAborted()
      try {
        return (await log.extent('channels', partition)).end
      } catch (error) {
        if (!(error instanceof PipelineError && error.retriable)) throw error
        await clock.sleep(RETRY_MS, signal)
      }
    }
  }

  const handler: PartitionHandler = {
    async open(partition, signal) {
      // Before anything is asked: whoever had it leaves its channels now.
      owned.add(partition)
      isShutOut = false
      wasIn = true
      tell()
      try {
        return await endOf(partition, signal)
      } catch (error) {
        // One that moves away before it was open is not closed.
        owned.delete(partition)
        tell()
        throw error
      }
    },
    // Followed elsewhere, by everybody.
    async batch() {},
    async close(partition) {
      owned.delete(partition)
      tell()
    },
  }

  async function takePart(): Promise<void> {
    while (!leaving.signal.aborted) {
      const over = new AbortController()
      const consuming = log.consume('channels', group, handler, leaving.signal).finally(() => over.abort())
      // More members than partitions: somebody has none.
      const shared = clock.sleep(SHARED_MS, over.signal).then(() => {
        if (over.signal.aborted || !isShutOut) return
        isShutOut = false
        tell()
      })
      try {
        await consuming
      } catch (error) {
        if (wasIn || !(error instanceof PipelineError && error.retriable)) throw error
        if (!isShutOut) {
          isShutOut = true
          tell()
        }
        await clock.sleep(RETRY_MS, leaving.signal)
      } finally {
        await shared
      }
    }
  }

  const finished = takePart()
  // Whoever awaits `finished` sees the failure.
  finished.catch(() => undefined)

  return {
    owns: (login) => isShutOut || owned.has(log.partitionOf(login)),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    finished,
    async [Symbol.asyncDispose]() {
      leaving.abort()
      // `finished` has told what failed.
      await finished.catch(() => undefined)
    },
  }
}
