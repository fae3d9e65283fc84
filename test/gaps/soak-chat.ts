/**
 * A chat server below the socket, in step with a clock, that talks all the time and knows what was heard: every line
 * takes a while on its way, in order, and a line counts as heard once the client has it.
 */
import type { TmiSourceOptions } from '@smacktalk/twitch'
import { roomIdOf } from '../support/numbered-chat.ts'
import type { Random } from '../support/random.ts'
import { privmsg } from '../support/twitch-lines.ts'
import type { Interval, SaidMessage } from './soak-truth.ts'

type Connect = NonNullable<TmiSourceOptions['connect']>
type Listener = Parameters<Connect>[0]

interface Side {
  readonly listener: Listener
  readonly channels: Set<string>
  /** Since when the client knows of its JOINs. */
  readonly echoedAt: Map<string, number>
  /** Nothing goes in or out; it may thaw. */
  isFrozen: boolean
  /** As frozen, for good. */
  isDead: boolean
  isOver: boolean
  heardUntil: number
  wayUntil: number
  /** What arrived or was to leave while it was frozen. */
  held: (() => void)[]
}

const NICK = 'justinfan1'
const WAY_MS_MAX = 120
/** Messages per second, one channel after the other. */
export const USUAL_RATES: readonly number[] = [0.05, 0.4, 2, 5]

export class SoakChat {
  readonly channels: readonly string[]
  readonly said: SaidMessage[] = []
  /** New connections: `refused` ends them at once, `frozen` leaves them without an answer. */
  door: 'open' | 'refused' | 'frozen' = 'open'
  /** Every line comes twice. */
  repeats = false
  readonly silentJoins = new Set<string>()
  readonly suspended = new Set<string>()
  readonly #now: () => number
  readonly #random: Random
  readonly #rates: readonly number[]
  readonly #heard: ReadonlyMap<string, Interval[]>
  #sides: Side[] = []
  #onTheWay: { readonly at: number; readonly side: Side; act(): void }[] = []
  #talksUntil = Number.POSITIVE_INFINITY

  constructor(channels: readonly string[], now: () => number, random: Random, rates = USUAL_RATES) {
    this.channels = channels
    this.#now = now
    this.#random = random
    this.#rates = rates
    this.#heard = new Map(channels.map((login) => [login, []]))
  }

