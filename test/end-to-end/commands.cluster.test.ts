import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ChannelsAnswer, SeriesAnswer, StatusAnswer } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { worldLines } from '../../apps/cli/src/testing/world-lines.ts'
import { CHANNELS, chat, listening } from '../support/role-chat.ts'
import { type RoleCluster, roleCluster } from '../support/start-roles.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const SEED = 1

async function ran(roles: RoleCluster, words: readonly string[]) {
  await using program = roles.command(words)
  const { code } = await program.ended
  return { code, printed: program.printed(), context: program.context() }
}

test(`an import goes through the jobs that run, an audit finds no difference, an export gives the rows (seed ${SEED})`, async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'chat.irc')
  writeFileSync(path, worldLines({ seed: SEED, seconds: 120 }).join('\n'))
  // Nobody is heard: the address is that of nobody.
  const env = { SMACKTALK_TWITCH_URL: 'ws://127.0.0.1:1', SMACKTALK_CHANNELS: '' }
  await using roles = roleCluster({ name: 'import', env })
  await roles.migrate()
  roles.start('stream-job')
  const gateway = roles.start('gateway')

  const imported = await ran(roles, ['import', path])
  expect(imported.code, imported.context).toBe(0)
  const [, messages = ''] = /messages (\d+), events \d+, duplicates \d+/.exec(imported.printed) ?? []
  expect(Number(messages)).toBeGreaterThan(1_000)
  const { account } = await gateway.ask<StatusAnswer>('/status')
  expect(account.messages).toBe(Number(messages))
  const again = await ran(roles, ['import', path])
  expect(again.printed).toContain('nothing was added')

  const audit = await ran(roles, ['audit'])
  expect(audit.code, audit.context).toBe(0)
  expect(audit.printed).toContain('no differences')
  expect(audit.printed).toMatch(/minutes +[1-9]/)

  const query = 'from=2024-01-08T21:50Z&to=2024-01-08T21:53Z'
  const { channels } = await gateway.ask<ChannelsAnswer>('/channels')
  const points = []
  for (const { id, name } of channels) {
    const answer = await gateway.ask<SeriesAnswer>(`/channels/${name}/series?${query}`)
    points.push(
      ...answer.points.map((point) => ({ source: 'twitch', channelId: id, channel: name, ...point })),
    )
  }
  const range = ['--from', '2024-01-08T21:50Z', '--to', '2024-01-08T21:53Z', '--format', 'ndjson']
  const output = join(folder.path, 'minutes.ndjson')
  const exported = await ran(roles, ['export', 'minutes', ...range, '--output', output])
  expect(exported.code, exported.context).toBe(0)
  const rows = readFileSync(output, 'utf8').trim().split('\n')
  expect(rows.map((row) => JSON.parse(row))).toEqual(points)
  expect(points).toHaveLength(3 * channels.length)
})

test('an import without a stream job waits, and says what for', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'chat.irc')
  writeFileSync(path, worldLines({ seed: SEED, seconds: 10 }).join('\n'))
  await using roles = roleCluster({ name: 'wait', env: { SMACKTALK_CHANNELS: '' } })
  await roles.migrate()
  await using importing = roles.command(['import', path])
  await importing.waitFor('it says so', () => /does a stream job run/.exec(importing.printed()))
  roles.start('stream-job')
  expect(await importing.ended, importing.context()).toEqual({ code: 0, signal: null })
})

test('an audit and a doctor look at a cluster at work', async () => {
  await using server = await chat()
  await using roles = listening(server, { name: 'work' })
  const before = await ran(roles, ['doctor'])
  expect(before.code).toBe(1)
  expect(before.printed).toMatch(/FAIL +topics .*migrate/)
  await roles.migrate()
  const [ingestor, job, gateway] = [
    roles.start('ingestor'),
    roles.start('stream-job'),
    roles.start('gateway'),
  ]
  await Promise.all([ingestor, job, gateway].map((role) => role.ready()))
  await gateway.waitFor('something is stored', async () => {
    const { account } = await gateway.ask<StatusAnswer>('/status')
    return account.messages > 100 || null
  })
  const audit = await ran(roles, ['audit'])
  expect(audit.code, audit.context).toBe(0)

  const well = await ran(roles, ['doctor'])
  expect(well.code, well.context).toBe(0)
  for (const role of ['ingestor', 'stream-job', 'gateway']) {
    expect(well.printed).toMatch(new RegExp(`ok +instance +${role}-\\S+ runs`))
  }
  expect(well.printed).toMatch(/ok +hops +Last moved: (log|views)/)

  await job.stop()
  const { totals } = await gateway.ask<SeriesAnswer>(`/channels/${CHANNELS[0]}/series`)
  expect(totals['messages']).toBeGreaterThan(0)
  const unwell = await ran(roles, ['doctor'])
  expect(unwell.code).toBe(1)
  expect(unwell.printed).toMatch(/FAIL +rows .*no stream job runs.*smacktalk stream-job/)
})
