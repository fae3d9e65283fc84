import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { runCql } from './cassandra-probe.ts'
import { startCassandra } from './start-cassandra.ts'

test('a killed or stopped node comes back on its port with everything it has acknowledged', async () => {
  const folder = temporaryFolder()
  onTestFinished(() => folder[Symbol.dispose]())
  const server = await startCassandra({ directory: folder.path })
  onTestFinished(() => server[Symbol.asyncDispose]())
  const port = Number(server.address.split(':')[1])
  const cql = (statement: string): Promise<Buffer> => runCql('127.0.0.1', port, statement)

  await cql("CREATE KEYSPACE kept WITH replication = {'class': 'NetworkTopologyStrategy', 'datacenter1': 1}")
  await cql('CREATE TABLE kept.words (word text PRIMARY KEY)')
  await cql("INSERT INTO kept.words (word) VALUES ('before-the-kill')")
  await server.kill()
  await expect(cql('SELECT word FROM kept.words')).rejects.toThrow('ECONNREFUSED')

  await server.start()
  expect(String(await cql('SELECT word FROM kept.words'))).toContain('before-the-kill')
  await cql("INSERT INTO kept.words (word) VALUES ('before-the-stop')")
  await server.stop()

  await server.start()
  const words = String(await cql('SELECT word FROM kept.words'))
  expect(words).toContain('before-the-kill')
  expect(words).toContain('before-the-stop')

  server.pause()
  await expect(cql('SELECT word FROM kept.words')).rejects.toThrow('no answer within')
  server.resume()
  expect(String(await cql('SELECT word FROM kept.words'))).toContain('before-the-stop')
})