  readonly connect: Connect = (listener) => {
    const now = this.#now()
    const side: Side = {
      listener,
      ...{ channels: new Set(), echoedAt: new Map(), held: [], heardUntil: now, wayUntil: now },
      ...{ isFrozen: this.door === 'frozen', isDead: false, isOver: false },
    }
    this.#sides.push(side)
    this.#send(side, () => {
      if (this.door === 'refused') this.#end(side)
      else {
        this.#tell(side, `:tmi.twitch.tv 001 ${NICK} :Welcome`)
        listener.opened()
      }
    })
    return {
      send: (line) => {
        if (side.isFrozen) side.held.push(() => this.#take(side, line))
        else if (!side.isDead) this.#take(side, line)
      },
      close: () => this.#forget(side),
    }
  }

  /** When a channel was really heard, merged by whoever asks. */
  heard(login: string): Interval[] {
    const running = this.#sides.flatMap((side) => heardOn(side, login))
    return [...(this.#heard.get(login) ?? []), ...running]
  }

  isHeard(login: string): boolean {
    return this.#sides.some(({ echoedAt }) => echoedAt.has(login))
  }

  /** Says what is to be said in this step, and delivers what has come to its end. */
  step(stepMs: number): void {
    const now = this.#now()
    for (const [index, login] of this.channels.entries()) {
      const rate = this.#rates[index % this.#rates.length] ?? 1
      if (now < this.#talksUntil && this.#random.chance((rate * stepMs) / 1_000)) this.#say(login, now)
    }
    const due = this.#onTheWay.filter(({ at }) => at <= now)
    this.#onTheWay = this.#onTheWay.filter(({ at }) => at > now)
    for (const { side, act } of due) {
      if (side.isOver || side.isDead) continue
      if (side.isFrozen) side.held.push(act)
      else act()
    }
  }

  hush(): void {
    this.#talksUntil = this.#now()
  }

  /** Ends every connection; what is on its way is lost. */
  dropAll(): void {
    for (const side of [...this.#sides]) this.#end(side)
  }

  freeze(): void {
    this.door = 'frozen'
    for (const side of this.#sides) side.isFrozen = true
  }

  thaw(): void {
    this.door = 'open'
    for (const side of this.#sides) {
      side.isFrozen = false
      for (const act of side.held.splice(0)) if (!side.isOver && !side.isDead) act()
    }
  }

  /** The connections of now are dead, and nobody is told. */
  cut(): void {
    for (const side of this.#sides) side.isDead = true
  }

  /** The server is about to restart: it says so, and closes after a while. `dies`: at once, without a word. */
  restart(afterMs: number, dies: boolean): void {
    for (const side of this.#sides) {
      if (side.isDead || side.isFrozen) continue
      this.#send(side, () => {
        this.#tell(side, ':tmi.twitch.tv RECONNECT')
        if (dies) side.isDead = true
      })
      this.#onTheWay.push({ at: this.#now() + afterMs, side, act: () => this.#end(side) })
    }
  }

  takeOut(login: string): void {
    for (const side of this.#sides) {
      if (!side.channels.delete(login)) continue
      this.#send(side, () => this.#tellEnd(side, login, `:${NICK}!${NICK}@x PART #${login}`))
    }
  }

  suspend(login: string): void {
    this.suspended.add(login)
    for (const side of this.#sides) {
      if (side.channels.delete(login)) this.#send(side, () => this.#tellEnd(side, login, suspension(login)))
    }
  }

  #say(login: string, now: number): void {
    const number = this.said.length
    const id = `m-${number}`
    this.said.push({ id, login, sentAt: now })
    const who = { userId: String(100 + (number % 40)), login: `chatter_${number % 40}` }
    const line = privmsg({
      ...{ channel: login, roomId: roomIdOf(login), id, sentAt: now, text: `number ${number}` },
      ...who,
    })
    for (const side of this.#sides) {
      if (!side.channels.has(login)) continue
      for (let times = this.repeats ? 2 : 1; times > 0; times--)
        this.#send(side, () => this.#tell(side, line))
    }
  }

  #take(side: Side, line: string): void {
    if (side.isOver) return
    const [command, target = ''] = line.split(' ')
    const login = target.slice(1)
    if (command === 'PING')
      this.#send(side, () => this.#tell(side, `:tmi.twitch.tv PONG tmi.twitch.tv ${target}`))
    if (command === 'PART' && side.channels.delete(login)) {
      this.#send(side, () => this.#tellEnd(side, login, `:${NICK}!${NICK}@x PART #${login}`))
    }
    if (command !== 'JOIN' || this.silentJoins.has(login)) return
    if (this.suspended.has(login)) {
      this.#send(side, () => this.#tell(side, suspension(login)))
      return
    }
    side.channels.add(login)
    this.#send(side, () => {
      side.echoedAt.set(login, this.#now())
      this.#tell(side, `:${NICK}!${NICK}@x JOIN #${login}`)
    })
    const room = `@emote-only=0;followers-only=-1;r9k=0;room-id=${roomIdOf(login)};slow=0;subs-only=0`
    this.#send(side, () => this.#tell(side, `${room} :tmi.twitch.tv ROOMSTATE #${login}`))
  }

  /** It arrives after what was sent before. */
  #send(side: Side, act: () => void): void {
    side.wayUntil = Math.max(side.wayUntil, this.#now() + this.#random.between(1, WAY_MS_MAX))
    this.#onTheWay.push({ at: side.wayUntil, side, act })
  }

  #tell(side: Side, line: string): void {
    if (side.isOver) return
    side.heardUntil = this.#now()
    side.listener.line(line)
  }

  #tellEnd(side: Side, login: string, line: string): void {
    side.heardUntil = this.#now()
    this.#heard.get(login)?.push(...heardOn(side, login))
    side.echoedAt.delete(login)
    this.#tell(side, line)
  }

  #end(side: Side): void {
    if (side.isOver || side.isDead) return
    this.#forget(side)
    side.listener.closed('closed by the server')
  }

  #forget(side: Side): void {
    if (side.isOver) return
    side.isOver = true
    for (const login of side.echoedAt.keys()) this.#heard.get(login)?.push(...heardOn(side, login))
    this.#sides = this.#sides.filter((other) => other !== side)
  }
}

function heardOn({ echoedAt, heardUntil }: Side, login: string): Interval[] {
  const from = echoedAt.get(login)
  return from === undefined || heardUntil <= from ? [] : [{ from, to: heardUntil }]
}

const suspension = (login: string) =>
  `@msg-id=msg_channel_suspended :tmi.twitch.tv NOTICE #${login} :This channel has been suspended.`
