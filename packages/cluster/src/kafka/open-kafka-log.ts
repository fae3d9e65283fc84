import type { Clock, EventLog } from '@smacktalk/ports'
import type { ClusterLogger } from '../cluster-logger.ts'
import { checkTopics } from './check-topics.ts'
import { KafkaClient } from './kafka-client.ts'
import { KafkaEventLog } from './kafka-event-log.ts'
import { kafkaFailure } from './kafka-failures.ts'
import { intoLog } from './kafka-reports.ts'
import type { KafkaSettings } from './kafka-settings.ts'
import { withPatience } from './patience.ts'

/** Brokers that are only just starting are waited for; a supervisor has more patience than we. */
const OPEN_PATIENCE_MS = 15_000

export interface KafkaLogOptions {
  readonly settings: KafkaSettings
  /** Named in the brokers' logs and quotas: role and instance. */
  readonly clientId: string
  readonly clock: Clock
  readonly logger: ClusterLogger
  /** Silence of a client after which it is given up, ms. */
  readonly standstillMs?: number
}

/**
 * Opens the log after a look at its topics. TopicsNotReadyError when they are missing or not as needed, with what to
 * do; LogUnavailableError when no broker answers; LogRefusedError when one answers and refuses.
 */
export async function openKafkaLog(options: KafkaLogOptions): Promise<EventLog> {
  const { settings, clientId, clock, logger } = options
  await using client = new KafkaClient({ settings, clientId, clock, report: intoLog(logger) })
  const patience = {
    clock,
    ms: OPEN_PATIENCE_MS,
    failure: (error: unknown) => kafkaFailure(settings, 'cannot be used', error),
  }
  const admin = client.admin()
  const blockBytesMax = await withPatience(patience, async () => {
    await admin.connect()
    return await checkTopics(admin, settings)
  })
  return new KafkaEventLog({ ...options, blockBytesMax })
}
