import { expect, test } from 'vitest'
import { readArguments } from './arguments.ts'
import { ArgumentError } from './errors.ts'

test('without words: one broker on the ports that the product looks for, data kept', () => {
  expect(readArguments([])).toEqual({
    help: false,
    brokers: 1,
    kafkaPort: 9092,
    cassandraPort: 9042,
    dataDir: 'data/cluster',
    fresh: false,
  })
})

test('every option is read', () => {
  const words = '--brokers 3 --kafka-port 1092 --cassandra-port=1042 --data-dir else/where --fresh'
  expect(readArguments(words.split(' '))).toEqual({
    help: false,
    brokers: 3,
    kafkaPort: 1092,
    cassandraPort: 1042,
    dataDir: 'else/where',
    fresh: true,
  })
})

test.each([
  ['--brokers 2', '--brokers is "2"', 'Use 1, or 3'],
  ['--kafka-port http', '--kafka-port is "http"', 'Use a port'],
  ['--cassandra-port 70000', '--cassandra-port is "70000"', 'Use a port'],
  ['--data-dir=', '--data-dir is empty', 'Name a folder'],
  ['--broker 3', '--broker', '--help'],
  ['three', 'three', '--help'],
])('%s is refused with what would fit', (words, fact, hint) => {
  const failure = failureOf(() => readArguments(words.split(' ')))
  expect(failure.message).toContain(fact)
  expect(failure.hint).toContain(hint)
})

function failureOf(act: () => unknown): ArgumentError {
  try {
    act()
  } catch (error) {
    if (error instanceof ArgumentError) return error
    throw error
  }
  throw new Error('nothing was refused')
}
