/**
 * Which channels are this process's, among all that share the list as one group: those whose keys lie in the
 * partitions of the topic `channels` that the group gives it. What is in them everybody follows anyway.
 */
import { type Clock, type EventLog, PipelineError } from '@smacktalk/ports'

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

/** Pause after the log did not say where a partition ends. */
const RETRY_MS = 1_000

/** Joins the group; nothing is owned yet. */
export function joinChannelGroup({ log, clock, group }: ChannelShareOptions): ChannelShare {
  const owned = new Set<number>()
  const listeners = new Set<() => void>()
  const leaving = new AbortController()
  let isTelling = false

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

  const finished = log.consume(
    'channels',
    group,
    {
      async open(partition, signal) {
        // Before anything is asked: whoever had it leaves its channels now.
        owned.add(partition)
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
    },
    leaving.signal,
  )
  // Whoever awaits `finished` sees the failure.
  finished.catch(() => undefined)

  return {
    owns: (login) => owned.has(log.partitionOf(login)),
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
