/**
 * The log on the Kafka that DC/OS last had, with the client libraries of today: everything that holds for a log holds
 * there too. Cassandra 3.11, of the other package, needs Java 8, so it is not started here (docs/deploy/dcos.md).
 */
import { join } from 'node:path'
import { type DcosKafka, startDcosKafka } from '@smacktalk/local-cluster'
import { systemClock } from '@smacktalk/runtime'
import { afterAll, beforeAll } from 'vitest'
import { describeEventLog } from '../conformance/event-log.ts'
import { kafkaTopics } from '../support/kafka-topics.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
let kafka: DcosKafka

beforeAll(async () => {
  kafka = await startDcosKafka({ directory: join(folder.path, 'servers') })
})

afterAll(async () => {
  await kafka?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

describeEventLog('Kafka 2.4', async () => {
  const topics = await kafkaTopics({ brokers: [kafka.address] })
  let log = await topics.open()
  return {
    get log() {
      return log
    },
    async reopen() {
      await log[Symbol.asyncDispose]()
      log = await topics.open()
      return log
    },
    // The broker's clock is this machine's.
    nextMillisecond: () => systemClock.sleep(2),
    [Symbol.asyncDispose]: () => topics[Symbol.asyncDispose](),
  }
})
