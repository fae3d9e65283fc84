/** A Kafka that a test may kill, freeze and start again. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrokerCount, type LocalKafka, startKafka } from '@smacktalk/local-cluster'

export async function ownKafka(brokers: BrokerCount): Promise<LocalKafka> {
  const folder = mkdtempSync(join(tmpdir(), 'smacktalk-kafka-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  try {
    const kafka = await startKafka({ directory: join(folder, 'data'), brokers })
    return {
      ...kafka,
      async [Symbol.asyncDispose]() {
        await kafka[Symbol.asyncDispose]()
        remove()
      },
    }
  } catch (error) {
    remove()
    throw error
  }
}
