import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import {
  type Account,
  clocksPartition,
  coveragePartition,
  IMPORTS_PARTITION,
  LINE_CHARACTERS_MAX,
  LIVE_RUN,
  LOG_PARTITIONS,
  MINUTE_MS,
} from '@smacktalk/contract'
import { openEmbedded } from '@smacktalk/embedded'
import { createSettingsBook } from '@smacktalk/ingestor'
import { silentLogger, systemClock } from '@smacktalk/runtime'
import { DEFAULT_FOLD_SETTINGS } from '@smacktalk/stream'
import { startStreamJob } from '@smacktalk/stream-job'
import { createLineReader } from '@smacktalk/twitch'
import { openWantedChannels } from '@smacktalk/wanted-channels'
import { decodeFeed, decodeRow, encodeRecord } from '@smacktalk/wire'
import { describe, expect, it, onTestFinished } from 'vitest'
import { sharedFile } from '../../../test/support/shared-data.ts'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { quietImport } from './testing/quiet-import.ts'
import { loggedRecords, storedRows } from './testing/stored-rows.ts'
import { WORLD_START_MS, worldLines } from './testing/world-lines.ts'

const SEED = Number(process.env['SMACKTALK_TEST_SEED'] ?? 1)

function folder(): string {
  const temporary = temporaryFolder()
  onTestFinished(() => temporary[Symbol.dispose]())
  return temporary.path
}

function file(content: string | Uint8Array, name = 'chat.irc'): string {
  const path = join(folder(), name)
  writeFileSync(path, content)
  return path
}

const openData = (dataDir: string) =>
  openEmbedded({
    directory: join(dataDir, 'twitch'),
    clock: systemClock,
    logRetentionMs: 86_400_000,
    rowRetentionDays: 400,
  })

const message = (id: string, sentAt: number, room = '11', text = 'hello') =>
  `@id=${id};room-id=${room};user-id=5;tmi-sent-ts=${sentAt} :x!x@x PRIVMSG #room${room} :${text}`

function sum({ messages, events, duplicates, late, dropped }: Account): number {
  return messages + events + duplicates + late + dropped.reduce((total, { count }) => total + count, 0)
}

const capture = sharedFile('twitch-irc/captures/busy-channel-48min.irc')

describe.skipIf(capture === null)('the recording of a busy channel', () => {
  it('is imported once: a second time adds nothing and says so', async () => {
    const data = folder()
    const first = await quietImport(data, [capture ?? ''])
    expect(first.account).toEqual({ messages: 1941, events: 59, duplicates: 0, late: 0, dropped: [] })
    expect(first).toMatchObject({ already: false, ignored: 0, lines: 2_000, channels: 1 })
    const rows = storedRows(data)
    const records = loggedRecords(data)

    const second = await quietImport(data, [capture ?? ''])
    expect(second.account).toEqual({ messages: 0, events: 0, duplicates: 0, late: 0, dropped: [] })
    expect(second).toMatchObject({ already: true, run: first.run })
    expect(storedRows(data)).toEqual(rows)
    expect(loggedRecords(data)).toBe(records)
  })
})

