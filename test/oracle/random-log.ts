/**
 * Adversarial logs of one partition for fast-check, written by small steps that shrink one by one: few people
 * and ids so that they collide, send times around every limit, two ingestors, two imports, and everything a
 * chat line can say. Time in a log is invented; nothing here asks a clock.
 */
import { LIVE_RUN } from '@smacktalk/contract'
import fc from 'fast-check'
import type { LogEntry, OracleOptions } from './log-entry.ts'
import { type Gap, LogWriter, type When } from './log-writer.ts'
import { CHANNEL_IDS, contents, PEOPLE } from './random-records.ts'

export interface RandomLog {
  options: OracleOptions
  entries: LogEntry[]
}

export interface RandomLogSettings {
  /** Most steps; a step is mostly one record. */
  readonly stepsMax?: number
  /** Whether the log's own clock is set back at times; a log that promises it never is may leave it out. */
  readonly clockSetBack?: boolean
}

const INGESTORS = ['east', 'west'] as const
const IMPORTS = ['import-a', 'import-b'] as const
const edges = fc.constantFrom(0, -1, 1)

const gaps = (clockSetBack: boolean): fc.Arbitrary<Gap> => {
  const plain = (arbitrary: fc.Arbitrary<number>) => arbitrary.map((ms) => ({ base: 'nothing' as const, ms }))
  return fc.oneof(
    { weight: 10, arbitrary: plain(fc.constantFrom(0, 1)) },
    { weight: 20, arbitrary: plain(fc.integer({ min: 0, max: 2_000 })) },
    { weight: 6, arbitrary: plain(fc.integer({ min: 0, max: 90_000 })) },
    { weight: 2, arbitrary: plain(fc.integer({ min: 0, max: 1_000_000 })) },
    { weight: 1, arbitrary: edges.map((ms) => ({ base: 'horizon' as const, ms })) },
    { weight: 1, arbitrary: edges.map((ms) => ({ base: 'spool' as const, ms })) },
    { weight: clockSetBack ? 1 : 0, arbitrary: plain(fc.integer({ min: -20_000, max: -1 })) },
  )
}

const at = (anchor: When['anchor'], ms: fc.Arbitrary<number>): fc.Arbitrary<When> =>
  ms.map((value) => ({ anchor, ms: value }))
const minutesBack = fc.tuple(fc.nat({ max: 20 }), fc.oneof(edges, fc.nat({ max: 59_999 })))

const liveTimes = fc.oneof(
  { weight: 12, arbitrary: at('append', fc.integer({ min: -3_000, max: 300 })) },
  { weight: 5, arbitrary: at('newest', fc.oneof(edges, fc.integer({ min: -70_000, max: 2_000 }))) },
  { weight: 4, arbitrary: at('previous', fc.constantFrom(0, 0, 1, -1, 999)) },
  {
    weight: 3,
    arbitrary: at(
      'append-minute',
      minutesBack.map(([minutes, ms]) => ms - minutes * 60_000),
    ),
  },
  { weight: 4, arbitrary: at('late-edge', edges) },
  { weight: 1, arbitrary: at('spool-edge', edges) },
  { weight: 1, arbitrary: at('ahead-edge', edges) },
  { weight: 1, arbitrary: at('earliest-edge', edges) },
  { weight: 1, arbitrary: at('unreadable', fc.constant(0)) },
)

const importTimes = fc.oneof(
  {
    weight: 8,
    arbitrary: at(
      'append-minute',
      minutesBack.map(([minutes, ms]) => ms - minutes * 60_000),
    ),
  },
  { weight: 8, arbitrary: at('newest', fc.oneof(edges, fc.integer({ min: -20_000, max: 90_000 }))) },
  { weight: 2, arbitrary: at('previous', edges) },
  { weight: 3, arbitrary: at('late-edge', edges) },
  { weight: 4, arbitrary: at('append', fc.integer({ min: -120_000, max: 0 })) },
  { weight: 1, arbitrary: at('earliest-edge', edges) },
  { weight: 1, arbitrary: at('unreadable', fc.constant(0)) },
)

