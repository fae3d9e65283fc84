/** What kafkajs says of itself, in our words. It logs every failed try as an error; whether one matters we decide. */
import type { ClusterLogger } from '../cluster-logger.ts'

export interface KafkaReport {
  readonly text: string
  /** What else is known; never a password, a key or a record. */
  readonly facts: Readonly<Record<string, string | number>>
}

/** The entries kafkajs hands to a log creator, as far as they are read. */
interface Entry {
  readonly namespace: string
  readonly log: Readonly<Record<string, unknown>>
}

/** Everything else stays behind: stacks, whole requests, and whatever a later kafkajs might add. */
const FACTS = [
  'broker',
  'clientId',
  'groupId',
  'memberId',
  'topic',
  'partition',
  'error',
  'retryCount',
  'retryTime',
]

/** Said whenever a producer has finitely many tries; record-sender.ts knows what that means. */
const KNOWN = 'Limiting retries for the idempotent producer'

export function reportReader(report: (report: KafkaReport) => void): (entry: Entry) => void {
  return ({ namespace, log }) => {
    const text = String(log['message'])
    if (text.startsWith(KNOWN)) return
    const facts = FACTS.flatMap((name) => {
      const value = log[name]
      if (value instanceof Error) return [[name, value.message] as const]
      return typeof value === 'string' || typeof value === 'number' ? [[name, value] as const] : []
    })
    report({ text: namespace === '' ? text : `${namespace}: ${text}`, facts: Object.fromEntries(facts) })
  }
}

/** For those who only want it written down: outages are reported by the loops that have to live with them. */
export function intoLog(logger: ClusterLogger): (report: KafkaReport) => void {
  return ({ text, facts }) => logger.debug(facts, `kafkajs says: ${text}`)
}

const OUT_OF_RANGE = 'Offset out of range, resetting'

/**
 * The partition of which kafkajs says that a broker did not know the offset asked for. It says so nowhere else, and
 * goes on from another offset as if nothing had been.
 */
export function outOfRangePartition({ text, facts }: KafkaReport): number | null {
  const partition = facts['partition']
  return text.includes(OUT_OF_RANGE) && typeof partition === 'number' ? partition : null
}
