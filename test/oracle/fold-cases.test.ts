/** Small logs on which the fold and the count by hand have differed, or easily could. */
import type { AnyRecord } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { compareWithOracle } from './compare-with-oracle.ts'
import { clearChat, countOf, deletion, logOf, message, notice, OPTIONS, settings } from './hand-written.ts'

const compare = (...records: readonly AnyRecord[]) => compareWithOracle(logOf(...records), OPTIONS)

test('a favourite emote has its uses, and its messages beside', async () => {
  await compare(message(0, 'a', { emotes: '25:0-0,1-1' }), message(1, 'b', { emotes: '25:0-0' }))
})

test('months beyond nine digits are as if absent', async () => {
  await compare(notice(0, 'a', 'resub', { months: 1_000_000_000 }))
})

test('badges are those of the newest message, also when a newer ban was heard before it', async () => {
  await compare(clearChat(1), message(0, 'a', { badges: 'vip/1', displayName: '' }))
})

test('a display name is that of the newest message, whatever a ban or deletion calls its user', async () => {
  await compare(clearChat(1), message(0, 'a'))
  await compare(message(0, 'a'), clearChat(1), deletion(2, 'a'))
  await compare(message(0, 'a'), clearChat(1, { targetLogin: 'renamed' }))
  await compare(
    message(0, 'a'),
    deletion(1, 'a', { login: 'renamed' }),
    message(2, 'b', { login: 'renamed' }),
  )
})

test("a message without a login takes nobody's name away", async () => {
  await compare(message(0, 'a'), message(1, 'b', { login: '' }))
})

test('a variation selector hides no address and no name', async () => {
  for (const text of ['www\ufe0f.otter_', 'ftp:\ufe0f//otter', '\ufe0f@heron', 'den\ufe0f.example']) {
    await compare(message(0, 'a', { text }))
  }
})

test('a text is remembered for 30 s beyond the limit of the spool', async () => {
  const { spoolMs } = OPTIONS
  const log = logOf(
    [0, message(0, 'a', { text: 'otter' })],
    [spoolMs + 10_000, message(20_000, 'b', { text: 'otter' })],
  )
  const [day] = countOf(log).topsOfDays.values()
  expect(day?.words.get('otter')?.count).toBe(1)
  await compareWithOracle(log, OPTIONS)
})

test('nobody who opted out is in a list, by id or login', async () => {
  await compare(
    settings({ optOut: ['9', 'otter'] }),
    message(0, 'a', { text: '@otter @Otter @9 river' }),
    message(0, 'b', { userId: '10', login: 'otter' }),
    notice(0, 'c', 'subgift', { userId: '100', login: 'heron', recipientId: '9', recipientLogin: 'lark' }),
    clearChat(0),
    deletion(0, 'a', { login: null }),
    deletion(1, 'b', { login: 'otter' }),
  )
})
