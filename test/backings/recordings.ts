/** Logs to be folded on every backing: the same keys and bytes in the same order, sent a few minutes ago. */
import { type AnyRecord, HOUR_MS, LIVE_RUN, MINUTE_MS } from '@smacktalk/contract'
import type { OutgoingRecord } from '@smacktalk/ports'
import { createWorld } from '@smacktalk/simulator'
import { createLineReader } from '@smacktalk/twitch'
import { encodeRecord } from '@smacktalk/wire'
import fc from 'fast-check'
import { linesOf } from '../oracle/capture-lines.ts'
import { randomLog } from '../oracle/random-log.ts'
import { CHANNEL_IDS } from '../oracle/random-records.ts'
import { Random } from '../support/random.ts'

/**
 * The newest record was sent this long before now: whenever it is appended within that time, judging does not
 * see the difference.
 */
const NEWEST_MS_AGO = 3 * MINUTE_MS

export const outgoing = (record: AnyRecord): OutgoingRecord => ({
  key: record.value.channelId,
  value: encodeRecord(record),
})

/** A captured hour of a real channel, with its send times moved to now. */
export function captured(path: string, nowMs: number): OutgoingRecord[] {
  const reader = createLineReader({ run: LIVE_RUN, ingestor: 'one' })
  const records: AnyRecord[] = []
  for (const line of linesOf(path)) {
    const read = reader.read(line, nowMs)
    if (read.kind === 'record') records.push(read.record)
  }
  return moved(records, nowMs).map(outgoing)
}

/** Minutes of a seeded world heard by two ingestors, with faults, repeats, disorder, settings and coverage. */
export function nasty(seed: number, nowMs: number): OutgoingRecord[] {
  const startMs = nowMs - 15 * MINUTE_MS
  const random = new Random(seed)
  const world = createWorld({
    seed,
    startMs,
    channels: 12,
    messagesPerSecond: 25,
    duplicateShare: 0.02,
    faultShare: 0.02,
    disorderShare: 0.05,
  })
  const ingestors = ['one', 'two'].map((ingestor) => ({
    ingestor,
    reader: createLineReader({ run: LIVE_RUN, ingestor }),
  }))
  const records: OutgoingRecord[] = []
  for (const { id, login } of world.channels) {
    const value = {
      channelId: id,
      channelLogin: login,
      bots: ['nightbot'],
      commandPrefix: '!',
      optOut: [],
      moments: null,
    }
    records.push(outgoing({ kind: 'channelSettings', value }))
  }
  for (let toMs = startMs + MINUTE_MS; toMs <= nowMs - NEWEST_MS_AGO; toMs += MINUTE_MS) {
    for (const { line, atMs } of world.advance(toMs)) {
      for (const { reader } of ingestors) {
        // Each misses some of what the other hears.
        if (random.chance(0.2)) continue
        const read = reader.read(line, atMs)
        if (read.kind === 'record') records.push(outgoing(timed(read.record, atMs)))
      }
    }
    for (const { id, login } of world.channels) {
      for (const { ingestor } of ingestors) {
        const from = toMs - MINUTE_MS
        const ended = random.chance(0.05) ? 'connection lost' : null
        const coverage = {
          channelId: id,
          channelLogin: login,
          ingestor,
          from,
          to: toMs,
          ended,
          origin: 'heard',
        }
        records.push(outgoing({ kind: 'coverage', value: coverage }))
      }
    }
    records.push({ key: world.channels[0]!.id, value: new Uint8Array([0xc3, 0x01, 1, 2, 3]) })
  }
  return records
}

/** Adversarial logs (test/oracle), one after the other. */
export function adversarial(seed: number, nowMs: number): OutgoingRecord[] {
  const records = fc.sample(randomLog({ stepsMax: 400 }), { seed, numRuns: 6 }).flatMap(({ entries }) =>
    moved(
      entries.map(({ record }) => record),
      nowMs,
    ),
  )
  const first = CHANNEL_IDS.map((channelId) => firstMessage(channelId, nowMs - HOUR_MS))
  return [...first, ...records.filter(isOfItsOwnTime)].map(outgoing)
}

/** A ROOMSTATE without a time of its own is counted at the time of appending (metrics.md, Time), which is each log's own. */
function timed(record: AnyRecord, atMs: number): AnyRecord {
  if (record.kind !== 'roomState' || record.value.sentAt !== null) return record
  return { kind: 'roomState', value: { ...record.value, sentAt: atMs } }
}

/** A message that is counted before all else, so that what is dropped after it is dropped at its time. */
function firstMessage(channelId: string, sentAt: number): AnyRecord {
  const value = {
    channelId,
    channelLogin: `channel_${channelId}`,
    run: LIVE_RUN,
    line: 0,
    ingestor: 'one',
    receivedAt: sentAt,
    sentAt,
    id: `first of ${channelId}`,
    userId: '99',
    login: 'first',
    displayName: 'First',
    badges: '',
    text: 'here',
    emotes: '',
    thirdPartyEmotes: [],
    bits: null,
    firstMessage: false,
    returningChatter: false,
    replyParentId: null,
    sourceRoomId: null,
  }
  return { kind: 'message', value }
}

/** An import's record without a time is counted where it is appended, which is each log's own time. */
function isOfItsOwnTime({ kind, value }: AnyRecord): boolean {
  if (!('run' in value) || value.run === LIVE_RUN || kind === 'importFinished') return true
  return kind !== 'broken' && 'sentAt' in value && value.sentAt !== null && value.sentAt > 0
}

/** The records with every time moved by the same, so that the newest lies a little before now. */
function moved(records: readonly AnyRecord[], nowMs: number): AnyRecord[] {
  const times = records.flatMap(({ kind, value }) =>
    kind !== 'broken' && 'sentAt' in value && Number.isSafeInteger(value.sentAt) ? [value.sentAt] : [],
  )
  const newest = times.reduce((a: number, b) => Math.max(a, b ?? 0), 0)
  const by = nowMs - NEWEST_MS_AGO - newest
  return records.map((untimed) => {
    const record = timed(untimed, newest)
    const value: Record<string, unknown> = { ...record.value }
    for (const name of ['sentAt', 'from', 'to']) {
      const at = value[name]
      if (typeof at === 'number' && at > 0) value[name] = at + by
    }
    // The same kind with other times; a spread of the union cannot say so.
    return { kind: record.kind, value } as AnyRecord
  })
}
