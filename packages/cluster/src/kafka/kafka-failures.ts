/** What kafkajs throws, as errors of the port: the only place that reads its names and codes. */
import { LogMismatchError, LogUnavailableError, PipelineError } from '@smacktalk/ports'
import { LogRefusedError, RecordTooLargeError, TopicsNotReadyError } from './kafka-errors.ts'
import { brokerList, type KafkaSettings } from './kafka-settings.ts'

/** Protocol codes by name (kafkajs `type`), TLS and socket codes (`code`), kafkajs' own errors (`name`). */
const LOGIN = new Set([
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
  'ILLEGAL_SASL_STATE',
  'KafkaJSSASLAuthenticationError',
])
const RIGHTS = new Set([
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  'SECURITY_DISABLED',
])
const CERTIFICATE = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
])
const NO_TLS = new Set(['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER'])
const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'])
const TOO_OLD = new Set(['UNSUPPORTED_VERSION', 'KafkaJSServerDoesNotSupportApiKey'])
/** Not retriable in kafkajs' eyes, but the next try may well succeed: brokers that come, go and elect. */
const PASSING = new Set([
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSLockTimeout',
  'KafkaJSTimeout',
  'BROKER_NOT_AVAILABLE',
  'STALE_CONTROLLER_EPOCH',
  'STALE_BROKER_EPOCH',
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'DUPLICATE_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
  'UNKNOWN_MEMBER_ID',
  'ILLEGAL_GENERATION',
  'REBALANCE_IN_PROGRESS',
])

/** The words by which a failure and its causes go, outermost first. */
function wordsOf(error: unknown): string[] {
  const words: string[] = []
  for (let at = error; at instanceof Error && words.length < 30; at = at.cause) {
    for (const name of ['type', 'code', 'name'] as const) {
      const word = (at as Error & { type?: unknown; code?: unknown })[name]
      if (typeof word === 'string') words.push(word)
    }
  }
  return words
}

/** What happened first: kafkajs wraps it, once per layer of retries. */
function rootOf(error: Error): Error {
  let root = error
  for (let depth = 0; depth < 10 && root.cause instanceof Error; depth++) root = root.cause
  return root
}

/** Did kafkajs mean it, or did it stumble? A TypeError deep inside it is no statement about the brokers. */
export function isOfKafka(error: unknown): boolean {
  return error instanceof Error && rootOf(error).name.startsWith('KafkaJS')
}

export function isMissingTopic(error: unknown): boolean {
  return wordsOf(error).includes('UNKNOWN_TOPIC_OR_PARTITION')
}

export function isOutOfRange(error: unknown): boolean {
  return wordsOf(error).includes('KafkaJSOffsetOutOfRange')
}

/** What went wrong with one topic, by the name of its protocol code. */
export interface TopicFailure {
  readonly word: string
  readonly error: unknown
}

/** Making topics fails with an error of errors: one per topic. */
export function failuresPerTopic(error: unknown): TopicFailure[] {
  const several = error instanceof Error && 'errors' in error && Array.isArray(error.errors)
  const errors: readonly unknown[] = several ? (error.errors as unknown[]) : [error]
  return errors.map((each) => {
    const { type } = (each ?? {}) as { type?: unknown }
    return { word: typeof type === 'string' ? type : '', error: each }
  })
}

/**
 * The failure as the port knows it: retriable or not, with what to do. What is neither kafkajs' nor the network's
 * (a bug, a handler's own error) comes back as it is. `doing` completes the sentence "Kafka at ... <doing>".
 */
export function kafkaFailure(settings: KafkaSettings, doing: string, error: unknown): unknown {
  if (error instanceof PipelineError || !(error instanceof Error)) return error
  const words = new Set(wordsOf(error))
  const has = (list: ReadonlySet<string>): boolean => [...words].some((word) => list.has(word))
  const root = rootOf(error)
  const where = brokerOf(root) ?? brokerList(settings)
  const what = `Kafka at ${where} ${doing}: ${root.message}`

  if (has(LOGIN))
    return new LogRefusedError(what, 'Check kafka.sasl, kafka.username and kafka.password.', error)
  if (has(RIGHTS)) {
    return new LogRefusedError(
      what,
      'Give this account the rights on topics, groups and configurations.',
      error,
    )
  }
  if (has(CERTIFICATE)) {
    return new LogRefusedError(
      what,
      'Give the certificate of the authority that signed the broker’s (kafka.sslCaFile), and the name it was made out to.',
      error,
    )
  }
  if (has(NO_TLS)) {
    return new LogRefusedError(
      what,
      'That port does not speak TLS: set kafka.ssl to false, or use its TLS port.',
      error,
    )
  }
  if (has(TOO_LARGE)) {
    return new RecordTooLargeError(
      what,
      'Raise max.message.bytes of the topic, or send smaller records.',
      error,
    )
  }
  if (has(TOO_OLD)) return new LogRefusedError(what, 'Kafka 2.1 or newer is needed.', error)
  if (words.has('INVALID_SESSION_TIMEOUT')) {
    return new LogRefusedError(
      what,
      'Keep kafka.sessionTimeoutMs between the brokers’ group.min.session.timeout.ms and group.max.session.timeout.ms.',
      error,
    )
  }
  if (words.has('INCONSISTENT_GROUP_PROTOCOL')) {
    return new LogRefusedError(
      what,
      'Another program reads in this group: stop it, or choose another kafka.topicPrefix.',
      error,
    )
  }
  if (words.has('INVALID_REPLICATION_FACTOR')) {
    return new TopicsNotReadyError(what, 'Set kafka.replication to at most the number of brokers.', error)
  }
  if (isOutOfRange(error)) {
    return new LogMismatchError(
      what,
      'The topic was made anew or cut off; see the positions in the store.',
      error,
    )
  }
  if (words.has('UNKNOWN_TOPIC_OR_PARTITION')) {
    return new LogUnavailableError(what, 'A topic is missing: run `smacktalk migrate`.', error)
  }
  if (words.has('KafkaJSConnectionClosedError') || root.message.includes('before secure TLS connection')) {
    return new LogUnavailableError(
      what,
      'Check that the brokers run, and whether that port wants TLS or a login (kafka.ssl, kafka.sasl).',
      error,
    )
  }
  if (has(PASSING) || has(NETWORK) || isPassing(root)) {
    return new LogUnavailableError(what, 'Check that the brokers run and can be reached from here.', error)
  }
  return isOfKafka(error) ? new LogRefusedError(what, 'Look at the brokers’ logs.', error) : error
}

/** kafkajs' own judgement of what happened first. */
function isPassing(root: Error): boolean {
  return root.name.startsWith('KafkaJS') && (root as Error & { retriable?: unknown }).retriable === true
}

function brokerOf(error: Error): string | null {
  const broker = (error as Error & { broker?: unknown }).broker
  return typeof broker === 'string' ? broker : null
}
