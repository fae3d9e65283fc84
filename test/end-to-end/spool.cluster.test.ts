/** A Kafka that goes away for longer than memory lasts: what is heard meanwhile waits on the ingestor's disk. */
import { openBackend } from '@smacktalk/backend'
import { MINUTE_MS, type SeriesAnswer, type StatusAnswer } from '@smacktalk/contract'
import type { LocalKafka } from '@smacktalk/local-cluster'
import { loadSettings, silentLogger, systemClock } from '@smacktalk/runtime'
import { decodeRecord } from '@smacktalk/wire'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { wholeLog } from '../faults/expected-rows.ts'
import { ownKafka } from '../kafka/own-kafka.ts'
import { clusterUnderTest } from '../support/cluster-under-test.ts'
import { NumberedChat } from '../support/numbered-chat.ts'
import { Random } from '../support/random.ts'
import { CHANNELS, expectAllCounted, listening } from '../support/role-chat.ts'
import type { RoleCluster, RoleProcess } from '../support/start-roles.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** Below it all of it may wait in memory. */
const IN_MEMORY_MAX = 10_000
const SLOW_MS = 90_000

let kafka: LocalKafka
beforeAll(async () => {
  kafka = await ownKafka(1)
})
afterAll(() => kafka?.[Symbol.asyncDispose]())

function loudChat(): Promise<NumberedChat> {
  return NumberedChat.start({
    channels: CHANNELS,
    random: new Random(1),
    messagesPerSecond: 1_000,
    // What a killed ingestor had in memory and not on its disk yet.
    againMs: 8_000,
  })
}

function rolesOf(
  server: NumberedChat,
  name: string,
  env: Readonly<Record<string, string>> = {},
): RoleCluster {
  const servers = { kafka: kafka.address, cassandra: clusterUnderTest().cassandra }
  return listening(server, { name, servers, direct: servers, env })
}

async function counting(roles: RoleCluster): Promise<{ ingestor: RoleProcess; gateway: RoleProcess }> {
  await roles.migrate()
  const [job, gateway, ingestor] = [
    roles.start('stream-job'),
    roles.start('gateway'),
    roles.start('ingestor'),
  ]
  await Promise.all([job, gateway, ingestor].map((role) => role.ready()))
  await gateway.waitFor('something is counted', async () => {
    const { account } = await gateway.ask<StatusAnswer>('/status')
    return account.messages > 500 || null
  })
  return { ingestor, gateway }
}

/** Numbers of the messages of a channel in the order in which the log has them first. */
async function numbersInLog(roles: RoleCluster): Promise<Map<string, number[]>> {
  using folder = temporaryFolder()
  const { settings } = loadSettings({ env: roles.env, cwd: folder.path })
  const options = { clock: systemClock, logger: silentLogger, directory: folder.path }
  await using backend = await openBackend(settings, { ...options, source: 'twitch', readOnly: true })
  const seen = new Set<string>()
  const numbers = new Map<string, number[]>(CHANNELS.map((channel) => [channel, []]))
  for (const { value } of (await wholeLog(backend.log)).flat()) {
    const record = decodeRecord(value)
    if (record.kind !== 'message' || seen.has(record.value.id)) continue
    seen.add(record.value.id)
    numbers.get(record.value.channelLogin)?.push(Number(record.value.id.split('-')[1]))
  }
  return numbers
}

