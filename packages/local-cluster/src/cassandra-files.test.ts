import { expect, test } from 'vitest'
import { cassandraArguments, cassandraYaml } from './cassandra-files.ts'

const ports = { client: 9042, storage: 7000, jmx: 7199 }

test('a node listens on the loopback address, on its own ports', () => {
  const yaml = cassandraYaml({ directory: 'data', ports, commitLogSync: 'batch' })
  expect(yaml).toContain('\nnative_transport_port: 9042\n')
  expect(yaml).toContain('\nstorage_port: 7000\n')
  expect(yaml).toContain('- seeds: "127.0.0.1:7000"\n')
  expect(yaml).toContain('\nlisten_address: 127.0.0.1\n')
  expect(yaml).toContain('\nrpc_address: 127.0.0.1\n')
})

test('a folder with odd signs in its name is quoted', () => {
  const yaml = cassandraYaml({ directory: 'a: "b" #c', ports, commitLogSync: 'batch' })
  expect(yaml).toContain('\ncommitlog_directory: "a: \\"b\\" #c/commitlog"\n')
})

test('a period stands in the file only when the commit log is synced periodically', () => {
  const yaml = (commitLogSync: 'batch' | 'periodic'): string =>
    cassandraYaml({ directory: 'data', ports, commitLogSync })
  expect(yaml('batch')).toContain('\ncommitlog_sync: batch\nauto_snapshot')
  expect(yaml('periodic')).toContain('\ncommitlog_sync: periodic\ncommitlog_sync_period: 10s\nauto_snapshot')
})

test('the command line opens the doors of the JDK that a node needs', () => {
  const words = cassandraArguments({
    jars: 'jars',
    directory: '/a folder',
    heapMegabytes: 512,
    jmxPort: 7199,
  })
  expect(words).toEqual(
    expect.arrayContaining([
      '-Xmx512m',
      '-javaagent:jars/jamm-0.4.0.jar',
      '-Dcassandra.config=file:///a%20folder/cassandra.yaml',
      '-Dcassandra.jmx.local.port=7199',
      '--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED',
      '--add-opens=java.management/sun.management=ALL-UNNAMED',
    ]),
  )
  expect(words.at(-1)).toBe('org.apache.cassandra.service.CassandraDaemon')
})