/** The first channel is the busiest, so that its records meet. */
const channels = fc.oneof(
  { weight: 6, arbitrary: fc.constant(CHANNEL_IDS[0]) },
  { weight: 2, arbitrary: fc.constant(CHANNEL_IDS[1]) },
  { weight: 1, arbitrary: fc.constant(CHANNEL_IDS[2]) },
)
const ingestors = fc.constantFrom(...INGESTORS)
const imports = fc.constantFrom(...IMPORTS)

/** A step writes to the log; what it needs is drawn before, so it can be repeated and shrunk. */
type Step = (log: LogWriter) => void

const heardLive: fc.Arbitrary<Step> = fc.tuple(channels, ingestors, liveTimes, contents).map(
  ([channelId, ingestor, when, content]) =>
    (log) =>
      log.write(content, { channelId, ingestor, when, run: LIVE_RUN }, 0),
)

const importedLine: fc.Arbitrary<Step> = fc
  .tuple(channels, imports, importTimes, contents, fc.constantFrom(0, 0, 0, 3))
  .map(
    ([channelId, run, when, content, skipped]) =>
      (log) =>
        log.write(content, { channelId, run, when, ingestor: 'importer' }, log.nextLine(run, skipped)),
  )

/** The same lines once more: from an ingestor that heard them too, or from its spool. */
const heardAgain: fc.Arbitrary<Step> = fc
  .tuple(ingestors, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
  .map(([ingestor, count, back]) => (log) => {
    const live = log.entries.filter(({ record }) => 'run' in record.value && record.value.run === LIVE_RUN)
    for (const { record } of live.slice(-back).slice(0, count)) {
      if ('line' in record.value) log.append(withIngestor(record, ingestor))
    }
  })

function withIngestor(record: LogEntry['record'], ingestor: string): LogEntry['record'] {
  // One kind of record stays the same kind; the compiler cannot follow that through a spread of a union.
  return { kind: record.kind, value: { ...record.value, ingestor } } as LogEntry['record']
}

/** An import that was interrupted goes on from a line it had sent already. */
const sentAgain: fc.Arbitrary<Step> = fc
  .tuple(imports, fc.integer({ min: 1, max: 6 }))
  .map(([run, count]) => (log) => {
    const sent = log.entries.filter(
      ({ record }) => record.kind !== 'importFinished' && 'run' in record.value && record.value.run === run,
    )
    for (const { record } of sent.slice(-count)) log.append(record)
  })

/** Somebody says the same again, around the 30 s in which that gives no words. */
const saidAgain: fc.Arbitrary<Step> = fc
  .record({
    back: fc.integer({ min: 1, max: 4 }),
    /** Around the message itself, or around a time at which something is forgotten or a day begins. */
    anchor: fc.constantFrom('said', 'said', 'said', 'said', 'spool-edge', 'late-edge', 'midnight'),
    apart: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(0, 1_000, 29_999, 30_000, 30_001, -30_000, -30_001, 45_000) },
      { weight: 1, arbitrary: fc.integer({ min: -70_000, max: 70_000 }) },
    ),
    disguise: fc.constantFrom('none', 'upper case', 'padding', 'action'),
    emotes: fc.constantFrom('', '', '25:0-4'),
    sameId: fc.integer({ min: 0, max: 6 }).map((roll) => roll === 6),
  })
  .map(({ back, anchor, apart, disguise, emotes, sameId }) => (log) => {
    const { record } = log.entries.filter((entry) => entry.record.kind === 'message').at(-back) ?? {}
    if (record?.kind !== 'message') return
    const { value } = record
    const around = { said: value.sentAt, ...log.edges(value) }[anchor]
    const text = disguised(value.text ?? '', disguise)
    const change = sameId ? { id: value.id } : {}
    // Once on either side of an edge, or it is hardly ever met.
    if (anchor !== 'said') log.repeat(value, { sentAt: around - 1, ...change })
    log.repeat(value, { text, emotes, sentAt: around + apart, ...change })
  })