test('a long outage through which the ingestor is killed and started again loses nothing and keeps the order', async () => {
  await kafka.start()
  await using server = await loudChat()
  await using roles = rolesOf(server, 'spool')
  const { ingestor, gateway } = await counting(roles)
  await kafka.kill()
  const spooled = await ingestor.waitFor(
    'more waits on the disk than memory takes',
    async () => {
      const records = await ingestor.metric('smacktalk_ingestor_spool_records')
      return records > IN_MEMORY_MAX ? records : null
    },
    SLOW_MS,
  )
  await gateway.waitFor('pages are told', async () => {
    const { troubles } = await gateway.ask<StatusAnswer>('/status')
    return troubles.some(({ part }) => part === 'log') || null
  })
  // Longer than a tick may be late: nobody may say that the ingestor is down, it hears.
  await gateway.waitFor(
    'pages say that what was heard is not counted yet',
    async () => {
      const { gaps } = await gateway.ask<SeriesAnswer>(`/channels/${CHANNELS[0]}/series`)
      return gaps.at(-1)?.cause === 'not counted yet' || null
    },
    SLOW_MS,
  )
  ingestor.process.kill('SIGKILL')
  await ingestor.ended

  // The log is still away: neither the list of channels nor the others of its group can be asked.
  const next = roles.start('ingestor')
  await next.waitFor('it hears the configured channels', () => server.heard || null, SLOW_MS)
  const left = await next.waitFor(
    'it spools what it hears behind what was left',
    async () => {
      const records = await next.metric('smacktalk_ingestor_spool_records')
      return records > spooled + 3_000 ? records : null
    },
    SLOW_MS,
  )
  expect((await next.obstacles()).join(' ')).toContain('Kafka')
  await kafka.start()
  await next.waitFor(
    'the spool is empty',
    async () => (await next.metric('smacktalk_ingestor_spool_records')) === 0 || null,
    SLOW_MS,
  )
  expect(await next.metric('smacktalk_ingestor_dropped')).toBe(0)
  await next.ready()
  await server.fallSilent()
  await expectAllCounted(gateway, server)

  const numbers = await numbersInLog(roles)
  expect([...numbers.values()].flat()).toHaveLength(server.messages)
  for (const [channel, inLog] of numbers) {
    expect(inLog, channel).toEqual([...inLog].sort((a, b) => a - b))
  }
  console.info(`${server.messages} messages, ${spooled} spooled before the kill, ${left} at the most`)
})

test('when the spool is full the oldest go, are counted, and are a gap with that cause', async () => {
  await kafka.start()
  await using server = await loudChat()
  await using roles = rolesOf(server, 'full', { SMACKTALK_SPOOL_BYTES: String(1024 * 1024) })
  const { ingestor, gateway } = await counting(roles)
  await kafka.kill()
  await ingestor.waitFor(
    'the oldest have gone',
    async () => (await ingestor.metric('smacktalk_ingestor_dropped')) > 5_000 || null,
    SLOW_MS,
  )
  const trouble = await gateway.waitFor('pages are told', async () => {
    const { troubles } = await gateway.ask<StatusAnswer>('/status')
    return troubles.find(({ part }) => part === 'log') ?? null
  })
  expect(trouble.severity).toBe('bad')
  await kafka.start()
  await ingestor.waitFor(
    'the spool is empty',
    async () => (await ingestor.metric('smacktalk_ingestor_spool_records')) === 0 || null,
    SLOW_MS,
  )
  await server.fallSilent()
  const dropped = await ingestor.metric('smacktalk_ingestor_dropped')
  await gateway.waitFor(
    'all the others are counted',
    async () => {
      const { account } = await gateway.ask<StatusAnswer>('/status')
      return account.messages + dropped === server.messages || null
    },
    SLOW_MS,
  )
  for (const channel of CHANNELS) {
    const minutes = server.minutesOf(channel)
    const [from, to] = [Math.min(...minutes.keys()), Math.max(...minutes.keys()) + MINUTE_MS]
    const { gaps, coverage, points } = await gateway.ask<SeriesAnswer>(
      `/channels/${channel}/series?from=${from}&to=${to}`,
    )
    const lost = gaps.filter(({ cause }) => cause === 'spool full')
    expect(lost.length, JSON.stringify(gaps)).toBeGreaterThan(0)
    expect(coverage).toBeLessThan(1)
    // A message more than a coverage record away from what went is there, and its time is covered.
    const counted = points.reduce((sum, point) => sum + (point.messages ?? 0), 0)
    expect(counted).toBeLessThan(server.messages)
  }
})
