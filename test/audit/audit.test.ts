import { type AuditOutcome, runAudit } from '@smacktalk/audit'
import { clocksPartition, EXACT_CHATTERS_MAX, type SpanRow, UNREADABLE_TIME } from '@smacktalk/contract'
import type { EventLog, LogRecord } from '@smacktalk/ports'
import { decodeRow, encodeRecord, encodeRow } from '@smacktalk/wire'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { foldLog, ONE_BATCH } from '../oracle/fold-rows.ts'
import type { LogEntry, OracleOptions } from '../oracle/oracle.ts'
import { randomLog } from '../oracle/random-log.ts'
import type { MemoryStore } from '../support/memory-store.ts'
import { Random } from '../support/random.ts'

const SEED = Number(process.env['SMACKTALK_TEST_SEED'] ?? 20_260_105)
const RUNS = Number(process.env['SMACKTALK_TEST_RUNS'] ?? 250)
const run = { seed: SEED, numRuns: RUNS }
const SIGHTINGS_MAX = 100_000

/** The retained part of a log of one partition, as far as an audit asks for it. */
class RetainedLog implements Pick<EventLog, 'partitions' | 'partitionOf' | 'extent' | 'read'> {
  readonly partitions = 1
  readonly #records: readonly LogRecord[]
  readonly #low: number

