import { systemClock } from '@smacktalk/runtime'
import { kafkaTopics } from '../support/kafka-topics.ts'
import { describeEventLog } from './event-log.ts'

describeEventLog('cluster', async () => {
  const topics = await kafkaTopics()
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
    // The brokers' clock is this machine's.
    nextMillisecond: () => systemClock.sleep(2),
    [Symbol.asyncDispose]: () => topics[Symbol.asyncDispose](),
  }
})
