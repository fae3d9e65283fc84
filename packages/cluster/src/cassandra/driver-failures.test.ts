import { StoreUnavailableError } from '@smacktalk/ports'
import { errors } from 'cassandra-driver'
import { describe, expect, test } from 'vitest'
import { storeFailure } from './driver-failures.ts'

const HOST = '10.0.0.1:9042'
const responded = (code: number, message = 'words of the node'): Error =>
  Object.assign(new errors.ResponseError(code, message), { coordinator: HOST })
const nobody = (inner: Record<string, unknown>): Error => new errors.NoHostAvailableError(inner)

describe('passes', () => {
  test.each([
    ['too few replicas', responded(0x1000)],
    ['overload', responded(0x1001)],
    ['a node that starts', responded(0x1002)],
    ['a write timeout', responded(0x1100)],
    ['a read timeout', responded(0x1200)],
    ['a failed read', responded(0x1300)],
    ['a failed write', responded(0x1500)],
    [
      'users that cannot be read',
      Object.assign(
        new errors.AuthenticationError('Unable to perform authentication: Cannot achieve QUORUM'),
        {
          coordinator: HOST,
        },
      ),
    ],
    ['silence', new errors.OperationTimedOutError('did not reply', HOST)],
    ['too many requests on a connection', new errors.BusyConnectionError(HOST, 2_048, 1)],
    [
      'a broken connection',
      Object.assign(new Error(`Socket was closed`), { isSocketError: true, coordinator: HOST }),
    ],
    [
      'a refused connection',
      nobody({ [HOST]: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }) }),
    ],
    ['a node known to be down', nobody({ [HOST]: 'Host considered as DOWN' })],
    ['a timeout of all nodes', nobody({ [HOST]: new errors.OperationTimedOutError('did not reply', HOST) })],
    ['a name that is not known yet', new errors.NoHostAvailableError({}, 'No host could be resolved')],
  ])('%s, with the node and a hint', (_what, error) => {
    const failure = storeFailure(error, HOST)
    expect(failure).toBeInstanceOf(StoreUnavailableError)
    expect(failure).toMatchObject({ retriable: true, cause: error, message: expect.stringContaining(HOST) })
    expect(failure).toMatchObject({ hint: expect.stringMatching(/\w+.*\.$/) })
  })
})

describe('is final', () => {
  test.each([
    ['bad syntax', responded(0x2000), 'StoreRefusedError', /refuse this again/],
    ['missing rights', responded(0x2100), 'StoreRefusedError', /Grant/],
    ['what is invalid', responded(0x2200), 'StoreRefusedError', /refuse this again/],
    ['a wrong configuration', responded(0x2300), 'StoreRefusedError', /refuse this again/],
    ['an error of the server nobody knows', responded(0x7fff), 'StoreRefusedError', /log of the node/],
    [
      'a wrong password',
      new errors.AuthenticationError('bad credentials'),
      'StoreRefusedError',
      /cassandra.password/,
    ],
    [
      'a wrong password at every node',
      nobody({ [HOST]: new errors.AuthenticationError('x') }),
      'StoreRefusedError',
      /username/,
    ],
    [
      'a table that is not there',
      responded(0x2200, 'unconfigured table minutes'),
      'StoreSchemaError',
      /migrate/,
    ],
    [
      'forbidden timestamps',
      responded(
        0x2200,
        'Guardrail user_timestamps violated: User provided timestamps (USING TIMESTAMP) is not allowed',
      ),
      'StoreRefusedError',
      /user_timestamps_enabled/,
    ],
    [
      'another data center',
      nobody({ [HOST]: new errors.ArgumentError("localDataCenter was configured as 'x'") }),
      'StoreRefusedError',
      /localDataCenter/,
    ],
    [
      'a certificate that is not trusted',
      nobody({ [HOST]: Object.assign(new Error('self-signed'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }) }),
      'StoreRefusedError',
      /cassandra.tls/,
    ],
  ])('%s', (_what, error, name, hint) => {
    expect(storeFailure(error, HOST)).toMatchObject({
      name,
      retriable: false,
      hint: expect.stringMatching(hint),
    })
  })
})

test('what is no failure of Cassandra comes back as it is', () => {
  const mistakes = [new TypeError('Not a valid blob'), new StoreUnavailableError('a', 'b'), 'text', undefined]
  for (const mistake of mistakes) expect(storeFailure(mistake, HOST)).toBe(mistake)
})