describe('an import', () => {
  it(`counts every line once, tells what it covers, and lists its channels as paused (seed ${SEED})`, async () => {
    const data = folder()
    const lines = worldLines({ seed: SEED, seconds: 120 })
    const { account, ignored, run, channels } = await quietImport(data, [file(`${lines.join('\n')}\n`)])
    expect(sum(account) + ignored).toBe(lines.length)
    expect(account.duplicates).toBeGreaterThan(10)
    expect(account.dropped.length).toBeGreaterThan(2)
    expect(channels).toBe(5)

    await using embedded = await openData(data)
    const clocks = await clocksOf(embedded, run)
    expect(clocks).toHaveLength(5)
    for (const { channelId, clock } of clocks) {
      const [row] = await embedded.store.load('coverage', coveragePartition(channelId, WORLD_START_MS))
      if (row === undefined) throw new Error('there is no coverage')
      const { importedStarts, importedEnds, starts } = decodeRow('coverage', row.value)
      const day = Number(row.row)
      expect(importedStarts.map((at) => at + day)).toEqual([clock.oldest])
      expect(importedEnds.map((at) => at + day)).toEqual([(clock.newest ?? 0) + 1])
      expect(starts).toEqual([])
      expect(clock.sightings).toEqual([])
    }
    const [progress] = await embedded.store.load('imports', IMPORTS_PARTITION)
    if (progress === undefined) throw new Error('there is no row of the import')
    expect(decodeFeed('importProgress', progress.value)).toMatchObject({
      run,
      files: ['chat.irc'],
      state: 'finished',
      line: lines.length,
      ignored,
      account,
    })
    const stopping = new AbortController()
    const wanted = await openWantedChannels({
      log: embedded.log,
      clock: systemClock,
      signal: stopping.signal,
    })
    expect(wanted.all()).toEqual([])
    expect(wanted.imported()).toHaveLength(5)
    stopping.abort()
    await wanted.finished
  })

  it(`gives the same rows to the byte however its lines are packed (seed ${SEED})`, async () => {
    const text = `${worldLines({ seed: SEED, seconds: 60 }).join('\n')}\n`
    const plain = folder()
    const { run, account } = await quietImport(plain, [file(text)])
    const half = text.indexOf('\n', text.length / 2) + 1
    const variants: [string, string | Uint8Array][] = [
      ['chat.irc.gz', gzipSync(text)],
      ['chat.irc.zst', zstdCompressSync(text)],
      ['named-like-text.irc', gzipSync(text)],
      ['several-members.gz', Buffer.concat([gzipSync(text.slice(0, half)), gzipSync(text.slice(half))])],
      [
        'frames.zst',
        Buffer.concat([zstdCompressSync(text.slice(0, half)), zstdCompressSync(text.slice(half))]),
      ],
    ]
    for (const [name, content] of variants) {
      const data = folder()
      expect(await quietImport(data, [file(content, name)]), name).toMatchObject({ run, account })
      expect(storedRows(data), name).toEqual(storedRows(plain))
    }
  })

  it(`takes line ends, a missing last one and a byte-order mark for what they are (seed ${SEED})`, async () => {
    const lines = worldLines({ seed: SEED, seconds: 20 })
    const plain = folder()
    const { run, account } = await quietImport(plain, [file(`${lines.join('\n')}\n`)])
    for (const text of [lines.join('\n'), `\ufeff${lines.join('\r\n')}\r\n`]) {
      const data = folder()
      const other = await quietImport(data, [file(text)])
      expect(other.account).toEqual(account)
      expect(other.run).not.toBe(run)
      expect(withoutRun(storedRows(data), other.run)).toEqual(withoutRun(storedRows(plain), run))
    }
  })

  it(`of many files is one stream in the given order (seed ${SEED})`, async () => {
    const lines = worldLines({ seed: SEED, seconds: 60 })
    const cut = Math.floor(lines.length / 3)
    const parts = [lines.slice(0, cut), lines.slice(cut, 2 * cut), lines.slice(2 * cut)]
    const paths = parts.map((part, index) => file(part.join('\n'), `${index}.irc`))
    const plain = folder()
    const whole = await quietImport(plain, [file(`${lines.join('\n')}\n`)])
    const data = folder()
    const several = await quietImport(data, paths)
    expect(several.account).toEqual(whole.account)
    expect(withoutRun(storedRows(data), several.run)).toEqual(withoutRun(storedRows(plain), whole.run))
    expect((await quietImport(folder(), paths.toReversed())).run).not.toBe(several.run)
    expect(await quietImport(data, paths)).toMatchObject({ already: true })
  })

  it('of half a recording leaves the other half for a second run', async () => {
    const lines = Array.from({ length: 600 }, (_, index) =>
      message(`m${index}`, WORLD_START_MS + index * 1_000),
    )
    const data = folder()
    const half = await quietImport(data, [file(lines.slice(0, 300).join('\n'), 'half.irc')])
    const whole = await quietImport(data, [file(lines.join('\n'), 'whole.irc')])
    expect(half.account).toMatchObject({ messages: 300, dropped: [] })
    expect(whole.account).toMatchObject({ messages: 300, dropped: [{ name: 'overlap', count: 300 }] })
  })

  it('takes no minute that was heard live, and gives live ones none', async () => {
    const data = folder()
    const start = Math.floor(systemClock.now() / MINUTE_MS) * MINUTE_MS - 20 * MINUTE_MS
    const lines = Array.from({ length: 600 }, (_, index) => message(`m${index}`, start + index * 1_000))
    await hearLive(data, lines.slice(0, 270))
    const { account } = await quietImport(data, [file(lines.join('\n'))])
    // Four minutes and a half were heard: the fifth is theirs whole.
    expect(account).toMatchObject({ messages: 300, dropped: [{ name: 'overlap', count: 300 }] })
    // A minute that has not ended is nobody's but the live run's.
    const soon = await quietImport(data, [file(message('new', systemClock.now()), 'new.irc')])
    expect(soon.account).toMatchObject({ messages: 0, dropped: [{ name: 'too-new', count: 1 }] })
  })

  it('of nothing is nothing', async () => {
    const data = folder()
    const outcome = await quietImport(data, [file(''), file('', 'empty.gz')])
    expect(outcome).toMatchObject({ lines: 0, ignored: 0, channels: 0, already: false })
    expect(sum(outcome.account)).toBe(0)
  })

  it('of anything at all counts it as dropped or ignored', async () => {
    const noise = Buffer.alloc(300_000)
    for (let index = 0; index < noise.length; index++) noise[index] = (index * 7_919) % 251
    const lines = noise.toString('latin1').split('\n').length
    const long = `@id=l;x=${'y'.repeat(3 * LINE_CHARACTERS_MAX)};room-id=11;tmi-sent-ts=1 :x PRIVMSG #a :b`
    const odd = ['PING :x', '', long, ':x JOIN #a', 'foo', message('a', WORLD_START_MS, '11', '\0\u2028')]
    const { account, ignored } = await quietImport(folder(), [file(noise), file(odd.join('\n'), 'odd.irc')])
    expect(sum(account) + ignored).toBe(lines + odd.length)
    expect(account.messages).toBe(1)
    expect(account.dropped.find(({ name }) => name === 'malformed')?.count).toBeGreaterThan(1)
  })

  it('says what is wrong with a file before it appends anything', async () => {
    const data = folder()
    const good = file(message('a', WORLD_START_MS))
    const packed = gzipSync(`${worldLines({ seed: SEED, seconds: 30 }).join('\n')}\n`)
    const cases: [string, RegExp][] = [
      [join(folder(), 'missing.irc'), /"missing.irc" does not exist/],
      [folder(), /is a folder/],
      [file(packed.subarray(0, packed.length / 2), 'cut.gz'), /"cut.gz" ends in the middle/],
      [file(packed.fill(7, 100, 4_000), 'broken.gz'), /"broken.gz" is damaged/],
      [file(zstdCompressSync('abc').subarray(0, 9), 'cut.zst'), /"cut.zst" ends in the middle/],
      [file('plain text', 'plain.gz'), /named .gz, but its content is neither/],
    ]
    for (const [path, message] of cases) {
      await expect(quietImport(data, [good, path])).rejects.toThrow(message)
    }
    await using embedded = await openData(data)
    for (let partition = 0; partition < LOG_PARTITIONS; partition++) {
      expect((await embedded.log.extent('chat', partition)).end).toBe(0)
    }
  })

  it(`that is told to stop says so, and the same import goes on behind it (seed ${SEED})`, async () => {
    const lines = worldLines({ seed: SEED, seconds: 200, messagesPerSecond: 40 })
    const path = file(lines.join('\n'))
    const plain = folder()
    const { account, run } = await quietImport(plain, [path])
    const data = folder()
    let interruptions = 0
    for (let afterMs = 5; ; afterMs += 40) {
      const stopping = AbortSignal.timeout(afterMs)
      try {
        const outcome = await quietImport(data, [path], stopping)
        expect(outcome).toMatchObject({ account, run, already: false })
        break
      } catch (error) {
        if (!stopping.aborted) throw error
        interruptions++
      }
    }
    expect(interruptions).toBeGreaterThan(0)
    expect(storedRows(data)).toEqual(storedRows(plain))
  })
})

