import { MINUTE_MS, NO_CHANNEL } from '@smacktalk/contract'
import { silentLogger, systemClock } from '@smacktalk/runtime'
import { createWorld } from '@smacktalk/simulator'
import { openTmiSource } from '@smacktalk/twitch'
import { openWantedChannels } from '@smacktalk/wanted-channels'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openTemporaryLog, recordsIn, until } from '../../../test/support/temporary-log.ts'
import { startDemo } from './demo.ts'
import { startIngestor } from './ingestor.ts'
import { createSettingsBook } from './settings-book.ts'

const SEED = 7
const PAST_MS = 2 * MINUTE_MS
console.info(`demo world of seed ${SEED}`)

describe('the demo world', () => {
  it('imports its past and goes on live through the chat client, without repeating an id', async () => {
    const embedded = await openTemporaryLog()
    const stopping = new AbortController()
    const demo = await startDemo({
      clock: systemClock,
      logger: silentLogger,
      seed: SEED,
      messagesPerSecond: 60,
      withPast: true,
      pastMs: PAST_MS,
    })
    onTestFinished(() => demo[Symbol.asyncDispose]())
    const wanted = await openWantedChannels({
      log: embedded.log,
      clock: systemClock,
      signal: stopping.signal,
    })
    const settings = { bots: [], optOut: [], channels: demo.channels.map((name) => ({ name })) }
    const ingestor = await startIngestor({
      ...embedded,
      clock: systemClock,
      logger: silentLogger,
      settings,
      wanted,
      openSource: (listener) =>
        openTmiSource({ url: demo.url, clock: systemClock, listener, log: silentLogger }),
      ingestorId: 'one',
    })
    const totals = await demo.importPast({
      log: embedded.log,
      signal: stopping.signal,
      ingestorId: 'one',
      settingsOf: createSettingsBook(settings).of,
    })
    await until(() => (ingestor.figures().records['message'] ?? 0) > 30)
    expect(ingestor.figures()).toMatchObject({ joined: demo.channels.length, wanted: demo.channels.length })
    await ingestor[Symbol.asyncDispose]()
    await ingestor.finished
    stopping.abort()
    await wanted.finished

    const records = await recordsIn(embedded)
    const messages = records.flatMap((record) => (record.kind === 'message' ? [record.value] : []))
    const live = messages.filter(({ run }) => run === 'live')
    expect(live.length).toBe(ingestor.figures().records['message'])
    expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length)

    // The import holds what the same world says when it is asked again.
    const run = messages.find((message) => message.run !== 'live')?.run ?? ''
    expect(run).toMatch(/^import:demo-7-\d+$/)
    const startMs = Number(run.split('-').at(-1))
    const again = createWorld({ seed: SEED, startMs, messagesPerSecond: 60 }).advance(startMs + PAST_MS)
    expect(totals).toMatchObject({ lines: again.length, complete: true })
    expect(startMs % MINUTE_MS).toBe(0)

    // Each channel's first record is its settings; its import has covered it and ended.
    const firstKinds = new Map<string, string>()
    for (const { kind, value } of records) {
      if (!firstKinds.has(value.channelId)) firstKinds.set(value.channelId, kind)
    }
    firstKinds.delete(NO_CHANNEL)
    expect(new Set(firstKinds.values())).toEqual(new Set(['channelSettings']))
    const imported = records.filter(
      ({ kind, value }) => kind === 'coverage' && 'origin' in value && value.origin === 'imported',
    )
    expect(imported).toHaveLength(demo.channels.length)
    expect(records.filter(({ kind }) => kind === 'importFinished').length).toBeGreaterThanOrEqual(
      imported.length,
    )
  })

  it('begins now when it has no past to import', async () => {
    const demo = await startDemo({
      clock: systemClock,
      logger: silentLogger,
      seed: SEED,
      messagesPerSecond: 1,
      withPast: false,
    })
    onTestFinished(() => demo[Symbol.asyncDispose]())
    const { log } = await openTemporaryLog()
    const totals = await demo.importPast({
      log,
      signal: new AbortController().signal,
      ingestorId: 'one',
      settingsOf: createSettingsBook({ bots: [], optOut: [], channels: [] }).of,
    })
    expect(totals).toBeNull()
  })
})
