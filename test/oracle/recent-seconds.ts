/** The live ring: messages by class in each of the last ten minutes' seconds (metrics.md, Live). */
import { emptyClasses, SECOND_MS } from '@smacktalk/contract'
import type { Judged } from './judging.ts'
import { messageFacts } from './message-facts.ts'

const KEPT_SECONDS = 600

/** By epoch second, ascending; seconds without a message are not there. */
export function countRecentSeconds(ofChannel: readonly Judged[]): Map<number, number[]> {
  const messages = ofChannel.flatMap(({ record, verdict, at, settings }) =>
    record.kind === 'message' && verdict === 'message' && at !== null
      ? [
          {
            second: Math.floor(at / SECOND_MS),
            messageClass: messageFacts(record.value, settings).messageClass,
          },
        ]
      : [],
  )
  const newest = messages.reduce((max, { second }) => Math.max(max, second), Number.NEGATIVE_INFINITY)
  const seconds = new Map<number, number[]>()
  for (const { second, messageClass } of messages.sort((a, b) => a.second - b.second)) {
    if (second <= newest - KEPT_SECONDS) continue
    const classes = seconds.get(second) ?? emptyClasses()
    classes[messageClass] = (classes[messageClass] ?? 0) + 1
    seconds.set(second, classes)
  }
  return seconds
}