/** Names of runs have one length, so taking them out of the bytes is taking out one text. */
function withoutRun(rows: ReadonlyMap<string, string>, run: string): Map<string, string> {
  const hex = Buffer.from(run).toString('hex').toUpperCase()
  return new Map([...rows].map(([key, value]) => [key, value.replaceAll(hex, '')]))
}

async function clocksOf({ store }: Awaited<ReturnType<typeof openData>>, run: string) {
  const found = []
  for (let partition = 0; partition < LOG_PARTITIONS; partition++) {
    for (const { value } of await store.load('clocks', clocksPartition(partition))) {
      const { channelId, runs } = decodeRow('clock', value)
      const clock = runs.find((each) => each.run === run)
      if (clock !== undefined && channelId !== '0') found.push({ channelId, clock })
    }
  }
  return found
}

/** Lines as if heard a moment ago, folded. */
async function hearLive(dataDir: string, lines: readonly string[]): Promise<void> {
  await using embedded = await openData(dataDir)
  const { log, store } = embedded
  await using job = startStreamJob({
    log,
    store,
    clock: systemClock,
    logger: silentLogger,
    fold: DEFAULT_FOLD_SETTINGS,
  })
  const reader = createLineReader({ run: LIVE_RUN, ingestor: 'test' })
  const book = createSettingsBook({ bots: [], optOut: [], channels: [] })
  for (const line of lines) {
    const read = reader.read(line, systemClock.now())
    if (read.kind === 'ignored') continue
    const { record, key } = read
    const settings = book.ensure(key, record.value.channelLogin)
    const records =
      settings === null ? [record] : [{ kind: 'channelSettings' as const, value: settings }, record]
    await log.append(
      'chat',
      records.map((each) => ({ key, value: encodeRecord(each) })),
    )
  }
  const ends: number[] = []
  for (let partition = 0; partition < LOG_PARTITIONS; partition++) {
    ends.push((await log.extent('chat', partition)).end)
  }
  await job.folded(ends)
  await job.commit()
}
