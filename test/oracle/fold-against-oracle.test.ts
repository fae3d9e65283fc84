import { DAY_MS, HOUR_MS, spanStart } from '@smacktalk/contract'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { MemoryStore } from '../support/memory-store.ts'
import { compareWithOracle } from './compare-with-oracle.ts'
import { type Cuts, foldLog, ONE_BATCH, readable, spansOf } from './fold-rows.ts'
import { emptySpan } from './oracle.ts'
import { randomLog } from './random-log.ts'

const SEED = Number(process.env['SMACKTALK_TEST_SEED'] ?? 20_260_105)
const RUNS = Number(process.env['SMACKTALK_TEST_RUNS'] ?? 400)
const run = { seed: SEED, numRuns: RUNS, verbose: 0 as const }
console.info(`fold against the oracle: seed ${SEED}, ${RUNS} logs a property`)

const cuts: fc.Arbitrary<Cuts> = fc.record({
  batches: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
  acts: fc.array(fc.constantFrom('nothing', 'flush', 'commit', 'restart'), { minLength: 1, maxLength: 7 }),
})

test('every number of every channel, span and person is the one counted by hand', async () => {
  const logs = randomLog({ stepsMax: 90 })
  await fc.assert(
    fc.asyncProperty(logs, async ({ entries, options }) => {
      await compareWithOracle(entries, options)
    }),
    run,
  )
}, 200_000)

test('rows are the same to the byte however the log is cut and wherever the worker restarts', async () => {
  await fc.assert(
    fc.asyncProperty(randomLog({ stepsMax: 60 }), cuts, async ({ entries, options }, chosen) => {
      const whole = await foldLog(entries, options, ONE_BATCH)
      const cut = await foldLog(entries, options, chosen)
      expect(bytesOf(cut)).toEqual(bytesOf(whole))
    }),
    run,
  )
}, 200_000)

test('an hour is the sum of its minutes and a day the sum of its hours', async () => {
  await fc.assert(
    fc.asyncProperty(randomLog({ stepsMax: 60 }), async ({ entries, options }) => {
      const store = await foldLog(entries, options, ONE_BATCH)
      for (const channelId of new Set(entries.map(({ record }) => record.value.channelId))) {
        expect(summedTo(HOUR_MS, spansOf(store, 'minutes', channelId))).toEqual(
          summedTo(HOUR_MS, spansOf(store, 'hours', channelId)),
        )
        expect(summedTo(DAY_MS, spansOf(store, 'hours', channelId))).toEqual(
          summedTo(DAY_MS, spansOf(store, 'days', channelId)),
        )
      }
    }),
    { ...run, numRuns: Math.ceil(RUNS / 4) },
  )
}, 100_000)

function bytesOf(store: MemoryStore): Map<string, string> {
  const bytes = new Map<string, string>()
  for (const [key, row] of store.rows) {
    // A clock row's sightings depend on when it was written; its totals are compared elsewhere.
    if (row.table === 'clocks') continue
    const value = Buffer.from(row.value).toString('hex')
    // A fact says all it says by being there; which record wrote it first differs after a restart.
    const isFact = row.table === 'user_channels' || row.table === 'user_names'
    bytes.set(key, isFact ? value : `${row.position} ${row.writtenAt} ${value}`)
  }
  return new Map([...bytes].sort())
}

/** Additive numbers of spans, added up to larger spans; the peak is a maximum, chatters a union. */
function summedTo(sizeMs: number, spans: ReturnType<typeof spansOf>) {
  const sums = new Map<number, ReturnType<typeof readable>>()
  for (const [start, span] of [...spans].sort(([a], [b]) => a - b)) {
    const key = spanStart(start, sizeMs)
    const sum = sums.get(key)
    const own = readable(span)
    if (sum === undefined) {
      sums.set(key, own)
      continue
    }
    for (const name of ['messages', 'characters', 'emoteUses'] as const) {
      sum[name] = sum[name].map((count, index) => count + own[name][index]!)
    }
    for (const name of Object.keys(sum.counts) as (keyof typeof sum.counts)[])
      sum.counts[name] += own.counts[name]
    for (const name of ['otherNoticesByKind', 'droppedByReason'] as const) {
      for (const [kind, count] of own[name]) sum[name].set(kind, (sum[name].get(kind) ?? 0) + count)
    }
    sum.chatters = new Set([...sum.chatters, ...own.chatters])
    sum.peakPerSecond = Math.max(sum.peakPerSecond, own.peakPerSecond)
  }
  // A minute that only has an owner adds nothing and may have no hour.
  for (const [key, sum] of sums) if (JSON.stringify(sum) === JSON.stringify(emptySpan())) sums.delete(key)
  return sums
}
