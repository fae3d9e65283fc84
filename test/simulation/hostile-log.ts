/** One log partition filled by two ingestors with skewed clocks, spools that hold back, copies and nonsense. */
import { type AnyRecord, LIVE_RUN, type Message } from '@smacktalk/contract'
import type { LogRecord } from '@smacktalk/ports'
import { encodeRecord } from '@smacktalk/wire'
import type { Random } from '../support/random.ts'

const CHANNELS = ['11', '22'] as const
const START_MS = Date.UTC(2026, 0, 5, 23, 50)

interface Ingestor {
  readonly name: string
  readonly spool: AnyRecord[]
  holding: boolean
}

export class HostileLog {
  readonly records: LogRecord[] = []
  readonly #random: Random
  readonly #ingestors: Ingestor[] = [
    { name: 'a', spool: [], holding: false },
    { name: 'b', spool: [], holding: false },
  ]
  #nowMs = START_MS
  #appendMs = START_MS
  #ids = 0
  #importLine = 0

  constructor(random: Random) {
    this.#random = random
  }

  /** Time passes, something is said, heard and appended (or held back). */
  step(): void {
    const random = this.#random
    this.#nowMs += random.chance(0.06) ? random.between(60_000, 900_000) : random.between(0, 15_000)
    for (const ingestor of this.#ingestors) {
      if (random.chance(0.1)) ingestor.holding = !ingestor.holding
    }
    const said = this.#say()
    for (const ingestor of this.#ingestors) {
      if (random.chance(0.75)) ingestor.spool.push(heardBy(said, ingestor.name))
      if (!ingestor.holding) for (const record of ingestor.spool.splice(0)) this.#append(record)
    }
    if (random.chance(0.1)) this.#append(this.#import())
  }

  #append(record: AnyRecord): void {
    this.#appendMs = Math.max(this.#appendMs, this.#nowMs + this.#random.between(-2_000, 2_000))
    const garbled = this.#random.chance(0.01)
    this.records.push({
      partition: 0,
      offset: this.records.length,
      appendMs: this.#appendMs,
      key: record.value.channelId,
      value: garbled ? new Uint8Array([1, 2, 3]) : encodeRecord(record),
    })
  }

  #say(): AnyRecord {
    const random = this.#random
    const channelId = random.pick(CHANNELS)
    const heard = {
      channelId,
      channelLogin: random.chance(0.95) ? `room${channelId}` : `old${channelId}`,
      run: LIVE_RUN,
      line: 0,
      ingestor: '',
      receivedAt: this.#nowMs,
    }
    const sentAt = this.#nowMs - (random.chance(0.15) ? random.between(0, 90_000) : random.between(0, 3_000))
    const again = random.chance(0.08) && this.#ids > 0
    const id = `id-${again ? random.between(Math.max(0, this.#ids - 5), this.#ids - 1) : this.#ids++}`
    const dice = random.next()
    if (dice < 0.75) return { kind: 'message', value: { ...this.#message(id, sentAt), ...heard } }
    if (dice < 0.82) {
      const target = random.chance(0.3) ? null : String(random.between(1, 4))
      const durationSeconds = random.chance(0.5) ? random.between(1, 600) : null
      return {
        kind: 'clearChat',
        value: {
          ...heard,
          sentAt,
          targetUserId: target,
          targetLogin: target && `user${target}`,
          durationSeconds,
          sourceRoomId: null,
        },
      }
    }
    if (dice < 0.87) {
      const targetMessageId = `id-${random.between(0, this.#ids)}`
      return {
        kind: 'clearMessage',
        value: { ...heard, sentAt, targetMessageId, login: 'user1', sourceRoomId: null },
      }
    }
    if (dice < 0.92) {
      const slow = random.chance(0.5) ? 10 : 0
      const modes = { emoteOnly: null, followersOnly: null, r9k: null, slow, subsOnly: null }
      return { kind: 'roomState', value: { ...heard, sentAt: null, ...modes } }
    }
    if (dice < 0.95) return { kind: 'broken', value: { ...heard, sentAt: null, reason: 'no-user' } }
    if (dice < 0.97) {
      const optOut = random.chance(0.5) ? ['2'] : []
      return {
        kind: 'channelSettings',
        value: { channelId, channelLogin: heard.channelLogin, bots: ['user3'], commandPrefix: '!', optOut },
      }
    }
    const to = this.#nowMs
    const ended = random.chance(0.3) ? 'connection lost' : null
    return {
      kind: 'coverage',
      value: {
        channelId,
        channelLogin: heard.channelLogin,
        ingestor: '',
        imported: false,
        from: to - 5_000,
        to,
        ended,
      },
    }
  }

  #import(): AnyRecord {
    const random = this.#random
    // Now and then the import is interrupted and sends its last lines again; now and then it is over.
    if (random.chance(0.1)) return { kind: 'importFinished', value: { channelId: '11', run: 'import:x' } }
    if (random.chance(0.2)) this.#importLine = Math.max(0, this.#importLine - 2)
    const line = ++this.#importLine
    const sentAt = this.#nowMs - random.between(0, 1_200_000)
    const heard = {
      channelId: '11',
      channelLogin: 'room11',
      run: 'import:x',
      line,
      ingestor: 'import',
      receivedAt: this.#nowMs,
    }
    return { kind: 'message', value: { ...this.#message(`old-${line}`, sentAt), ...heard } }
  }

  #message(
    id: string,
    sentAt: number,
  ): Omit<Message, 'channelId' | 'channelLogin' | 'run' | 'line' | 'ingestor' | 'receivedAt'> {
    const random = this.#random
    const user = String(random.between(1, 4))
    return {
      sentAt,
      id,
      userId: user,
      login: `user${user}`,
      displayName: `User${user}`,
      text: random.pick(['hello', '!map', '\u0001ACTION waves\u0001', '\u{1f344} ok', null]),
      badges: random.pick(['', 'subscriber/3', 'moderator/1']),
      emotes: random.pick(['', '25:0-1', '25:0-900']),
      bits: random.chance(0.1) ? random.between(1, 500) : null,
      firstMessage: random.chance(0.1),
      returningChatter: false,
      replyParentId: random.chance(0.1) ? 'p' : null,
      sourceRoomId: random.chance(0.1) ? '99' : null,
    }
  }
}

/** The same thing, as another ingestor passes it on. */
function heardBy(record: AnyRecord, ingestor: string): AnyRecord {
  if (!('ingestor' in record.value)) return record
  return { kind: record.kind, value: { ...record.value, ingestor } } as AnyRecord
}
