import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SettingsError } from '@smacktalk/ports'
import { loadSettings } from '@smacktalk/runtime'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { clusterPlaces } from './cluster-places.ts'

function settings(env: Record<string, string> = {}) {
  const folder = temporaryFolder()
  onTestFinished(() => folder[Symbol.dispose]())
  return loadSettings({ cwd: folder.path, env }).settings
}

test('the defaults are a cluster on this machine, without log-in and TLS', () => {
  expect(clusterPlaces(settings(), 'twitch')).toEqual({
    kafka: {
      brokers: ['127.0.0.1:9092'],
      ssl: null,
      sasl: null,
      topicPrefix: 'smacktalk.',
      partitions: 64,
      replication: 1,
      sessionTimeoutMs: 6_000,
    },
    cassandra: {
      contactPoints: ['127.0.0.1:9042'],
      localDataCenter: 'datacenter1',
      keyspace: 'smacktalk',
      replication: { class: 'SimpleStrategy', factor: 1 },
      consistency: 'localQuorum',
      username: null,
      password: null,
      tls: null,
    },
  })
})

test('the demo world has topics and a keyspace of its own', () => {
  const { kafka, cassandra } = clusterPlaces(settings(), 'demo')
  expect(kafka.topicPrefix).toBe('smacktalk.demo.')
  expect(cassandra.keyspace).toBe('smacktalk_demo')
})

test('certificates are read from their files, accounts and replication from their texts', () => {
  using folder = temporaryFolder()
  const ca = join(folder.path, 'ca.pem')
  writeFileSync(ca, 'the certificate')
  const { kafka, cassandra } = clusterPlaces(
    settings({
      SMACKTALK_KAFKA_SSL: 'true',
      SMACKTALK_KAFKA_SSL_CA_FILE: ca,
      SMACKTALK_KAFKA_SASL: 'scram-sha-512',
      SMACKTALK_KAFKA_USERNAME: 'app',
      SMACKTALK_KAFKA_PASSWORD: 'secret',
      SMACKTALK_CASSANDRA_TLS: 'true',
      SMACKTALK_CASSANDRA_REPLICATION: 'east:3,west:2',
    }),
    'twitch',
  )
  expect(kafka.ssl).toEqual({ ca: 'the certificate' })
  expect(kafka.sasl).toEqual({ mechanism: 'scram-sha-512', username: 'app', password: 'secret' })
  expect(cassandra.tls).toEqual({ ca: null })
  expect(cassandra.replication).toEqual({
    class: 'NetworkTopologyStrategy',
    dataCenters: { east: 3, west: 2 },
  })
})

test('a certificate that cannot be read is told with the setting that names it', () => {
  const named = settings({ SMACKTALK_CASSANDRA_TLS: '1', SMACKTALK_CASSANDRA_TLS_CA_FILE: 'nowhere.pem' })
  expect(() => clusterPlaces(named, 'twitch')).toThrow(SettingsError)
  expect(() => clusterPlaces(named, 'twitch')).toThrow(/cassandra\.tlsCaFile names nowhere\.pem/)
})
