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
  const changes: { change: SettingsChange; at: number }[] = []
  const refusals: string[] = []
  const watch = watchSettings(options, loadSettings(options), {
    changed: (change) => changes.push({ change, at: performance.now() }),
    refused: (reason) => refusals.push(reason),
  })
  onTestFinished(() => {
    watch[Symbol.dispose]()
    rmSync(cwd, { recursive: true })
  })
  return { file, changes, refusals }
}

test('a written file arrives within a second, with what changed', async () => {
  const { file, changes } = watched({ channels: ['alpha'] })
  const writtenAt = performance.now()
  writeFileSync(file, JSON.stringify({ channels: ['alpha', 'beta'], horizonMs: 60_000 }))
  await vi.waitUntil(() => changes.length > 0, { timeout: 30_000, interval: 10 })
  const [first] = changes
  expect(first?.change.settings.channels.map(({ name }) => name)).toEqual(['alpha', 'beta'])
  expect(first?.change.changed).toEqual(['channels', 'horizonMs'])
  expect(first?.change.afterRestart).toEqual(['horizonMs'])
  expect((first?.at ?? Number.POSITIVE_INFINITY) - writtenAt).toBeLessThan(1_000)
})

test('a file that is replaced, as editors do, is seen again and again', async () => {
  const { file, changes } = watched({ channels: [] })
  for (const name of ['alpha', 'beta', 'gamma']) {
    writeFileSync(`${file}.new`, JSON.stringify({ channels: [name] }))
    renameSync(`${file}.new`, file)
    const replacedAt = performance.now()
    await vi.waitUntil(() => changes.at(-1)?.change.settings.channels[0]?.name === name, { timeout: 30_000 })
    expect((changes.at(-1)?.at ?? Number.POSITIVE_INFINITY) - replacedAt).toBeLessThan(1_000)
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
