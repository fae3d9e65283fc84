/**
 * Translates failures of the driver into the errors that the store promises. It knows them by name, code and flags,
 * so that the driver is imported in one place only.
 */
import { PipelineError, StoreUnavailableError } from '@smacktalk/ports'
import { StoreRefusedError, StoreSchemaError } from './errors.ts'

const GOES_ON = 'Check that Cassandra runs and can be reached; work goes on by itself when it answers.'
const OVERLOADED =
  'Cassandra has more work than it manages; work goes on by itself. If it stays so, add nodes.'

/** Answers of a node, by the codes of the native protocol v4, section 9. */
const RETRIABLE_ANSWERS: Readonly<Record<number, string>> = {
  0: GOES_ON, // server error: what a node says while it stops, among others
  4096: 'Too few replicas are up: start the lost nodes. Work goes on by itself.', // unavailable
  4097: OVERLOADED,
  4098: GOES_ON, // bootstrapping
  4099: GOES_ON, // truncation failed
  4352: OVERLOADED, // write timeout
  4608: OVERLOADED, // read timeout
  4864: 'A replica failed to read: its log says why.', // read failure
  5376: 'A replica failed to write: its log says why.', // write failure
  5888: OVERLOADED, // outcome of a lightweight transaction unknown
}
const BAD_CREDENTIALS = 256
const UNAUTHORIZED = 8448
const INVALID = 8704

interface Failure {
  readonly name: string
  readonly message: string
  readonly code: unknown
  /** The node that was asked, or those that could have been. */
  readonly host: string
  /** Why each node failed, when all did. */
  readonly inner: readonly (readonly [host: string, cause: unknown])[] | null
  readonly isSocketError: boolean
}

/**
 * The store's view of a failure; what is no failure of Cassandra comes back as it is. `place` are the nodes that
 * the settings name, for failures that name none.
 */
export function storeFailure(error: unknown, place: string): unknown {
  if (!(error instanceof Error) || error instanceof PipelineError) return error
  const failure = failureOf(error, place)
  if (failure.inner !== null) return noHost(failure.inner, place, error)
  return answer(failure, error) ?? silence(failure, error) ?? door(failure, error) ?? error
}

function noHost(inner: NonNullable<Failure['inner']>, place: string, error: Error): PipelineError {
  const causes = inner.map(([host, cause]) => ({ host, cause: storeFailure(cause, host) }))
  // One refusal would be one by all: they share the settings. But a node that is away may still answer otherwise.
  const refused = causes.find(({ cause }) => cause instanceof PipelineError && !cause.retriable)
  if (refused?.cause instanceof PipelineError) return refused.cause
  const told = causes.map(({ host, cause }) => `${host}: ${messageOf(cause)}`)
  const where = told.length === 0 ? place : told.join('; ')
  return new StoreUnavailableError(`No node of Cassandra answers (${where})`, GOES_ON, error)
}

/** What a node said. */
function answer(failure: Failure, error: Error): PipelineError | null {
  // Users and rights are rows of Cassandra too, and their replicas may be away.
  if (/unable to perform auth/i.test(failure.message)) {
    return new StoreUnavailableError(
      `Cassandra at ${failure.host} cannot check who we are (${failure.message})`,
      'Too few replicas of system_auth are up: start the lost nodes. Work goes on by itself.',
      error,
    )
  }
  if (failure.name === 'AuthenticationError' || failure.code === BAD_CREDENTIALS) {
    return new StoreRefusedError(
      `Cassandra at ${failure.host} does not let us in (${failure.message})`,
      'Check cassandra.username and cassandra.password.',
      error,
    )
  }
  if (failure.name !== 'ResponseError' || typeof failure.code !== 'number') return null
  const hint = RETRIABLE_ANSWERS[failure.code]
  if (hint !== undefined) {
    return new StoreUnavailableError(
      `Cassandra at ${failure.host} could not do it (${failure.message})`,
      hint,
      error,
    )
  }
  if (
    failure.code === INVALID &&
    /unconfigured table|(table|keyspace) \S+ does not exist/i.test(failure.message)
  ) {
    return new StoreSchemaError(
      `Cassandra lacks a table (${failure.message})`,
      'Run `smacktalk migrate`.',
      error,
    )
  }
  return new StoreRefusedError(
    `Cassandra at ${failure.host} refused (${failure.message})`,
    refusalHint(failure),
    error,
  )
}

function refusalHint({ code, message }: Failure): string {
  if (/timestamp/i.test(message) && /guardrail|not allowed|disabled/i.test(message)) {
    return 'Rows are ordered by timestamps of the log: set user_timestamps_enabled: true in cassandra.yaml.'
  }
  if (code === UNAUTHORIZED)
    return 'Grant the user SELECT and MODIFY on the keyspace, for migrate CREATE and ALTER too.'
  return 'It will refuse this again: see the message, and the log of the node.'
}

/** No answer at all: the request may or may not have been done. */
function silence(failure: Failure, error: Error): PipelineError | null {
  const { name, message } = failure
  const lost =
    failure.isSocketError ||
    ['NoHostAvailableError', 'OperationTimedOutError'].includes(name) ||
    /^(Connection timeout|Connection closed|No connection available|Socket was closed)/.test(message) ||
    (typeof failure.code === 'string' && /^(E[A-Z]+|EAI_[A-Z]+)$/.test(failure.code))
  if (lost)
    return new StoreUnavailableError(
      `Cassandra at ${failure.host} does not answer (${message})`,
      GOES_ON,
      error,
    )
  if (name !== 'BusyConnectionError') return null
  return new StoreUnavailableError(`Cassandra at ${failure.host} is busy (${message})`, OVERLOADED, error)
}

/** A cluster that is not the one of the settings. */
function door(failure: Failure, error: Error): PipelineError | null {
  const { code, message, name } = failure
  if (name === 'ArgumentError' && message.includes('localDataCenter')) {
    return new StoreRefusedError(
      `Cassandra has no such data center (${message})`,
      'Set cassandra.localDataCenter to one of those named.',
      error,
    )
  }
  if (typeof code === 'string' && /CERT|SELF_SIGNED|^ERR_(TLS|SSL|OSSL)|UNABLE_TO/.test(code)) {
    return new StoreRefusedError(
      `The certificate of Cassandra at ${failure.host} is not trusted (${message})`,
      'Check cassandra.tls: its ca must have signed the certificates of the nodes, and they must name the addresses.',
      error,
    )
  }
  return null
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

function failureOf(error: Error, place: string): Failure {
  const facts: Readonly<Record<string, unknown>> = Object.fromEntries(Object.entries(error))
  const host = facts['coordinator'] ?? facts['host']
  const inner = facts['innerErrors']
  return {
    name: error.name,
    message: error.message,
    code: facts['code'],
    host: typeof host === 'string' ? host : place,
    inner: typeof inner === 'object' && inner !== null ? Object.entries(inner) : null,
    isSocketError: facts['isSocketError'] === true,
  }
}
