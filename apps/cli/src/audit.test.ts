import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { AUDITS_PARTITION } from '@smacktalk/contract'
import { openEmbedded } from '@smacktalk/embedded'
import { systemClock } from '@smacktalk/runtime'
import { decodeFeed, decodeRow, encodeRow } from '@smacktalk/wire'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { type ProgramSurroundings, startProgram } from './testing/program.ts'
import { quietImport } from './testing/quiet-import.ts'
import { worldLines } from './testing/world-lines.ts'

const SEED = Number(process.env['SMACKTALK_TEST_SEED'] ?? 1)

function folder(): string {
  const temporary = temporaryFolder()
  onTestFinished(() => temporary[Symbol.dispose]())
  return temporary.path
}

async function ended(args: readonly string[], surroundings: ProgramSurroundings) {
  const program = startProgram(['audit', ...args], surroundings)
  const code = await program.ended()
  return { code, printed: program.printed(), answered: program.answered() }
}

/** A folder to start in, with the data of an imported world. */
async function imported(): Promise<{ cwd: string; data: string }> {
  const cwd = folder()
  const path = join(cwd, 'chat.irc')
  writeFileSync(path, worldLines({ seed: SEED, seconds: 100 }).join('\n'))
  const data = join(cwd, 'data')
  await quietImport(data, [path])
  return { cwd, data }
}

/** Adds messages of bots to the first row of a table; returns the channel's id. */
function tamper(data: string, table: 'minutes' | 'hours' | 'days', messages: number): string {
  const database = new DatabaseSync(join(data, 'twitch', 'smacktalk.db'))
  const row = database.prepare(`SELECT partition, row, value FROM row_${table} LIMIT 1`).get()
  if (row === undefined || !(row['value'] instanceof Uint8Array)) throw new Error('there is no row')
  const span = decodeRow('span', row['value'])
  const value = encodeRow('span', {
    ...span,
    messages: span.messages.with(1, (span.messages[1] ?? 0) + messages),
  })
  const partition = String(row['partition'])
  database
    .prepare(`UPDATE row_${table} SET value = ? WHERE partition = ? AND row = ?`)
    .run(value, partition, String(row['row']))
  database.close()
  return partition.split('/')[1] ?? ''
}

test(`an imported world is found equal, and the result is kept (seed ${SEED})`, async () => {
  const { cwd, data } = await imported()
  const run = await ended([], { cwd })
  expect(run.code, run.printed).toBe(0)
  expect(run.answered).toMatch(/^minutes +\d{2,} +0 +0$/m)
  expect(run.answered).toMatch(/^totals of channels +6 +0 +0$/m)
  expect(run.answered).toMatch(/ records of 5 channels recounted, from 2024-01-08T00:00Z to /)
  expect(run.answered).toMatch(/\nno differences\n$/)

  await using embedded = await openEmbedded({
    directory: join(data, 'twitch'),
    clock: systemClock,
    logRetentionMs: 86_400_000,
    rowRetentionDays: 400,
  })
  const [row] = await embedded.store.load('audits', AUDITS_PARTITION)
  if (row === undefined) throw new Error('the audit was not kept')
  expect(decodeFeed('audit', row.value)).toMatchObject({ channels: 5, differences: 0 })
})

test(`a row that was changed in the data is found and told (seed ${SEED})`, async () => {
  const { cwd, data } = await imported()
  for (const table of ['minutes', 'hours', 'days'] as const) {
    const channelId = tamper(data, table, 1)
    const run = await ended([], { cwd })
    tamper(data, table, -1)
    expect(run.code, run.printed).toBe(1)
    expect(run.answered).toMatch(
      new RegExp(
        `^\\w+ \\(${channelId}\\), ${table.slice(0, -1)} 2024-01-\\d\\dT[\\d:]+Z, ` +
          'messages \\(bots\\): the log says \\d+, the rows say \\d+$',
        'm',
      ),
    )
    expect(run.answered).toMatch(/\ndifferences 1\n$/)
    expect(run.printed).toContain('The rows differ from the log in 1 number.')
  }
})

test('a channel alone is compared by its name or its id', async () => {
  const { cwd, data } = await imported()
  const channelId = tamper(data, 'days', 1)
  const byId = await ended(['--channel', `id:${channelId}`], { cwd })
  expect(byId.code, byId.printed).toBe(1)
  expect(byId.answered).toContain(' records of 1 channel recounted')
  const [login = ''] = /^\w+(?= \()/m.exec(byId.answered) ?? []
  expect((await ended(['--channel', login], { cwd })).answered).toBe(byId.answered)
})

test('where nothing was counted there is nothing to compare', async () => {
  const run = await ended([], { cwd: folder() })
  expect(run).toMatchObject({ code: 0, answered: expect.stringMatching(/\nnothing to compare\n$/) })
})

test('a channel that nobody counted, and data in use, are refused with code 2', async () => {
  const { cwd, data } = await imported()
  const unknown = await ended(['--channel', 'nobody_knows_it'], { cwd })
  expect(unknown).toMatchObject({ code: 2, answered: '' })
  expect(unknown.printed).toContain('No channel "nobody_knows_it" has been counted here.')
  await using _held = await openEmbedded({
    directory: join(data, 'twitch'),
    clock: systemClock,
    logRetentionMs: 86_400_000,
    rowRetentionDays: 400,
  })
  const refused = await ended([], { cwd })
  expect(refused).toMatchObject({ code: 2, answered: '' })
  expect(refused.printed).toMatch(/is in use by the process \d+/)
})