  constructor(entries: readonly LogEntry[], low: number) {
    let appendMs = 0
    this.#records = entries.map(({ offset, record, appendMs: told }) => {
      appendMs = Math.max(appendMs, told)
      return { partition: 0, offset, appendMs, key: record.value.channelId, value: encodeRecord(record) }
    })
    this.#low = low
  }

  partitionOf(): number {
    return 0
  }

  async extent(): Promise<{ low: number; end: number }> {
    return { low: this.#low, end: this.#records.length }
  }

  async *read(_topic: string, _partition: number, from: number, to: number) {
    for (let at = Math.max(from, this.#low); at < Math.min(to, this.#records.length); at += 7) {
      yield this.#records.slice(at, Math.min(at + 7, to))
    }
  }
}

async function audit(
  entries: readonly LogEntry[],
  store: MemoryStore,
  { horizonMs, spoolMs }: OracleOptions,
  { low = 0, minutesMax }: { low?: number; minutesMax?: number } = {},
): Promise<AuditOutcome> {
  return runAudit({
    // The audit reads the chat and nothing else of a log.
    log: new RetainedLog(entries, low) as unknown as EventLog,
    store,
    signal: new AbortController().signal,
    horizonMs,
    spoolMs,
    sightingsMax: SIGHTINGS_MAX,
    ...(minutesMax === undefined ? {} : { minutesMax }),
  })
}

test(`the recount of any whole log agrees with the fold in everything (seed ${SEED})`, async () => {
  let spans = 0
  await fc.assert(
    fc.asyncProperty(randomLog({ stepsMax: 90 }), async ({ entries, options }) => {
      const store = await foldLog(entries, options, ONE_BATCH)
      const outcome = await audit(entries, store, options)
      expect(outcome.shown).toEqual([])
      expect(outcome.spans.minutes.leftOut + outcome.spans.days.leftOut + outcome.spans.totals.leftOut).toBe(
        0,
      )
      spans += outcome.spans.minutes.compared + outcome.spans.days.compared + outcome.spans.totals.compared
    }),
    run,
  )
  expect(spans).toBeGreaterThan(RUNS * 5)
})

test(`reading the log once for each day finds the same (seed ${SEED})`, async () => {
  await fc.assert(
    fc.asyncProperty(randomLog({ stepsMax: 60 }), async ({ entries, options }) => {
      const store = await foldLog(entries, options, ONE_BATCH)
      const once = await audit(entries, store, options)
      const often = await audit(entries, store, options, { minutesMax: 1 })
      expect({ ...often }).toEqual({ ...once })
    }),
    { ...run, numRuns: Math.ceil(RUNS / 4) },
  )
})

test(`a log whose beginning is gone gives no false alarm (seed ${SEED})`, async () => {
  let spans = 0
  const logs = fc.tuple(randomLog({ stepsMax: 120 }), fc.double({ min: 0.05, max: 0.6, noNaN: true }))
  await fc.assert(
    fc.asyncProperty(logs, async ([{ entries: drawn, options }, share]) => {
      const entries = drawn.map(withOwnId)
      const store = await foldLog(entries, options, ONE_BATCH)
      const low = Math.max(1, Math.floor(entries.length * share))
      const outcome = await audit(entries, store, options, { low })
      expect(outcome.shown).toEqual([])
      expect(outcome.spans.totals.compared).toBe(0)
      spans += outcome.spans.minutes.compared
    }),
    { ...run, numRuns: 2 * RUNS },
  )
  expect(spans).toBeGreaterThan(RUNS / 10)
})

/**
 * The same id always with the same time, as Twitch gives them: that an id was there under another time can only be
 * known from what is gone.
 */
function withOwnId(entry: LogEntry): LogEntry {
  const { record } = entry
  if (record.kind !== 'message' && record.kind !== 'notice') return entry
  const id = `${record.value.id}@${record.value.sentAt}`
  // One kind of record stays the same kind; the compiler cannot follow that through a spread of a union.
  return { ...entry, record: { kind: record.kind, value: { ...record.value, id } } as LogEntry['record'] }
}

test(`any number of any row that was changed is found (seed ${SEED})`, async () => {
  const random = new Random(SEED)
  const logs = fc.sample(randomLog({ stepsMax: 60 }), { seed: SEED, numRuns: 60 })
  const tables = new Set<string>()
  for (const { entries, options } of logs) {
    const store = await foldLog(entries, options, ONE_BATCH)
    const rows = [...store.rows].filter(([, { table }]) => ['minutes', 'hours', 'days'].includes(table))
    if (rows.length === 0) continue
    const [key, row] = random.pick(rows)
    const value = decodeRow('span', row.value)
    const [name, changed] = tampered(value, random)
    store.rows.set(key, { ...row, value: encodeRow('span', changed) })
    const outcome = await audit(entries, store, options)
    expect(outcome.differences, `${key} ${name}`).toBe(1)
    expect(outcome.shown[0]).toMatchObject({ name: expect.stringContaining(name) })
    tables.add(row.table)

    store.rows.delete(key)
    const missing = await audit(entries, store, options)
    const told = missing.shown.filter(({ rows: said }) => said === 'nothing')
    expect(told.length).toBe(missing.differences)
  }
  expect(tables).toEqual(new Set(['minutes', 'hours', 'days']))
})

function tampered(row: SpanRow, random: Random): [name: string, row: SpanRow] {
  const changes: (() => [string, SpanRow])[] = [
    () => ['messages', { ...row, messages: row.messages.with(random.between(0, 7), 1_000) }],
    () => ['emoteUses', { ...row, emoteUses: row.emoteUses.with(random.between(0, 7), 1_000) }],
    () => ['deletions', { ...row, counts: { ...row.counts, deletions: row.counts.deletions + 1 } }],
    () => ['late', { ...row, counts: { ...row.counts, late: row.counts.late + 1 } }],
    () => ['peakPerSecond', { ...row, peakPerSecond: row.peakPerSecond + 1 }],
    () => ['chatters', { ...row, chatters: { ...row.chatters, exact: [...row.chatters.exact, '99'] } }],
    () => [
      'dropped as zero',
      { ...row, droppedByReason: [...row.droppedByReason, { name: 'zero', count: 3 }] },
    ],
  ]
  return random.pick(changes)()
}

test('a channel’s totals that were changed are found', async () => {
  const [log] = fc.sample(randomLog({ stepsMax: 60 }), { seed: SEED, numRuns: 1 })
  if (log === undefined) throw new Error('there is no log')
  const store = await foldLog(log.entries, log.options, ONE_BATCH)
  const found = [...store.rows].find(
    ([, row]) => row.table === 'clocks' && row.partition === clocksPartition(0),
  )
  if (found === undefined) throw new Error('there is no clock row')
  const [key, row] = found
  const clock = decodeRow('clock', row.value)
  const account = { ...clock.account, events: clock.account.events + 1 }
  store.rows.set(key, { ...row, value: encodeRow('clock', { ...clock, account }) })
  const { shown } = await audit(log.entries, store, log.options)
  expect(shown).toMatchObject([{ span: 'channel totals', name: 'events', channelId: clock.channelId }])
})

test('a row nobody wrote, a record nobody can read, and many chatters are told for what they are', async () => {
  const start = Date.UTC(2026, 0, 5, 12)
  const options = { horizonMs: 900_000, spoolMs: 21_600_000, defaultBots: [], defaultPrefix: '!' }
  const entries = Array.from({ length: EXACT_CHATTERS_MAX + 50 }, (_, offset): LogEntry => {
    const sentAt = offset === 7 ? UNREADABLE_TIME : start + offset * 10
    const record = { ...MESSAGE, sentAt, id: `m${offset}`, userId: `${100 + offset}` }
    return { offset, appendMs: start + offset * 10 + 5, record: { kind: 'message', value: record } }
  })
  const store = await foldLog(entries, options, ONE_BATCH)
  expect((await audit(entries, store, options)).shown).toEqual([])

  const [key, row] = [...store.rows].find(([, { table }]) => table === 'minutes')!
  const minute = start + 3_600_000
  store.rows.set(`${key.slice(0, key.lastIndexOf('|'))}|0${minute}`, { ...row, row: `0${minute}` })
  const { shown } = await audit(entries, store, options)
  expect(shown.find(({ name }) => name === 'messages')).toMatchObject({
    channelId: '11',
    channelLogin: 'one',
    span: 'minute 2026-01-05T13:00Z',
    log: '0',
    rows: String(EXACT_CHATTERS_MAX + 49),
  })
})

const MESSAGE = {
  channelId: '11',
  channelLogin: 'one',
  run: 'live',
  line: 0,
  ingestor: 'test',
  receivedAt: 0,
  login: 'x',
  displayName: 'X',
  text: 'hello',
  badges: '',
  emotes: '',
  thirdPartyEmotes: [],
  bits: null,
  firstMessage: false,
  returningChatter: false,
  replyParentId: null,
  sourceRoomId: null,
}