function disguised(text: string, disguise: 'none' | 'upper case' | 'padding' | 'action'): string {
  switch (disguise) {
    case 'none':
      return text
    case 'upper case':
      return text.toUpperCase()
    case 'padding':
      return `${text} \u{e0000}`
    case 'action':
      return `\u0001ACTION ${text}\u0001`
  }
}

const finished: fc.Arbitrary<Step> = fc.tuple(channels, imports).map(
  ([channelId, run]) =>
    (log) =>
      log.append({ kind: 'importFinished', value: { channelId, run } }),
)

const settingsChanged: fc.Arbitrary<Step> = fc
  .record({
    channelId: channels,
    bots: fc.subarray(['nightbot', 'lark', 'heron']),
    commandPrefix: fc.constantFrom('!', '?', '!!', '~', '🦦'),
    optOut: fc.subarray([PEOPLE[0].userId, PEOPLE[1].login, PEOPLE[2].userId, 'lark_renamed']),
  })
  .map(
    (settings) => (log) =>
      log.append({
        kind: 'channelSettings',
        value: { ...settings, moments: null, channelLogin: `channel_${settings.channelId}` },
      }),
  )

const covered: fc.Arbitrary<Step> = fc
  .record({
    channelId: channels,
    ingestor: ingestors,
    origin: fc.constantFrom('heard', 'heard', 'imported', 'backfilled', 'overheard'),
    back: fc.oneof(fc.integer({ min: 0, max: 40_000 }), fc.integer({ min: 0, max: 4_000_000 })),
    length: fc.oneof(fc.constantFrom(0, 1, -5), fc.integer({ min: 0, max: 60_000 })),
    ended: fc.constantFrom(null, null, 'connection lost', 'ingestor down'),
  })
  .map(({ channelId, ingestor, origin, back, length, ended }) => (log) => {
    const from = log.appendMs - back
    const channelLogin = `channel_${channelId}`
    const value = { channelId, channelLogin, ingestor, origin, from, to: from + length, ended }
    log.append({ kind: 'coverage', value })
  })

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 30, arbitrary: heardLive },
  { weight: 12, arbitrary: importedLine },
  { weight: 5, arbitrary: heardAgain },
  { weight: 2, arbitrary: sentAgain },
  { weight: 12, arbitrary: saidAgain },
  { weight: 1, arbitrary: finished },
  { weight: 2, arbitrary: settingsChanged },
  { weight: 4, arbitrary: covered },
)

const options: fc.Arbitrary<OracleOptions> = fc.record({
  horizonMs: fc.constantFrom(60_000, 300_000, 900_000),
  spoolMs: fc.constantFrom(21_600_000, 1_800_000, 120_000),
  defaultBots: fc.constant(['nightbot']),
  defaultPrefix: fc.constant('!'),
})

/** Shortly before midnight at the end of a month, on a full hour, and in the middle of nowhere. */
const starts = fc
  .tuple(
    fc.constantFrom(Date.UTC(2024, 1, 29, 23, 57), Date.UTC(2024, 5, 1, 12), Date.UTC(2024, 8, 9, 3, 21, 7)),
    fc.nat({ max: 300_000 }),
  )
  .map(([start, later]) => start + later)

/** A log of one partition with the options to judge it by; offsets start at 0 and have no holes. */
export function randomLog(settings: RandomLogSettings = {}): fc.Arbitrary<RandomLog> {
  const { stepsMax = 60, clockSetBack = true } = settings
  const timedSteps = fc.array(fc.tuple(gaps(clockSetBack), steps), { maxLength: stepsMax, size: 'max' })
  return fc.tuple(options, starts, timedSteps).map(([chosen, startMs, list]) => {
    const log = new LogWriter(startMs, chosen)
    for (const [gap, step] of list) {
      log.wait(gap)
      step(log)
    }
    return { options: chosen, entries: log.entries }
  })
}
