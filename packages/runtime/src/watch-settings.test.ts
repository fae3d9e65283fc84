import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { loadSettings } from './load-settings.ts'
import { type SettingsChange, watchSettings } from './watch-settings.ts'

function watched(content: object) {
  const cwd = mkdtempSync(join(tmpdir(), 'smacktalk-watch-'))
  const file = join(cwd, 'smacktalk.config.json')
  writeFileSync(file, JSON.stringify(content))
  const options = { cwd, env: {} }
  const changes: SettingsChange[] = []
  const refusals: string[] = []
  const watch = watchSettings(options, loadSettings(options), {
    changed: (change) => changes.push(change),
    refused: (reason) => refusals.push(reason),
  })
  onTestFinished(() => {
    watch[Symbol.dispose]()
    rmSync(cwd, { recursive: true })
  })
  return { file, changes, refusals }
}

test('a written file arrives by itself, with what changed', async () => {
  const { file, changes } = watched({ channels: ['alpha'] })
  writeFileSync(file, JSON.stringify({ channels: ['alpha', 'beta'], horizonMs: 60_000 }))
  await vi.waitUntil(() => changes.length > 0, { timeout: 30_000, interval: 10 })
  const [first] = changes
  expect(first?.settings.channels.map(({ name }) => name)).toEqual(['alpha', 'beta'])
  expect(first?.changed).toEqual(['channels', 'horizonMs'])
  expect(first?.afterRestart).toEqual(['horizonMs'])
})

test('a file that is replaced, as editors do, is seen again and again', async () => {
  const { file, changes } = watched({ channels: [] })
  for (const name of ['alpha', 'beta', 'gamma']) {
    writeFileSync(`${file}.new`, JSON.stringify({ channels: [name] }))
    renameSync(`${file}.new`, file)
    await vi.waitUntil(() => changes.at(-1)?.settings.channels[0]?.name === name, { timeout: 30_000 })
  }
  expect(changes).toHaveLength(3)
})

test('an unusable file is reported once and changes nothing; a mended one applies', async () => {
  const { file, changes, refusals } = watched({ channels: ['alpha'] })
  writeFileSync(file, '{ "channels": [')
  await vi.waitUntil(() => refusals.length > 0, { timeout: 30_000 })
  expect(refusals[0]).toContain('is not valid JSON')
  expect(refusals[0]).toContain('stay as they are')
  expect(changes).toEqual([])
  writeFileSync(file, '{ "channels": [')
  // Longer than an event, the quiet after it and the second read take together.
  await setTimeout(600)
  writeFileSync(file, JSON.stringify({ channels: ['beta'] }))
  await vi.waitUntil(() => changes.length > 0, { timeout: 30_000 })
  expect(refusals).toHaveLength(1)
})

test('a file that is gone leaves the settings in force', async () => {
  const { file, changes, refusals } = watched({ channels: ['alpha'] })
  rmSync(file)
  await vi.waitUntil(() => refusals.length > 0, { timeout: 30_000 })
  expect(refusals[0]).toContain('is gone')
  expect(changes).toEqual([])
})
