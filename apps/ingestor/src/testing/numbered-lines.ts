/** Records that carry a number, and logs that fail, for tests of the way into the log. */
import type { AnyRecord } from '@smacktalk/contract'
import type { EventLog, OutgoingRecord, Topic } from '@smacktalk/ports'
import type { RecordQueue } from '../record-queue.ts'

export const CHANNELS = ['11', '12', '13'] as const

export function broken(channelId: string, line: number, receivedAt: number): AnyRecord {
  const heard = { channelId, channelLogin: `c${channelId}`, run: 'live', line, ingestor: 'one', receivedAt }
  return { kind: 'broken', value: { ...heard, sentAt: null, reason: 'no-id' } }
}

export function pushLine(queue: RecordQueue, channelId: string, line: number, receivedAt: number): void {
  queue.push(broken(channelId, line, receivedAt), channelId, receivedAt)
}

type Append = (topic: Topic, records: readonly OutgoingRecord[]) => Promise<void>

/** The log with another `append`; of the rest a queue asks nothing. */
export function logThat(append: Append): EventLog {
  const log: Pick<EventLog, 'append'> = { append }
  return log as EventLog
}

export function brokenLog(failure: () => Error): EventLog {
  return logThat(() => Promise.reject(failure()))
}
