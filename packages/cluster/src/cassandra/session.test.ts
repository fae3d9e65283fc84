/** Several nodes, as a stub of the protocol tells of them. Those of another data center are known and never asked. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { ManualClock } from '../../../../test/conformance/manual-clock.ts'
import { Session } from './session.ts'
import { type Peer, ProtocolStub } from './testing/protocol-stub.ts'

const PEERS: readonly Peer[] = [
  { address: 12, dataCenter: 'dc2', schemaVersion: 1 },
  { address: 11, dataCenter: 'dc2', schemaVersion: 1 },
]

async function opened(peers: readonly Peer[]) {
  const stub = await ProtocolStub.start()
  onTestFinished(() => stub[Symbol.asyncDispose]())
  stub.peers = peers
  const clock = new ManualClock()
  const session = await Session.open({
    settings: {
      contactPoints: [stub.address],
      localDataCenter: 'dc1',
      keyspace: 'smacktalk',
      replication: { class: 'SimpleStrategy', factor: 1 },
      consistency: 'localQuorum',
      username: null,
      password: null,
      tls: null,
    },
    clock,
    logger: { debug() {}, info() {}, warn() {}, error() {} },
  })
  onTestFinished(() => session[Symbol.asyncDispose]())
  return { stub, session, clock }
}

/** Time goes on while something waits for it. */
async function passing<T>(clock: ManualClock, work: Promise<T>): Promise<T> {
  const ended = work.then(
    () => true,
    () => true,
  )
  while ((await Promise.race([ended, sleep(5)])) !== true) clock.advance(1_000)
  return work
}

test('nodes that others tell of have the port of the contact points', async () => {
  const { stub, session } = await opened(PEERS)
  const port = stub.address.split(':')[1]
  expect(session.nodes()).toEqual([
    { address: `127.0.0.11:${port}`, dataCenter: 'dc2', version: '5.0.8', up: true },
    { address: `127.0.0.12:${port}`, dataCenter: 'dc2', version: '5.0.8', up: true },
    { address: stub.address, dataCenter: 'dc1', version: '5.0.8', up: true },
  ])
})

test('a change of the schema is done when all nodes agree, also when it changed nothing', async () => {
  const { stub, session, clock } = await opened(PEERS)
  stub.peers = PEERS.map((peer) => ({ ...peer, schemaVersion: 2 }))
  let done = false
  const changing = session.changeSchema('CREATE TABLE IF NOT EXISTS a (b int PRIMARY KEY)').then(() => {
    done = true
  })
  await sleep(100)
  expect(done).toBe(false)
  stub.schemaVersion = 2
  await passing(clock, changing)
})

test('nodes that never agree are a failure with words', async () => {
  const { stub, session, clock } = await opened(PEERS)
  stub.peers = PEERS.map((peer) => ({ ...peer, schemaVersion: peer.address }))
  await expect(passing(clock, session.agreeOnSchema())).rejects.toMatchObject({
    name: 'StoreUnavailableError',
    message: expect.stringContaining('did not agree on the schema within 30 s'),
    hint: expect.stringContaining('nodetool'),
  })
})
