/**
 * A chat whose every message is known: numbered lines from a fake Twitch, and what must be counted of them. Like a
 * history service it sends the last lines again to whoever joins, so that lines which a killed reader had on its
 * socket but not yet in its log are not lost. Ids stay the same, so nothing may count twice.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { MINUTE_MS, spanStart } from '@smacktalk/contract'
import { type FakeTwitch, type JoinEntry, type Refusal, startFakeTwitch } from '@smacktalk/fake-twitch'
import type { Random } from './random.ts'
import { privmsg } from './twitch-lines.ts'

export interface NumberedChatOptions {
  readonly channels: readonly string[]
  readonly random: Random
  /** Over all channels. */
  readonly messagesPerSecond: number
  /** How far back lines are sent again, ms; more than the way from socket to log ever takes. */
  readonly againMs: number
}

interface Said {
  readonly line: string
  readonly sentAt: number
  /** Epoch ms of the newest sending of the line. */
  onWireAt: number
}

const TURN_MS = 10
const CHATTERS = 50

export class NumberedChat implements AsyncDisposable {
  readonly channels: readonly string[]
  /** Lines that went to a socket, first and repeated ones. */
  sendings = 0
  readonly #twitch: FakeTwitch
  readonly #options: NumberedChatOptions
  /** By channel and message id, in order. */
  readonly #said: ReadonlyMap<string, Map<string, Said>>
  #stopping = new AbortController()
  #talking: Promise<void> = Promise.resolve()
  #number = 0
  #quiet = false

  private constructor(twitch: FakeTwitch, options: NumberedChatOptions) {
    this.#twitch = twitch
    this.#options = options
    this.channels = options.channels
    this.#said = new Map(options.channels.map((channel) => [channel, new Map<string, Said>()]))
  }

  static async start(options: NumberedChatOptions): Promise<NumberedChat> {
    const twitch = await startFakeTwitch({
      idOf: roomIdOf,
      framing: { seed: options.random.between(1, 1_000_000), fragment: true },
      onJoin: (login) => chat.#joined(login),
    })
    const chat = new NumberedChat(twitch, options)
    chat.#talking = chat.#talk()
    return chat
  }

  get url(): string {
    return this.#twitch.url
  }

  /** Somebody is in every channel. */
  get heard(): boolean {
    return this.channels.every((channel) => this.#twitch.joined(channel) > 0)
  }

  /** Connections that are in a channel. */
  listeners(channel: string): number {
    return this.#twitch.joined(channel)
  }

  /** JOINs as they came, repeated ones too. */
  get joins(): readonly JoinEntry[] {
    return this.#twitch.joins
  }

  /** Distinct messages that went to a socket. */
  get messages(): number {
    return [...this.#said.values()].reduce((sum, { size }) => sum + size, 0)
  }

  /** Distinct messages of a channel per minute of sending, by start of the minute. */
  minutesOf(channel: string): Map<number, number> {
    const minutes = new Map<number, number>()
    for (const { sentAt } of this.#said.get(channel)?.values() ?? []) {
      const start = spanStart(sentAt, MINUTE_MS)
      minutes.set(start, (minutes.get(start) ?? 0) + 1)
    }
    return minutes
  }

  /** Hands a line of somebody else's making to those who are in the channel; it is not numbered. */
  hand(channel: string, line: string): void {
    this.#twitch.send(channel, line)
  }

  /** Answers JOINs of a channel with a notice from now on. */
  refuse(channel: string, refusal: Refusal): void {
    this.#twitch.refuseJoin(channel, refusal)
  }

  /** Says nothing new any more; who joins still hears the last lines again. */
  async pause(): Promise<void> {
    this.#stopping.abort()
    await this.#talking
  }

  /** Goes on after a pause. */
  resume(): void {
    this.#stopping = new AbortController()
    this.#talking = this.#talk()
  }

  /** Says nothing new any more, and nothing again. */
  async fallSilent(): Promise<void> {
    this.#quiet = true
    await this.pause()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.fallSilent()
    await this.#twitch[Symbol.asyncDispose]()
  }

  async #talk(): Promise<void> {
    const { random, messagesPerSecond } = this.#options
    const { signal } = this.#stopping
    let owed = 0
    let saidUpTo = performance.now()
    while (!signal.aborted) {
      // A rejection says that it is over.
      await sleep(TURN_MS, undefined, { signal }).catch(() => undefined)
      const now = performance.now()
      owed += ((now - saidUpTo) * messagesPerSecond) / 1_000
      saidUpTo = now
      // What nobody hears is held back: said when somebody is there, with the time of then.
      for (; owed >= 1 && !signal.aborted; owed--) this.#say(random.pick(this.channels))
    }
  }

  #say(channel: string): void {
    if (this.#twitch.joined(channel) === 0) return
    this.#number++
    const sentAt = Date.now()
    const chatter = this.#options.random.between(1, CHATTERS)
    const id = `message-${this.#number}`
    const line = privmsg({
      channel,
      roomId: roomIdOf(channel),
      id,
      userId: String(5_000 + chatter),
      login: `chatter_${chatter}`,
      sentAt,
      text: `number ${this.#number}`,
    })
    this.#said.get(channel)?.set(id, { line, sentAt, onWireAt: sentAt })
    this.#send(channel, line)
  }

  /** Called before the JOIN is answered; by the next turn the channel is joined. */
  #joined(channel: string): void {
    setImmediate(() => {
      if (this.#quiet) return
      const said = [...(this.#said.get(channel)?.values() ?? [])]
      const newest = said.reduce((max, { onWireAt }) => Math.max(max, onWireAt), 0)
      for (const each of said) {
        if (each.onWireAt < newest - this.#options.againMs) continue
        each.onWireAt = Date.now()
        this.#send(channel, each.line)
      }
    })
  }

  #send(channel: string, line: string): void {
    this.#twitch.send(channel, line)
    this.sendings++
  }
}

/** A room id for a test channel: any decimal number that stays the same. */
export function roomIdOf(login: string): string {
  return String(70_000 + [...login].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 10_000, 7))
}
