import { describe, expect, test } from 'vitest'
import {
  type CassandraSettings,
  checkedContactPoints,
  parseReplication,
  replicationText,
} from './settings.ts'

const SETTINGS: CassandraSettings = {
  contactPoints: ['localhost'],
  localDataCenter: 'datacenter1',
  keyspace: 'smacktalk',
  replication: { class: 'SimpleStrategy', factor: 1 },
  consistency: 'localQuorum',
  username: null,
  password: null,
  tls: null,
}

describe('replication', () => {
  test('a number is one strategy, names of data centers are the other', () => {
    expect(parseReplication('1')).toEqual({ class: 'SimpleStrategy', factor: 1 })
    expect(parseReplication('dc1:3, dc-2.east:2')).toEqual({
      class: 'NetworkTopologyStrategy',
      dataCenters: { dc1: 3, 'dc-2.east': 2 },
    })
  })

  test.each([
    '',
    '0',
    '-1',
    '1.5',
    '99',
    'dc1',
    'dc1:',
    'dc1:0',
    ':3',
    'dc1:3,',
    'dc1:3,dc1:2',
    "d'c:1",
    'a:1:2',
  ])('%j is none', (text) => {
    expect(parseReplication(text)).toBeNull()
  })

  test.each(['3', 'dc1:3', 'dc1:3,dc2:2'])('%s is written as it was read', (text) => {
    const replication = parseReplication(text)
    expect(replication === null ? null : replicationText(replication)).toBe(text)
  })
})

describe('contact points', () => {
  test.each([
    [['a'], ['a'], 9042],
    [['a:1', 'b.c:1'], ['a', 'b.c'], 1],
    [['::1'], ['::1'], 9042],
    [['[fe80::1]:19042'], ['fe80::1'], 19_042],
  ])('%j are hosts of one port', (contactPoints, hosts, port) => {
    expect(checkedContactPoints({ ...SETTINGS, contactPoints })).toEqual({ hosts, port })
  })

  test('every problem is named at once', () => {
    const wrong = {
      ...SETTINGS,
      contactPoints: ['a b', 'c:0'],
      keyspace: 'Drop',
      localDataCenter: '',
      username: 'u',
    }
    expect(() => checkedContactPoints(wrong)).toThrow(
      /"a b" is no host.*"c:0" is no host.*"Drop".*data center.*only one is given/,
    )
    expect(() => checkedContactPoints({ ...SETTINGS, contactPoints: [] })).toThrow(/no contact point/)
    expect(() => checkedContactPoints({ ...SETTINGS, contactPoints: ['a:1', 'b:2'] })).toThrow(
      /the same port/,
    )
  })

  test('no problem shows the password', () => {
    const wrong = { ...SETTINGS, keyspace: '', username: 'u', password: 'hush' }
    expect(() => checkedContactPoints(wrong)).toThrow(expect.not.stringContaining('hush'))
  })
})
