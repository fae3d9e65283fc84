import { expect, test } from 'vitest'
import { readArguments } from './arguments.ts'
import { nextSteps } from './next-steps.ts'

const USUAL = { addresses: { kafka: '127.0.0.1:9092', cassandra: '127.0.0.1:9042' } }

test('on the usual ports only the backend needs to be set', () => {
  const steps = nextSteps(readArguments([]), USUAL)
  expect(steps).toContain('export SMACKTALK_BACKEND=cluster\n')
  for (const command of ['migrate', 'ingestor', 'stream-job', 'gateway']) {
    expect(steps).toContain(`npx smacktalk ${command}\n`)
  }
})

test('other ports and more brokers are told to the product', () => {
  const cluster = { addresses: { kafka: '127.0.0.1:1,127.0.0.1:2,127.0.0.1:3', cassandra: '127.0.0.1:9' } }
  const words = ['--brokers', '3', '--kafka-port', '1', '--cassandra-port', '9']
  expect(nextSteps(readArguments(words), cluster)).toContain(
    'SMACKTALK_KAFKA_BROKERS=127.0.0.1:1,127.0.0.1:2,127.0.0.1:3 ' +
      'SMACKTALK_CASSANDRA_CONTACT_POINTS=127.0.0.1:9 SMACKTALK_KAFKA_REPLICATION=3',
  )
})
