/** What is said in a few small rooms: every kind of record, ids used again, send times that lag or run ahead. */
import {
  type AnyRecord,
  DEFAULT_MOMENT_THRESHOLDS,
  LIVE_RUN,
  type Message,
  NO_CHANNEL,
  type ThirdPartyEmote,
} from '@smacktalk/contract'
import type { Random } from '../support/random.ts'

/** The last one is quiet: what it remembers leaves the read-back window while nothing is said in it. */
const BUSY = ['11', '22'] as const
const QUIET = '33'
const IMPORTED = { channelId: '11', channelLogin: 'room11', run: 'import:x' } as const
const TEXTS = ['hello', '!map', '\u0001ACTION waves\u0001', '\u{1f344} ok', '@user2 well done', null]

/** The first token, all of a text or beyond it, and one that stands where Twitch's may stand. */
const RECOGNISED: readonly ThirdPartyEmote[][] = [
  [],
  [],
  [{ key: '7tv:01', start: 0, end: 4 }],
  [
    { key: 'bttv:02', start: 2, end: 3 },
    { key: 'ffz:3', start: 5, end: 900 },
  ],
]

/** So that a few rooms with a few messages a minute have moments all the time. */
const EASY_MOMENTS = {
  ...DEFAULT_MOMENT_THRESHOLDS,
  surgeDeviations: 0,
  surgePercent: 110,
  surgeMessages: 1,
  warmUpSeconds: 10,
  raidViewers: 1,
  removals: 2,
}

type Heard = Pick<Message, 'channelId' | 'channelLogin' | 'run' | 'line' | 'ingestor' | 'receivedAt'>

export class HostileChat {
  readonly #random: Random
  #ids = 0
  #importLine = 0

  constructor(random: Random) {
    this.#random = random
  }

  say(nowMs: number): AnyRecord {
    const random = this.#random
    const channelId = random.chance(0.06) ? QUIET : random.pick(BUSY)
    const heard: Heard = {
      channelId,
      channelLogin: random.chance(0.95) ? `room${channelId}` : `old${channelId}`,
      run: LIVE_RUN,
      line: 0,
      ingestor: '',
      receivedAt: nowMs,
    }
    const sentAt = this.#sentAt(nowMs)
    const dice = random.next()
    if (dice < 0.72) return { kind: 'message', value: { ...this.#message(this.#id(), sentAt), ...heard } }
    if (dice < 0.76) return this.#notice(heard, sentAt)
    if (dice < 0.83) return this.#clearChat(heard, sentAt)
    if (dice < 0.87) {
      const targetMessageId = `id-${random.between(Math.max(0, this.#ids - 8), this.#ids)}`
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
    if (dice < 0.94) return { kind: 'broken', value: { ...heard, sentAt: null, reason: 'no-user' } }
    if (dice < 0.95) {
      const nowhere = { ...heard, channelId: NO_CHANNEL, channelLogin: '' }
      return { kind: 'broken', value: { ...nowhere, sentAt: null, reason: 'malformed' } }
    }
    const { channelLogin } = heard
    if (dice < 0.97) {
      const optOut = random.chance(0.5) ? ['2'] : []
      const moments = random.chance(0.8) ? EASY_MOMENTS : null
      return {
        kind: 'channelSettings',
        value: { channelId, channelLogin, bots: ['user3'], commandPrefix: '!', optOut, moments },
      }
    }
    const ended = random.chance(0.3) ? 'connection lost' : null
    return {
      kind: 'coverage',
      value: {
        channelId,
        channelLogin,
        ingestor: '',
        origin: 'heard',
        from: nowMs - 5_000,
        to: nowMs,
        ended,
      },
    }
  }

  /** The next line of an import that is now and then interrupted and sends its last lines again, or is over. */
  import(nowMs: number): AnyRecord {
    const random = this.#random
    if (random.chance(0.1)) {
      return { kind: 'importFinished', value: { channelId: IMPORTED.channelId, run: IMPORTED.run } }
    }
    if (random.chance(0.2)) this.#importLine = Math.max(0, this.#importLine - 2)
    const line = ++this.#importLine
    const sentAt = nowMs - random.between(0, 1_200_000)
    const heard = { ...IMPORTED, line, ingestor: 'import', receivedAt: nowMs }
    return { kind: 'message', value: { ...this.#message(`old-${line}`, sentAt), ...heard } }
  }

  /** Mostly now; some lag behind, a few run ahead of the time of appending, up to more than is believed. */
  #sentAt(nowMs: number): number {
    const random = this.#random
    const dice = random.next()
    if (dice < 0.02) return nowMs + random.between(10_000, 310_000)
    return nowMs - (dice < 0.17 ? random.between(0, 90_000) : random.between(0, 3_000))
  }

  /** Now and then one of the last ids again, under another text and time. */
  #id(): string {
    const random = this.#random
    const again = random.chance(0.08) && this.#ids > 0
    return `id-${again ? random.between(Math.max(0, this.#ids - 5), this.#ids - 1) : this.#ids++}`
  }

  #message(id: string, sentAt: number): Omit<Message, keyof Heard> {
    const random = this.#random
    const user = String(random.between(1, 4))
    return {
      sentAt,
      id,
      userId: user,
      login: `user${user}`,
      displayName: `User${user}`,
      text: random.pick(TEXTS),
      badges: random.pick(['', 'subscriber/3', 'moderator/1']),
      emotes: random.pick(['', '25:0-1', '25:0-900']),
      // Not drawn: what else is said stays what the pinned seeds are about.
      thirdPartyEmotes: RECOGNISED[this.#ids % RECOGNISED.length]!,
      bits: random.chance(0.1) ? random.between(1, 500) : null,
      firstMessage: random.chance(0.1),
      returningChatter: false,
      replyParentId: random.chance(0.1) ? 'p' : null,
      sourceRoomId: random.chance(0.1) ? '99' : null,
    }
  }

  #notice(heard: Heard, sentAt: number): AnyRecord {
    const random = this.#random
    const msgId = random.pick(['sub', 'subgift', 'submysterygift', 'raid', 'unraid'])
    const user = String(random.between(1, 4))
    return {
      kind: 'notice',
      value: {
        ...heard,
        sentAt,
        id: this.#id(),
        userId: user,
        login: `user${user}`,
        displayName: `User${user}`,
        badges: '',
        msgId,
        sourceMsgId: null,
        sourceRoomId: random.chance(0.1) ? '99' : null,
        recipientId: null,
        recipientLogin: null,
        plan: msgId === 'sub' ? '1000' : null,
        months: null,
        massGiftCount: msgId === 'submysterygift' ? random.between(1, 20) : null,
        viewerCount: msgId === 'raid' ? random.between(1, 900) : null,
        originId: null,
      },
    }
  }

  #clearChat(heard: Heard, sentAt: number): AnyRecord {
    const random = this.#random
    const target = random.chance(0.3) ? null : String(random.between(1, 4))
    return {
      kind: 'clearChat',
      value: {
        ...heard,
        sentAt,
        targetUserId: target,
        targetLogin: target && `user${target}`,
        durationSeconds: random.chance(0.5) ? random.between(1, 600) : null,
        sourceRoomId: null,
      },
    }
  }
}
