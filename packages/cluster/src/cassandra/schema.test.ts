import { TABLES } from '@smacktalk/contract'
import { describe, expect, test } from 'vitest'
import { createKeyspace, createTable, hasOptions, lowestVersion, versionOf, wantedOptions } from './schema.ts'
import { parseReplication } from './settings.ts'

const DAY_S = 86_400

describe('versions', () => {
  test.each([
    ['5.0.8', [5, 0]],
    ['4.1.10-SNAPSHOT', [4, 1]],
    ['3.11.6', [3, 11]],
  ])('%s', (text, version) => {
    expect(versionOf(text)).toEqual(version)
  })

  test('the oldest node decides', () => {
    expect(lowestVersion(['5.0.8', '4.1.10', '4.0.3'])).toEqual([4, 0])
  })
})

describe('retention', () => {
  test('is the setting, a number of seconds, or for ever', () => {
    expect(wantedOptions('minutes', 400, [5, 0]).ttlS).toBe(400 * DAY_S)
    expect(wantedOptions('instances', 400, [5, 0]).ttlS).toBe(30)
    expect(wantedOptions('clocks', 400, [5, 0]).ttlS).toBe(0)
  })

  test('is never more than Cassandra takes', () => {
    expect(wantedOptions('minutes', 100_000, [5, 0]).ttlS).toBe(630_720_000)
  })
})

describe('compaction', () => {
  test('is unified from 5.0 on', () => {
    for (const table of TABLES) {
      expect(wantedOptions(table, 400, [5, 0]).compaction).toEqual({ class: 'UnifiedCompactionStrategy' })
    }
  })

  test.each([
    [400, 'DAYS', 16],
    [30, 'DAYS', 2],
    [7, 'HOURS', 7],
    [1, 'HOURS', 1],
  ])('has 20 to 30 windows per retention before: %i days', (days, unit, size) => {
    expect(wantedOptions('minutes', days, [4, 1]).compaction).toEqual({
      class: 'TimeWindowCompactionStrategy',
      compaction_window_unit: unit,
      compaction_window_size: String(size),
    })
    expect((days * 24) / (unit === 'DAYS' ? size * 24 : size)).toBeGreaterThanOrEqual(15)
  })

  test('is by levels where rows are overwritten for ever', () => {
    for (const table of ['recents', 'clocks', 'checkpoints', 'channel_states'] as const) {
      expect(wantedOptions(table, 400, [3, 11]).compaction).toEqual({ class: 'LeveledCompactionStrategy' })
    }
  })

  test('is recognised with its package, and options of an operator are left alone', () => {
    const wanted = wantedOptions('minutes', 400, [4, 1])
    const found = {
      ...wanted,
      compaction: {
        ...wanted.compaction,
        class: 'org.apache.cassandra.db.compaction.TimeWindowCompactionStrategy',
        max_threshold: '32',
      },
    }
    expect(hasOptions(found, wanted)).toBe(true)
    expect(hasOptions({ ...found, ttlS: 1 }, wanted)).toBe(false)
    expect(hasOptions(found, wantedOptions('minutes', 30, [4, 1]))).toBe(false)
  })
})

describe('CQL', () => {
  test('holds nothing that 3.11 lacks', () => {
    for (const table of TABLES) {
      const text = createTable('smacktalk', table, wantedOptions(table, 400, [3, 11]))
      expect(text).toMatch(/^CREATE TABLE IF NOT EXISTS smacktalk\.\w+ \(/)
      expect(text).not.toMatch(/Unified|read_repair|chance|COMPACT STORAGE|counter/i)
    }
  })

  test('names the replication of the settings', () => {
    expect(createKeyspace('k', parseReplication('3')!)).toContain(
      "replication = {'class': 'SimpleStrategy', 'replication_factor': '3'}",
    )
    expect(createKeyspace('k', parseReplication('dc1:3,dc2:2')!)).toContain(
      "{'class': 'NetworkTopologyStrategy', 'dc1': '3', 'dc2': '2'}",
    )
  })
})
