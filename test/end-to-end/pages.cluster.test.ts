/** The pages over a real cluster: two groups of ingestors and two stream jobs behind one gateway. */
import { MINUTE_MS, type PipelineAnswer, type UserAnswer } from '@smacktalk/contract'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { openBrowserIfAny } from '../support/browser.ts'
import { type Agreement, chartAgrees } from '../support/chart-agreement.ts'
import { eventually } from '../support/eventually.ts'
import { NumberedChat, roomIdOf } from '../support/numbered-chat.ts'
import { Random } from '../support/random.ts'
import { type RoleProcess, roleCluster } from '../support/start-roles.ts'
import { privmsg } from '../support/twitch-lines.ts'
import { figureOf, numberIn, openPage } from '../support/watched-page.ts'

const CHANNELS = ['first_den', 'second_den', 'third_den', 'fourth_den', 'fifth_den', 'sixth_den']
const DEN = CHANNELS[0]!
const GROUPS = ['ingest-a', 'ingest-b']
/** Full minutes that have messages before the page is opened, and messages of the person in each of them. */
const PAST_MINUTES = 8
const A_MINUTE = 5
/** Roles, two servers and a browser share the cores with other tests. */
const SLOW_MS = 60_000

const opened = await openBrowserIfAny()

test.skipIf(opened === null)('every page tells over the cluster what its API tells', async () => {
  if (opened === null) return
  await using browser = opened
  await using server = await NumberedChat.start({
    channels: CHANNELS,
    random: new Random(7),
    messagesPerSecond: 60,
    againMs: 5_000,
  })
  await using roles = roleCluster({
    name: 'pages',
    env: { SMACKTALK_TWITCH_URL: server.url, SMACKTALK_CHANNELS: CHANNELS.join(',') },
  })
  await roles.migrate()
  const gateway = roles.start('gateway')
  const others = [
    ...[1, 2].map(() => roles.start('stream-job')),
    ...GROUPS.map((group) =>
      roles.start('ingestor', { SMACKTALK_INGEST_GROUP: group, SMACKTALK_DATA_DIR: group }),
    ),
  ]
  await Promise.all([gateway, ...others].map((role) => role.ready()))
  await gateway.waitFor(
    'both groups hear every channel',
    () => CHANNELS.every((channel) => server.listeners(channel) === GROUPS.length) || null,
  )
  sayThePast(server)

  await using shown = await openPage(browser.browser, { width: 1_440, height: 900 })
  const { page } = shown
  const address = await gateway.address()
  const agrees = (path: string, part: Pick<Agreement, 'channel' | 'step'>): Promise<void> =>
    page.goto(address + path).then(() => {
      return chartAgrees({ shown, ask: gateway.ask, stepsMin: PAST_MINUTES, ...part })
    })
  await agrees('/', { channel: null, step: 'second' })
  await agrees('/?range=1h', { channel: null, step: 'minute' })
  await agrees(`/channels/${DEN}`, { channel: DEN, step: 'second' })
  await agrees(`/channels/${DEN}?range=1h`, { channel: DEN, step: 'minute' })

  await page.goto(`${address}/pipeline`)
  await page.getByRole('heading', { name: 'Pipeline', level: 1 }).waitFor()
  await showsThePipeline(page, gateway)

  await page.keyboard.press('/')
  await page.keyboard.type('early_bird')
  await page.getByRole('option', { name: /early_bird/ }).click()
  await page.getByRole('heading', { name: 'early_bird', level: 1 }).waitFor()
  const { id, totals } = await gateway.ask<UserAnswer>('/users/early_bird')
  expect(page.url()).toContain(`/user/id:${id}`)
  // Heard by both groups, counted once.
  expect(totals.messages).toBe(PAST_MINUTES * A_MINUTE)
  await eventually('the page tells the same', async () => {
    return numberIn(await figureOf(page, 'Messages').textContent()) === totals.messages
  })
  expect(shown.problems).toEqual([])
})

/** Ingestors with their groups; and of each channel the path through its partition to the job that owns it. */
async function showsThePipeline(page: Page, gateway: RoleProcess): Promise<void> {
  const { partitions, jobs } = await gateway.waitFor(
    'both jobs own partitions with channels',
    async () => {
      const answer = await gateway.ask<PipelineAnswer>('/pipeline')
      const running = answer.instances.filter(({ role }) => role === 'stream-job').sort(byStart)
      const used = answer.partitions.filter(({ channels }) => channels.length > 0)
      const owners = new Set(used.map(({ owner }) => owner))
      return owners.size === 2 && !owners.has(null) ? { partitions: used, jobs: running } : null
    },
    SLOW_MS,
  )
  for (const { owner, partition } of partitions) {
    expect(jobs.find(({ id }) => id === owner)?.partitions).toContain(partition)
  }
  const box = (title: string) => page.locator('.flow-drawing .flow-box').filter({ hasText: title })
  for (const [index, group] of GROUPS.entries()) {
    await box(`Ingestor ${index + 1}`)
      .getByText(/^ingest-/)
      .waitFor()
    await box(group).getByText(`${CHANNELS.length} of ${CHANNELS.length}`).waitFor()
  }
  for (const { partition, channels, owner } of partitions) {
    const row = page.getByRole('row').filter({ hasText: channels[0]!.name })
    expect(numberIn(await row.getByRole('cell').first().textContent())).toBe(partition)
    await row.hover()
    await eventually(`P${partition} is drawn to its owner only`, async () => {
      const lit = await Promise.all(
        jobs.map(
          async (_, index) => !/\bdim\b/.test((await box(`Job ${index + 1}`).getAttribute('class')) ?? ''),
        ),
      )
      return lit.every((isLit, index) => isLit === (jobs[index]!.id === owner))
    })
  }
}

const byStart = (a: { started: string; id: string }, b: { started: string; id: string }): number =>
  a.started < b.started ? -1 : a.started > b.started ? 1 : a.id < b.id ? -1 : 1

/** Messages in each of the last full minutes; they come late but in time. */
function sayThePast(server: NumberedChat): void {
  const minute = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS
  const person = { channel: DEN, roomId: roomIdOf(DEN), userId: '4001', login: 'early_bird', text: 'earlier' }
  for (let ago = PAST_MINUTES; ago > 0; ago--) {
    for (let number = 0; number < A_MINUTE; number++) {
      const sentAt = minute - ago * MINUTE_MS + number * 1_000
      server.hand(DEN, privmsg({ ...person, id: `past-${ago}-${number}`, sentAt }))
    }
  }
}
