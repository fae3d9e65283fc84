import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { createJoinBudget, JOIN_WINDOW_MS, JOINS_PER_WINDOW } from './join-budget.ts'
import { createJoinFile } from './join-memory.ts'

function setUp(warned: string[] = []) {
  const folder = temporaryFolder()
  onTestFinished(() => folder[Symbol.dispose]())
  const path = join(folder.path, 'twitch', 'joins.json')
  const log = { debug() {}, info() {}, warn: (_fields: object, text: string) => void warned.push(text) }
  /** A process that begins. */
  const budget = (of = 'wss://chat anonymous') =>
    createJoinBudget(undefined, undefined, 1, createJoinFile({ path, of, log }))
  return { path, budget }
}

function taken(budget: { take(now: number): boolean }, now: number): number {
  let count = 0
  while (budget.take(now)) count++
  return count
}

it('leaves a process that begins at once what the one before it has not used', () => {
  const { budget } = setUp()
  const first = budget()
  for (let join = 0; join < 12; join++) expect(first.take(1_000 + join)).toBe(true)
  expect(taken(budget(), 3_000)).toBe(6)
  expect(taken(budget(), 4_000)).toBe(0)
  expect(taken(budget(), 3_000 + JOIN_WINDOW_MS)).toBeGreaterThan(0)
})

it('gives all of it to the first process, and to one that begins later', () => {
  const { budget } = setUp()
  expect(taken(budget(), 0)).toBe(JOINS_PER_WINDOW)
  expect(taken(budget(), 60_000)).toBe(JOINS_PER_WINDOW)
})

it('counts an account and a server for themselves', () => {
  const { budget } = setUp()
  expect(taken(budget(), 0)).toBe(JOINS_PER_WINDOW)
  expect(taken(budget('wss://chat somebody'), 1)).toBe(JOINS_PER_WINDOW)
})

it('goes on without memory when the file says anything else or cannot be written, and says so once', () => {
  const warned: string[] = []
  const { path, budget } = setUp(warned)
  expect(taken(budget(), 0)).toBe(JOINS_PER_WINDOW)
  for (const said of ['', '{', '[]', 'null', '{"of":"wss://chat anonymous","at":["x",null]}']) {
    writeFileSync(path, said)
    expect(taken(budget(), 1)).toBe(JOINS_PER_WINDOW)
  }
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ of: 'wss://chat anonymous' })
  warned.length = 0
  mkdirSync(`${path}.new`)
  const budgetNow = budget()
  expect(taken(budgetNow, 60_000)).toBe(JOINS_PER_WINDOW)
  expect(warned).toEqual(['JOINs are not remembered beyond a restart'])
})
