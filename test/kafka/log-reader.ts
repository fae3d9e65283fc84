/** A group's reader in a test: begun at once, over at the latest when the test is. */
import type { EventLog } from '@smacktalk/ports'
import { RecordingHandler, type RecordingHandlerOptions } from '../conformance/recording-handler.ts'

export interface LogReader extends AsyncDisposable {
  readonly handler: RecordingHandler
  readonly finished: Promise<void>
  stop(): Promise<void>
}

export function reading(log: EventLog, group: string, options: RecordingHandlerOptions = {}): LogReader {
  const handler = new RecordingHandler(options)
  const controller = new AbortController()
  const finished = log.consume('chat', group, handler, controller.signal)
  const settled = Promise.allSettled([finished])
  return {
    handler,
    finished,
    async stop() {
      controller.abort()
      await finished
    },
    async [Symbol.asyncDispose]() {
      controller.abort()
      await settled
    },
  }
}
