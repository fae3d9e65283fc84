/** An import that ended after any number of its records goes on as if it had never ended. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openEmbedded } from '@smacktalk/embedded'
import { createSettingsBook, inspectFile, lookThrough, runOf } from '@smacktalk/ingestor'
import type { OutgoingRecord } from '@smacktalk/ports'
import { loadSettings, systemClock } from '@smacktalk/runtime'
import { decodeRecord } from '@smacktalk/wire'
import { expect, test } from 'vitest'
import { importFiles } from '../../apps/cli/src/import-files.ts'
import { NamedScope } from '../../apps/cli/src/named-scope.ts'
import { storedRows } from '../../apps/cli/src/testing/stored-rows.ts'
import { LineEncoder } from '../../apps/ingestor/src/line-encoder.ts'
import { RunWriter } from '../../apps/ingestor/src/run-writer.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const AT = Date.UTC(2024, 0, 8, 12)

const message = (index: number, room: number) =>
  `@id=m${index};room-id=${room};user-id=5;tmi-sent-ts=${AT + index * 700} :x!x@x PRIVMSG #room${room} :hello`

/** Several channels, one met late; lines without a channel, with one by name alone, and ignored ones. */
const LINES = [
  'PING :x',
  message(1, 11),
  '~~~ no irc',
  message(2, 22),
  message(3, 11),
  message(2, 22),
  `@tmi-sent-ts=${AT + 4_000} :tmi.twitch.tv CLEARCHAT #room11 :x`,
  message(5, 33),
  '',
  message(6, 33).replace('id=m6;', ''),
  message(7, 22),
]

const open = (dataDir: string) =>
  openEmbedded({
    directory: join(dataDir, 'twitch'),
    clock: systemClock,
    logRetentionMs: 86_400_000,
    rowRetentionDays: 400,
  })

const settingsIn = (dataDir: string) =>
  loadSettings({
    env: {},
    cwd: dataDir,
    config: undefined,
    overrides: { dataDir, source: 'twitch' },
  })

async function imported(dataDir: string, path: string) {
  await using scope = new NamedScope()
  const terminal = { say: () => undefined }
  const { signal } = new AbortController()
  return await importFiles({ loaded: settingsIn(dataDir), paths: [path], scope, terminal, signal })
}

/** What an import appends for the lines, before what ends it. */
async function recordsOf(path: string, dataDir: string): Promise<readonly OutgoingRecord[]> {
  const file = await inspectFile(path)
  if (file === null) throw new Error('the file is none')
  const content = await lookThrough(file, new AbortController().signal, () => undefined)
  const encoder = new LineEncoder({ run: runOf([content]), ingestorId: 'import' })
  const writer = new RunWriter(createSettingsBook(settingsIn(dataDir).settings))
  for (const line of LINES) {
    const encoded = encoder.take(line, AT)
    if (encoded !== null) writer.add(encoded)
  }
  return writer.takeBatch()
}

/** The log without what depends on the time of day. */
async function logIn(dataDir: string): Promise<string[]> {
  await using embedded = await open(dataDir)
  const { log } = embedded
  const records: string[] = []
  for (let partition = 0; partition < log.partitions; partition++) {
    const { low, end } = await log.extent('chat', partition)
    for await (const batch of log.read('chat', partition, low, end)) {
      for (const { offset, value } of batch) {
        const record = decodeRecord(value)
        records.push(`${partition} ${offset} ${JSON.stringify({ ...record.value, receivedAt: 0 })}`)
      }
    }
  }
  return records
}

test('wherever it ended, log and rows become the same', { timeout: 60_000 }, async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'chat.irc')
  writeFileSync(path, LINES.join('\n'))
  using whole = temporaryFolder()
  const outcome = await imported(whole.path, path)
  const log = await logIn(whole.path)
  const records = await recordsOf(path, whole.path)
  expect(records.length).toBe(3 + 9)
  expect(log.length).toBe(records.length + 2 * 3)

  for (let count = 0; count <= records.length; count++) {
    using data = temporaryFolder()
    {
      await using embedded = await open(data.path)
      if (count > 0) await embedded.log.append('chat', records.slice(0, count))
    }
    const { account, ignored, lines } = await imported(data.path, path)
    expect({ account, ignored, lines }, `${count} records`).toEqual({
      account: outcome.account,
      ignored: outcome.ignored,
      lines: LINES.length,
    })
    expect(await logIn(data.path), `${count} records`).toEqual(log)
    expect(storedRows(data.path), `${count} records`).toEqual(storedRows(whole.path))
  }
})
