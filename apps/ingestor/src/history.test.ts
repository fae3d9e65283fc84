import { setTimeout as delay } from 'node:timers/promises'
import { silentLogger, systemClock } from '@smacktalk/runtime'
import { describe, expect, it } from 'vitest'
import { openTemporaryLog, recordsIn } from '../../../test/support/temporary-log.ts'
import { importHistory } from './history.ts'
import { createSettingsBook } from './settings-book.ts'

const START = 1_700_000_000_000

const message = (index: number, room: string, sentAt: number) =>
  `@id=${room}-${index};room-id=${room};user-id=5;tmi-sent-ts=${sentAt} :x!x@x PRIVMSG #room${room} :hello`

function options(lines: Iterable<readonly string[]>, signal = new AbortController().signal) {
  return {
    clock: systemClock,
    logger: silentLogger,
    signal,
    run: 'import:test',
    ingestorId: 'one',
    lines,
    fromMs: START,
    toMs: START + 60_000,
    settingsOf: createSettingsBook({ bots: ['nightbot'], optOut: [], channels: [] }).of,
  }
}

describe('the import of past lines', () => {
  it('is a run of its own: settings first, lines numbered from 1, then what it covers and its end', async () => {
    const embedded = await openTemporaryLog()
    const lines = [
      [message(1, '11', START + 5_000), 'PING :x', message(2, '11', START + 1_000)],
      [message(3, '22', START + 7_000), message(4, '11', 4_102_444_800_000), message(5, '11', START + 9_000)],
    ]
    const totals = await importHistory({ ...options(lines), log: embedded.log })
    expect(totals).toEqual({ lines: 6, records: 5, ignored: 1, channels: 2, complete: true })

    const records = await recordsIn(embedded)
    const of = (channelId: string) => records.filter(({ value }) => value.channelId === channelId)
    expect(of('11').map(({ kind }) => kind)).toEqual([
      'channelSettings',
      'message',
      'message',
      'message',
      'message',
      'coverage',
      'importFinished',
    ])
    expect(of('11').flatMap((record) => (record.kind === 'message' ? [record.value.line] : []))).toEqual([
      1, 3, 5, 6,
    ])
    expect(of('11')[1]?.value).toMatchObject({ run: 'import:test' })
    expect(of('11').at(-2)?.value).toMatchObject({
      origin: 'imported',
      from: START + 1_000,
      to: START + 9_001,
    })
    expect(of('22').at(-1)?.value).toEqual({ channelId: '22', run: 'import:test' })
  })

  it('makes the next lines only when those before are in the log, and lets others have their turn', async () => {
    const embedded = await openTemporaryLog()
    let made = 0
    let turns = 0
    let counting = true
    void (async () => {
      while (counting) {
        turns++
        await delay(0)
      }
    })()
    function* pieces() {
      for (; made < 30; made++)
        yield Array.from({ length: 700 }, (_, index) => message(made * 700 + index, '11', START))
    }
    const totals = await importHistory({ ...options(pieces()), log: embedded.log })
    counting = false
    expect(totals.records).toBe(21_000)
    expect(turns).toBeGreaterThan(20)
    expect(await recordsIn(embedded)).toHaveLength(21_003)
  })

  it('ends early when it is told to', async () => {
    const embedded = await openTemporaryLog()
    const stopping = new AbortController()
    function* pieces() {
      yield [message(1, '11', START)]
      stopping.abort()
      yield [message(2, '11', START)]
      throw new Error('asked for more after the signal')
    }
    const totals = await importHistory({ ...options(pieces(), stopping.signal), log: embedded.log })
    expect(totals.complete).toBe(false)
  })
})
