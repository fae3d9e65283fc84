/** What a gateway does all the time, in loops: follows views, reads rows, makes frames, watches over the way of records. */
import { FRAMES_PER_SECOND_MAX } from '@smacktalk/contract'
import { type Clock, type EventLog, type LogRecord, PipelineError } from '@smacktalk/ports'
import type { Condition, Health, Logger } from '@smacktalk/runtime'
import type { ChannelDirectory } from './channel-directory.ts'
import type { FrameHub } from './frame-hub.ts'
import type { LiveChatters } from './live-chatters.ts'
import type { LiveState } from './live-state.ts'
import type { LiveTops } from './live-tops.ts'
import type { PipelineWatch } from './pipeline-watch.ts'
import type { TimeLimit } from './time-limit.ts'
import type { UsualBook } from './usual-book.ts'

const TICK_MS = 1_000 / FRAMES_PER_SECOND_MAX

/** States of channels and rows that views may have missed. */
const REFRESH_MS = 1_000

/** While there is something that views have missed for sure. */
const SETTLING_MS = 400

/** A tick takes milliseconds; one that has not come round for so long hangs. */
const TICK_SILENCE_MS = 5_000

/** Pause after the log or the store could not be reached. */
const RETRY_MS = 1_000

/** Late answers of the store are looked for this often. */
const SWEEP_MS = 250

/** Views are to be followed before rows are read, but a log that does not answer is not waited for any longer. */
export const BEGIN_MS = 2_000

export interface GatewayWorkParts {
  readonly log: EventLog
  readonly clock: Clock
  readonly logger: Logger
  readonly health: Health
  readonly limit: TimeLimit
  readonly live: LiveState
  readonly directory: ChannelDirectory
  readonly chatters: LiveChatters
  readonly tops: LiveTops
  readonly usual: UsualBook
  readonly pipeline: PipelineWatch
  readonly hub: FrameHub
  /** Met while views are followed. */
  readonly following: Condition
  readonly signal: AbortSignal
}

export interface GatewayWork extends Disposable {
  /** Rows have been read, or could not be. */
  readonly begun: Promise<void>
  /** Resolves after the signal; rejects with what trying again cannot mend. */
  readonly finished: Promise<void>
}

export function startWork(parts: GatewayWorkParts): GatewayWork {
  const { clock, logger, health, limit, live, directory, chatters, tops, usual, pipeline, hub } = parts
  const { following, signal } = parts
  const stack = new DisposableStack()
  const tickLoop = stack.use(health.loop('gateway ticks', TICK_SILENCE_MS))
  const reading = stack.use(health.condition('stored rows', 'not read yet'))
  const followed = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()

  function listening(): void {
    live.followed()
    pipeline.followed(null)
    following.met()
    followed.resolve()
  }

  function deaf(reason: string): void {
    following.unmet(reason)
    pipeline.followed(reason)
  }

  /** Follows views for as long as the log lets us; what was missed between is read from the store. */
  async function followViews(): Promise<void> {
    while (!signal.aborted) {
      try {
        const deliver = (records: readonly LogRecord[]) => live.deliver(records)
        await parts.log.follow('views', 'end', deliver, signal, listening, (reason) => {
          if (reason === null) listening()
          else deaf(reason)
        })
      } catch (error) {
        if (!isPassing(error)) throw error
        deaf(error.message)
        logger.warn({ err: error }, 'The log cannot be followed; trying again')
        await clock.sleep(RETRY_MS, signal)
      }
    }
  }

  async function refresh(): Promise<void> {
    try {
      await directory.refresh()
      await live.refresh()
      if (hub.overviewWatched) await chatters.refresh()
      await tops.refresh(hub.watchedChannels())
      await usual.refresh(directory.listed.flatMap(({ id }) => id ?? []))
      reading.met()
    } catch (error) {
      if (!isPassing(error)) throw error
      reading.unmet(error.message)
      logger.warn({ err: error }, 'The store cannot be read; trying again')
    }
  }

  /** Listens first, reads second. */
  async function refreshForever(): Promise<void> {
    await Promise.race([followed.promise, clock.sleep(BEGIN_MS, signal)])
    while (!signal.aborted) {
      await refresh()
      begun.resolve()
      await clock.sleep(live.isSettling ? SETTLING_MS : REFRESH_MS, signal)
    }
  }

  async function tickForever(): Promise<void> {
    while (!signal.aborted) {
      await clock.sleep(TICK_MS, signal)
      hub.tick()
      tickLoop.tick()
    }
  }

  async function sweepForever(): Promise<void> {
    while (!signal.aborted) {
      await clock.sleep(SWEEP_MS, signal)
      limit.sweep()
    }
    // Nobody sweeps from now on, and nobody is to wait for a store that does not answer.
    limit.giveUp()
  }

  const loops = [followViews(), pipeline.run(signal), refreshForever(), tickForever(), sweepForever()]
  const finished = Promise.all(loops).then(() => undefined)
  return { begun: begun.promise, finished, [Symbol.dispose]: () => stack.dispose() }
}

function isPassing(error: unknown): error is PipelineError {
  return error instanceof PipelineError && error.retriable
}
