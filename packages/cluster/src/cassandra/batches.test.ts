import type { StoredRow } from '@smacktalk/ports'
import { expect, test } from 'vitest'
import { BATCH_BYTES_MAX, BATCH_ROWS_MAX, batchesOf, ROW_BYTES_MAX } from './batches.ts'

const rowOf = (partition: string, row: string, writtenAt = 1, bytes = 1): StoredRow => ({
  table: 'minutes',
  partition,
  row,
  position: 1,
  writtenAt,
  value: new Uint8Array(bytes),
})

const shapesOf = (rows: readonly StoredRow[]): string[] =>
  batchesOf(rows).map(({ table, items }) => `${table} ${items[0]?.partition} ${items.length}`)

test('a batch is one table and one partition, with a largest number of rows', () => {
  const rows = Array.from({ length: 70 }, (_, index) => [
    rowOf('a', String(index)),
    rowOf('b', String(index)),
    { ...rowOf('a', String(index)), table: 'hours' as const },
  ]).flat()
  expect(BATCH_ROWS_MAX).toBe(64)
  expect(shapesOf(rows)).toEqual([
    'minutes a 64',
    'minutes a 6',
    'minutes b 64',
    'minutes b 6',
    'hours a 64',
    'hours a 6',
  ])
})

test('large rows make small batches, and a very large one goes alone', () => {
  const half = BATCH_BYTES_MAX / 2
  const rows = [half, half, 10, BATCH_BYTES_MAX * 3, 10].map((bytes, index) =>
    rowOf('a', String(index), 1, bytes),
  )
  expect(shapesOf(rows)).toEqual(['minutes a 1', 'minutes a 2', 'minutes a 1', 'minutes a 1'])
})

test('of a row that comes several times the newest is sent, once', () => {
  const rows = [3, 5, 4, 5].map((writtenAt) => rowOf('a', '1', writtenAt))
  expect(batchesOf(rows)).toMatchObject([{ items: [rows[1]] }])
})

test('two different values of one row and one timestamp are refused', () => {
  const other = { ...rowOf('a', '1'), value: new Uint8Array([9]) }
  expect(() => batchesOf([rowOf('a', '1'), other])).toThrow(/row "1" of minutes "a": two different values/)
  expect(() => batchesOf([rowOf('a', '1'), { ...rowOf('a', '1'), position: 2 }])).toThrow(
    /two different values/,
  )
})

test('a row larger than a mutation is refused by table, partition, row and size', () => {
  const large = rowOf('v1/77', '0001', 1, ROW_BYTES_MAX)
  expect(() => batchesOf([rowOf('a', '1'), large])).toThrow(
    /row "0001" of minutes "v1\/77" has 15728649 bytes/,
  )
  expect(() => batchesOf([large])).toThrow(expect.objectContaining({ retriable: false }))
})

test('keys that Cassandra does not take are refused', () => {
  expect(() => batchesOf([rowOf('', '1')])).toThrow(/must not be empty/)
  expect(() => batchesOf([rowOf('ü'.repeat(40_000), '1')])).toThrow(/a key of more than 65535 bytes/)
  expect(() => batchesOf([rowOf('a'.repeat(65_535), '1')])).not.toThrow()
})

test('a delete has no value and may come twice', () => {
  const removed = { table: 'minutes' as const, partition: 'a', row: '1', writtenAt: 1 }
  expect(batchesOf([removed, removed])).toMatchObject([{ items: [removed], bytes: 2 }])
})

test('nothing makes no batch', () => {
  expect(batchesOf([])).toEqual([])
})
