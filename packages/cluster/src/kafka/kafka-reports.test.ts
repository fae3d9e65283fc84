import { expect, test } from 'vitest'
import { type KafkaReport, outOfRangePartition, reportReader } from './kafka-reports.ts'

function read(namespace: string, log: Record<string, unknown>): KafkaReport[] {
  const reports: KafkaReport[] = []
  reportReader((report) => reports.push(report))({ namespace, log })
  return reports
}

test('what kafkajs says is passed on with the facts that help, and nothing else', () => {
  const log = {
    message: 'Connection timeout',
    broker: 'kafka:9092',
    stack: 'at ...',
    payload: { password: 'x' },
    error: new Error('late'),
  }
  expect(read('Connection', log)).toEqual([
    { text: 'Connection: Connection timeout', facts: { broker: 'kafka:9092', error: 'late' } },
  ])
})

test('the warning about finitely many tries is known, and not repeated for every producer', () => {
  expect(
    read('Producer', {
      message: 'Limiting retries for the idempotent producer may invalidate EoS guarantees',
    }),
  ).toEqual([])
})

test('an offset that is out of range is recognised, with its partition', () => {
  const [report] = read('ConsumerGroup', {
    message: 'Offset out of range, resetting to default offset',
    topic: 'chat',
    partition: 3,
  })
  expect(outOfRangePartition(report!)).toBe(3)
  expect(
    outOfRangePartition({
      text: 'Offset out of range while fetching from follower',
      facts: { partition: 3 },
    }),
  ).toBe(null)
})
