/**
 * Writes the log of one partition step by step: gives records their place, channel, run, line number and send
 * time. It follows the newest send times roughly, only so that times near a limit can be drawn.
 */
import {
  type AnyRecord,
  type ChatRecord,
  DAY_MS,
  EARLIEST_SENT_MS,
  LIVE_RUN,
  type Message,
  MINUTE_MS,
  NO_CHANNEL,
  spanStart,
  UNREADABLE_TIME,
} from '@smacktalk/contract'
import type { LogEntry, OracleOptions } from './log-entry.ts'
import type { Content, IdChoice } from './random-records.ts'

/** A time relative to something that matters for judging, ms. */
export interface When {
  readonly anchor:
    | 'append'
    | 'newest'
    | 'previous'
    | 'append-minute'
    | 'late-edge'
    | 'spool-edge'
    | 'ahead-edge'
    | 'earliest-edge'
    | 'unreadable'
  readonly ms: number
}

/** Time that passes before a record is appended; negative where the log's clock is set back. */
export interface Gap {
  readonly base: 'nothing' | 'horizon' | 'spool'
  readonly ms: number
}

export interface Place {
  readonly channelId: string
  readonly run: string
  readonly ingestor: string
  readonly when: When
}

const AHEAD_MS = 5 * MINUTE_MS

export class LogWriter {
  readonly entries: LogEntry[] = []
  #appendMs: number
  readonly #options: OracleOptions
  readonly #newest = new Map<string, number>()
  readonly #previous = new Map<string, number>()
  readonly #lines = new Map<string, number>()

  constructor(startMs: number, options: OracleOptions) {
    this.#appendMs = startMs
    this.#options = options
  }

  wait({ base, ms }: Gap): void {
    const { horizonMs, spoolMs } = this.#options
    this.#appendMs += ms + { nothing: 0, horizon: horizonMs, spool: spoolMs }[base]
  }

  get appendMs(): number {
    return this.#appendMs
  }

