import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Database } from './database.ts'
import {
  TRANSACTION_BYTES_MAX,
  TRANSACTION_ROWS_MAX,
  transactionSlices,
  WAITING_BYTES_MAX,
  WriteQueue,
  type WriteUnit,
} from './write-queue.ts'

function openQueue() {
  const database = new Database(':memory:', 0)
  database.exec('CREATE TABLE written (name TEXT NOT NULL) STRICT')
  const insert = database.prepare('INSERT INTO written VALUES (?)')
  const select = database.prepare('SELECT name FROM written ORDER BY rowid')
  const ends: string[] = []
  const queue = new WriteQueue(database, {
    kept: () => ends.push('kept'),
    dropped: () => ends.push('dropped'),
    failure: (error) => error,
    refused: (message) => new Error(`refused: it ${message}`),
  })
  const unit = (name: string, rows = 1, bytes = rows): WriteUnit => ({
    rows,
    bytes,
    run: () => insert.run(name),
  })
  const failing = (message: string): WriteUnit => ({
    rows: 1,
    bytes: 1,
    run() {
      throw new Error(message)
    },
  })
  return { queue, ends, unit, failing, written: () => select.all().map(([name]) => name) }
}

test('all calls of one turn share a transaction, in their order', async () => {
  const { queue, ends, unit, written } = openQueue()
  await Promise.all(['a', 'b', 'c'].map((name) => queue.write([unit(name)])))
  expect(ends).toEqual(['kept'])
  expect(written()).toEqual(['a', 'b', 'c'])
})

test('a call larger than a transaction is written in several, and others get a turn in between', async () => {
  const { queue, ends, unit, written } = openQueue()
  let turns = 0
  let writing = true
  const counting = (async () => {
    while (writing) {
      await nextTurn()
      turns++
    }
  })()
  await queue.write(['a', 'b', 'c', 'd'].map((name) => unit(name, TRANSACTION_ROWS_MAX / 2)))
  writing = false
  await counting
  expect(ends).toEqual(['kept', 'kept'])
  expect(turns).toBeGreaterThanOrEqual(2)
  expect(written()).toEqual(['a', 'b', 'c', 'd'])
})

test('a unit larger than a transaction still goes into one, alone', async () => {
  const { queue, ends, unit, written } = openQueue()
  const calls = [[unit('small')], [unit('large', TRANSACTION_ROWS_MAX * 3)], [unit('next')]]
  await Promise.all(calls.map((units) => queue.write(units)))
  expect(ends).toEqual(['kept', 'kept', 'kept'])
  expect(written()).toEqual(['small', 'large', 'next'])
})

test('a failure drops the whole transaction and tells every call in it; the next call is written', async () => {
  const { queue, ends, unit, failing, written } = openQueue()
  const calls = [queue.write([unit('a')]), queue.write([failing('broken')]), queue.write([unit('b')])]
  const results = await Promise.allSettled(calls)
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(ends).toEqual(['dropped'])
  expect(written()).toEqual([])
  await queue.write([unit('c')])
  expect(written()).toEqual(['c'])
})

test('of a call that fails in a later transaction the rest is not written', async () => {
  const { queue, unit, failing, written } = openQueue()
  const half = TRANSACTION_ROWS_MAX / 2
  const call = queue.write([unit('a', half), unit('b', half), failing('broken'), unit('c')])
  await expect(call).rejects.toThrow('broken')
  await queue.write([unit('d')])
  expect(written()).toEqual(['a', 'b', 'd'])
})

test('what waits is bounded: a call beyond it is refused, and room comes back with the writing', async () => {
  const { queue, unit, written } = openQueue()
  const first = queue.write([unit('a', 1, WAITING_BYTES_MAX)])
  await expect(queue.write([unit('b')])).rejects.toThrow('refused')
  await first
  await queue.write([unit('c')])
  expect(written()).toEqual(['a', 'c'])
})

test('room comes back after a failure too', async () => {
  const { queue, unit, failing } = openQueue()
  const first = queue.write([failing('broken'), unit('a', 1, WAITING_BYTES_MAX)])
  await expect(first).rejects.toThrow('broken')
  await queue.write([unit('b')])
})

test('closing writes what waits, and refuses what comes after', async () => {
  const { queue, unit, written } = openQueue()
  const waiting = queue.write([unit('a', TRANSACTION_ROWS_MAX), unit('b', TRANSACTION_ROWS_MAX)])
  queue.close()
  expect(written()).toEqual(['a', 'b'])
  await waiting
  await expect(queue.write([unit('c')])).rejects.toThrow('closed')
})

test('slices end at the rows and at the bytes of a transaction, and keep every item in order', () => {
  const many = Array.from({ length: TRANSACTION_ROWS_MAX * 2 + 1 }, (_, index) => index)
  const byRows = transactionSlices(many, () => 1)
  expect(byRows.map(({ items }) => items.length)).toEqual([TRANSACTION_ROWS_MAX, TRANSACTION_ROWS_MAX, 1])
  expect(byRows.flatMap(({ items }) => items)).toEqual(many)
  const byBytes = transactionSlices(['a', 'b', 'c'], () => TRANSACTION_BYTES_MAX)
  expect(byBytes.map(({ items }) => items)).toEqual([['a'], ['b'], ['c']])
  expect(transactionSlices([], () => 1)).toEqual([])
})
