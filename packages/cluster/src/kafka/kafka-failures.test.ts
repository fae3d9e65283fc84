import { LogMismatchError, LogUnavailableError, type PipelineError } from '@smacktalk/ports'
import kafkajs from 'kafkajs'
import { expect, test } from 'vitest'
import { LogRefusedError, RecordTooLargeError } from './kafka-errors.ts'
import { kafkaFailure } from './kafka-failures.ts'
import type { KafkaSettings } from './kafka-settings.ts'

const SETTINGS: KafkaSettings = {
  brokers: ['kafka-1:9092', 'kafka-2:9092'],
  ssl: null,
  sasl: { mechanism: 'plain', username: 'smacktalk', password: 'open sesame' },
  topicPrefix: 'smacktalk.',
  partitions: 64,
  replication: 1,
  sessionTimeoutMs: 6_000,
}

const protocol = (type: string, retriable: boolean): Error =>
  new kafkajs.KafkaJSProtocolError(
    Object.assign(new Error(`the broker says ${type}`), { type, code: 1, retriable }),
  )
const connection = (code: string): Error =>
  new kafkajs.KafkaJSConnectionError(`Connection error: ${code}`, { broker: 'kafka-1:9092', code })

/** kafkajs gives these a name of their own; its types do not let them be made with a message. */
const named = (name: string): Error =>
  Object.assign(new kafkajs.KafkaJSNonRetriableError(`this is a ${name}`), { name })

test.each<[string, Error, new (...args: never[]) => PipelineError, RegExp]>([
  ['a broker that is away', connection('ECONNREFUSED'), LogUnavailableError, /brokers run/],
  [
    'a port that hangs up',
    Object.assign(connection('CLOSED'), { name: 'KafkaJSConnectionClosedError' }),
    LogUnavailableError,
    /kafka\.ssl, kafka\.sasl/,
  ],
  ['a certificate nobody knows', connection('SELF_SIGNED_CERT_IN_CHAIN'), LogRefusedError, /sslCaFile/],
  ['a port without TLS', connection('EPROTO'), LogRefusedError, /kafka\.ssl/],
  ['a wrong password', named('KafkaJSSASLAuthenticationError'), LogRefusedError, /kafka\.password/],
  ['a missing right', protocol('TOPIC_AUTHORIZATION_FAILED', false), LogRefusedError, /rights/],
  [
    'a record that is too large',
    protocol('MESSAGE_TOO_LARGE', false),
    RecordTooLargeError,
    /max\.message\.bytes/,
  ],
  ['a missing topic', protocol('UNKNOWN_TOPIC_OR_PARTITION', true), LogUnavailableError, /smacktalk migrate/],
  ['a leader that has moved', protocol('NOT_LEADER_FOR_PARTITION', true), LogUnavailableError, /brokers run/],
  ['a number that came twice', protocol('OUT_OF_ORDER_SEQUENCE_NUMBER', false), LogUnavailableError, /./],
  ['a coordinator nobody finds', named('KafkaJSGroupCoordinatorNotFound'), LogUnavailableError, /./],
  ['a session that is too short', protocol('INVALID_SESSION_TIMEOUT', false), LogRefusedError, /group\.min/],
  ['a stranger in the group', protocol('INCONSISTENT_GROUP_PROTOCOL', false), LogRefusedError, /topicPrefix/],
  [
    'an offset that is not there',
    new kafkajs.KafkaJSOffsetOutOfRange(protocol('OFFSET_OUT_OF_RANGE', false), {
      topic: 'chat',
      partition: 3,
    }),
    LogMismatchError,
    /cut off/,
  ],
  ['something else that will not pass', protocol('INVALID_REQUEST', false), LogRefusedError, /./],
])('%s says whether to try again and what to do', (_what, error, kind, hint) => {
  for (const each of [
    error,
    new kafkajs.KafkaJSNumberOfRetriesExceeded(error, { retryCount: 5, retryTime: 100 }),
  ]) {
    const failure = kafkaFailure(SETTINGS, 'cannot be used', each)
    expect(failure).toBeInstanceOf(kind)
    expect((failure as PipelineError).hint).toMatch(hint)
    expect((failure as PipelineError).message).toContain('kafka-1:9092')
    expect(JSON.stringify(failure) + (failure as PipelineError).message).not.toContain('open sesame')
    expect((failure as PipelineError).cause).toBe(each)
  }
})

test('what is not Kafka’s stays as it is', () => {
  for (const error of [new TypeError('a bug'), new LogMismatchError('x', 'y'), 'a text']) {
    expect(kafkaFailure(SETTINGS, 'cannot be used', error)).toBe(error)
  }
})