  /** Send times near which a repeated text is judged otherwise, ms. */
  edges({ channelId, run, sentAt }: Message): Record<'spool-edge' | 'late-edge' | 'midnight', number> {
    const newest = this.#newest.get(`${channelId} ${run}`) ?? sentAt
    return {
      'spool-edge': this.#appendMs - this.#options.spoolMs,
      'late-edge': newest - this.#options.horizonMs,
      midnight: spanStart(this.#appendMs + DAY_MS / 2, DAY_MS),
    }
  }

  append(record: AnyRecord): void {
    this.entries.push({ offset: this.entries.length, appendMs: this.#appendMs, record })
  }

  /** The next line of an import, `skipped` lines being those of other partitions. */
  nextLine(run: string, skipped: number): number {
    const line = (this.#lines.get(run) ?? 0) + 1 + skipped
    this.#lines.set(run, line)
    return line
  }

  write(content: Content, place: Place, line: number): void {
    const sentAt = this.#time(place)
    const record = this.#record(content, place, line, sentAt)
    this.append(record)
    this.#previous.set(place.channelId, sentAt)
    if (record.kind !== 'roomState' && record.kind !== 'broken') this.#follow({ ...place, sentAt })
  }

  #follow({ channelId, run, sentAt }: { channelId: string; run: string; sentAt: number }): void {
    const key = `${channelId} ${run}`
    const plausible = sentAt >= EARLIEST_SENT_MS && sentAt <= this.#appendMs + AHEAD_MS
    if (plausible) this.#newest.set(key, Math.max(sentAt, this.#newest.get(key) ?? 0))
  }

  /** Appends a copy of a record of the log with another time; a line of an import gets the next number. */
  repeat(value: Message, change: Partial<Message>): void {
    const line = value.run === LIVE_RUN ? 0 : this.nextLine(value.run, 0)
    const id = `id-${this.entries.length}`
    const repeated = { ...value, id, line, ...change }
    this.append({ kind: 'message', value: repeated })
    this.#follow(repeated)
  }

  #time({ channelId, run, when: { anchor, ms } }: Place): number {
    const unknown = run === LIVE_RUN ? this.#appendMs : this.#appendMs - 10 * MINUTE_MS
    const newest = this.#newest.get(`${channelId} ${run}`) ?? unknown
    switch (anchor) {
      case 'append':
        return this.#appendMs + ms
      case 'newest':
        return newest + ms
      case 'previous':
        return (this.#previous.get(channelId) ?? unknown) + ms
      case 'append-minute':
        return spanStart(this.#appendMs, MINUTE_MS) + ms
      case 'late-edge':
        return newest - this.#options.horizonMs + ms
      case 'spool-edge':
        return this.#appendMs - this.#options.spoolMs + ms
      case 'ahead-edge':
        return this.#appendMs + AHEAD_MS + ms
      case 'earliest-edge':
        return EARLIEST_SENT_MS + ms
      case 'unreadable':
        return UNREADABLE_TIME
    }
  }

  #id(choice: IdChoice, channelId: string): string {
    if ('pool' in choice) return `pool-${choice.pool}`
    if ('back' in choice) {
      const ids = this.entries.flatMap(({ record }) =>
        (record.kind === 'message' || record.kind === 'notice') && record.value.channelId === channelId
          ? [record.value.id]
          : [],
      )
      return ids.at(-1 - choice.back) ?? 'pool-0'
    }
    return `id-${this.entries.length}`
  }

  #record(content: Content, { channelId, run, ingestor }: Place, line: number, sentAt: number): ChatRecord {
    const heard = {
      channelId,
      channelLogin: `channel_${channelId}`,
      run,
      line,
      ingestor,
      receivedAt: Math.max(0, sentAt) + 150,
      sentAt,
    }
    const sourceRoomId = 'source' in content ? (content.source === 'own' ? channelId : content.source) : null
    switch (content.kind) {
      case 'message': {
        const { id, person, source: _, kind: __, ...rest } = content
        return {
          kind: 'message',
          value: { ...heard, ...rest, ...person, id: this.#id(id, channelId), sourceRoomId },
        }
      }
      case 'notice':
        return {
          kind: 'notice',
          value: {
            ...heard,
            id: this.#id(content.id, channelId),
            userId: content.person?.userId ?? null,
            login: content.person?.login ?? '',
            displayName: content.displayName,
            badges: content.badges,
            msgId: content.msgId,
            sourceMsgId: content.sourceMsgId,
            sourceRoomId,
            recipientId: content.recipient?.userId ?? null,
            recipientLogin: content.recipient?.login ?? null,
            plan: content.plan,
            months: content.months,
            massGiftCount: content.massGiftCount,
            viewerCount: content.viewerCount,
            originId: null,
          },
        }
      case 'clearChat':
        return {
          kind: 'clearChat',
          value: {
            ...heard,
            targetUserId: content.target === 'user' ? content.person.userId : null,
            targetLogin: content.target === 'nobody' ? null : content.person.login,
            durationSeconds: content.durationSeconds,
            sourceRoomId,
          },
        }
      case 'clearMessage':
        return {
          kind: 'clearMessage',
          value: {
            ...heard,
            targetMessageId: this.#id(content.target, channelId),
            login: content.person?.login ?? null,
            sourceRoomId,
          },
        }
      case 'roomState':
        return {
          kind: 'roomState',
          value: { ...heard, ...content.modes, sentAt: content.timed ? sentAt : null },
        }
      case 'broken':
        return {
          kind: 'broken',
          value: {
            ...heard,
            channelId: content.channelKnown ? channelId : NO_CHANNEL,
            channelLogin: content.channelKnown ? heard.channelLogin : '',
            sentAt: content.timed ? sentAt : null,
            reason: content.reason,
          },
        }
    }
  }
}
