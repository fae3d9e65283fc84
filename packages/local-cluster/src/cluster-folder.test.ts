import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { claimFolder } from './cluster-folder.ts'
import { ClusterFolderError } from './errors.ts'

function folder(): string {
  const made = temporaryFolder()
  onTestFinished(() => made[Symbol.dispose]())
  return join(made.path, 'cluster')
}

const wanted = (directory: string, more: { brokers?: 1 | 3; fresh?: boolean } = {}) => ({
  directory,
  brokers: 1 as const,
  fresh: false,
  ...more,
})

/** A process that is certainly there and is not this one. */
const OTHER_PROCESS = 1

test('a folder is made, taken, given back with its data, and taken again', async () => {
  const directory = folder()
  const first = await claimFolder(wanted(directory))
  mkdirSync(join(directory, 'kafka-1'))
  await first[Symbol.asyncDispose]()
  expect(readdirSync(directory).sort()).toEqual(['cluster.json', 'kafka-1'])
  await using _second = await claimFolder(wanted(directory))
  expect(existsSync(join(directory, 'kafka-1'))).toBe(true)
})

test('a folder that a living process has is refused, and stays as it is', async () => {
  const directory = folder()
  await (await claimFolder(wanted(directory)))[Symbol.asyncDispose]()
  mkdirSync(join(directory, 'kafka-1'))
  writeFileSync(join(directory, 'running.pid'), `${OTHER_PROCESS}\n`)
  for (const fresh of [false, true]) {
    await expect(claimFolder(wanted(directory, { fresh }))).rejects.toThrow(
      `runs already (process ${OTHER_PROCESS})`,
    )
  }
  expect(readdirSync(directory).sort()).toEqual(['cluster.json', 'kafka-1', 'running.pid'])
})

test('what a killed process left behind does not stand in the way', async () => {
  const directory = folder()
  await (await claimFolder(wanted(directory)))[Symbol.asyncDispose]()
  for (const left of ['999999999\n', '', 'no number']) {
    writeFileSync(join(directory, 'running.pid'), left)
    await using claim = await claimFolder(wanted(directory))
    expect(claim).toBeDefined()
  }
})

test('data of another number of brokers is refused, unless it may be deleted', async () => {
  const directory = folder()
  await (await claimFolder(wanted(directory, { brokers: 3 })))[Symbol.asyncDispose]()
  mkdirSync(join(directory, 'kafka-3'))
  const failure = await claimFolder(wanted(directory)).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(ClusterFolderError)
  expect(String(failure)).toContain('data of 3 Kafka brokers, and 1 are wanted')
  expect(existsSync(join(directory, 'running.pid')), 'a refusal takes nothing').toBe(false)

  await using _claim = await claimFolder(wanted(directory, { fresh: true }))
  expect(readdirSync(directory).sort()).toEqual(['cluster.json', 'running.pid'])
})

test('a folder with something else in it is never touched', async () => {
  const directory = folder()
  mkdirSync(directory)
  writeFileSync(join(directory, 'precious.txt'), 'kept')
  await expect(claimFolder(wanted(directory, { fresh: true }))).rejects.toThrow('something else')
  expect(readdirSync(directory)).toEqual(['precious.txt'])
})
