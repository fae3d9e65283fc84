import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SCHEMAS_PARTITION } from '@smacktalk/contract'
import { DataLockedError } from '@smacktalk/ports'
import { loadSettings, silentLogger, systemClock } from '@smacktalk/runtime'
import { allSchemas } from '@smacktalk/wire'
import { expect, onTestFinished, test } from 'vitest'
import { openBackend } from './backend.ts'

const SETTINGS = loadSettings({ env: {}, cwd: tmpdir() }).settings

function open(directory: string) {
  return openBackend(SETTINGS, { clock: systemClock, logger: silentLogger, directory })
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'smacktalk-backend-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

test('opening registers every schema of this build, once', async () => {
  const directory = join(folder(), 'deep', 'data')
  for (let time = 0; time < 2; time++) {
    await using backend = await open(directory)
    const rows = await backend.store.load('schemas', SCHEMAS_PARTITION)
    const stored = rows.map(({ row, value }) => ({ fingerprint: row, json: new TextDecoder().decode(value) }))
    const byFingerprint = new Map(allSchemas().map((schema) => [schema.fingerprint, schema]))
    expect(new Map(stored.map((schema) => [schema.fingerprint, schema]))).toEqual(byFingerprint)
    expect(stored).toHaveLength(byFingerprint.size)
  }
})

test('data that is open already is refused, and free again after disposal', async () => {
  const directory = folder()
  {
    await using _first = await open(directory)
    await expect(open(directory)).rejects.toThrow(DataLockedError)
  }
  await using again = await open(directory)
  expect(again.kind).toBe('embedded')
})
