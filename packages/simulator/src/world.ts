/** A chat world made from a seed: the same seed and the same calls give the same lines. */
import { parseChannelName } from '@smacktalk/contract'
import { People } from './crowd.ts'
import { Director } from './director.ts'
import { FLAVOURS, type Flavour, OWN_CHANNELS } from './flavours.ts'
import { type Label, LabelBook } from './labels.ts'
import { fullStateLine, MODES_OFF } from './lines.ts'
import { Outbox, type WorldLine } from './outbox.ts'
import { hashNumber, hashText, zipfWeights } from './random.ts'
import { Room, type Surroundings } from './room.ts'
import { talkForOneStep } from './talk.ts'

export interface WorldOptions {
  readonly seed: number
  /** Epoch milliseconds; nothing happens before it. Another start is another run: same people, other messages. */
  readonly startMs: number
  /** Ordinary messages over all own channels, 0 to 20,000; happenings come on top. Default 40. */
  readonly messagesPerSecond?: number
  /** Own channels, 1 to 200. Default 14. */
  readonly channels?: number
  /** Share of chat lines that are sent twice. Default 0. */
  readonly duplicateShare?: number
  /** Share of ordinary messages that are broken on purpose. Default 0.0005. */
  readonly faultShare?: number
  /** Share of lines whose `tmi-sent-ts` lies up to 2 s too early. Default 0.005. */
  readonly disorderShare?: number
  /** Ordinary talk only: no raids, storms and the like, for even loads. Default false. */
  readonly calm?: boolean
  /** Ordinary messages grow by this factor every hour, 0.1 to 10; at most tenfold in all. Default 1. */
  readonly driftPerHour?: number
  /** Deviation of the logarithm of ordinary rates from second to second, 0 to 1: talk comes in bursts. Default 0. */
  readonly unrest?: number
}

export interface Channel {
  readonly login: string
  /** Room id, decimal; depends on seed and login alone. */
  readonly id: string
  readonly displayName: string
}

export interface World {
  /** The world's own channels, largest first. */
  readonly channels: readonly Channel[]
  /**
   * Makes sure a channel is there; an unknown one becomes a small quiet channel that begins to talk now.
   * Beyond EXTRA_CHANNELS_MAX unknown ones a channel exists but stays silent.
   * @throws RangeError when it is not a valid channel name.
   */
  join(login: string): Channel
  /**
   * All lines with time in [end of the previous call, toMs), in time order. However the time is cut into calls,
   * the lines are the same. A long span is a long list: advance in pieces.
   */
  advance(toMs: number): readonly WorldLine[]
  /** What has happened so far and is over, with final figures; the newest LABELS_MAX. */
  readonly labels: readonly Label[]
  /** Codes that people of a room write as plain words, like emotes of other providers; none of an unknown id. */
  wordEmotes(roomId: string): readonly string[]
  /** The full ROOMSTATE line that a client gets on joining at this time. */
  roomState(login: string, atMs: number): string
}

/** Unknown channels that talk. */
export const EXTRA_CHANNELS_MAX = 2_000
export const MESSAGES_PER_SECOND_MAX = 20_000
export const CHANNELS_MAX = 200

const ZIPF_EXPONENT = 0.95
const QUIET_PER_MINUTE = { least: 4, most: 10 } as const
const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
/** A channel that grew further would be another one. */
const DRIFT_MAX = 10

interface Place {
  readonly room: Room
  readonly flavour: Flavour
  /** Share of the world's messages; 0 for an unknown channel. */
  readonly weight: number
  /** Messages a second of an unknown channel. */
  readonly quiet: number
  /** When the day's and the quarter-hour's swing are at their height. */
  readonly phase: number
  readonly swingMs: number
}

export function createWorld(options: WorldOptions): World {
  return new SeededWorld(options)
}

class SeededWorld implements World {
  readonly channels: readonly Channel[]
  readonly #seed: number
  readonly #runSeed: number
  readonly #startMs: number
  readonly #messagesPerSecond: number
  readonly #driftPerHour: number
  readonly #unrest: number
  readonly #outbox: Outbox
  readonly #around: Surroundings
  readonly #own: readonly Place[]
  readonly #extra: Place[] = []
  readonly #rooms = new Map<string, Room>()
  readonly #labels = new LabelBook()
  readonly #director: Director | null
  #nowMs: number
  /** Lines of the last step that are not due yet, from `#restFrom` on. */
  #rest: readonly WorldLine[] = []
  #restFrom = 0

  constructor(options: WorldOptions) {
    const { seed, startMs, messagesPerSecond = 40, channels = 14, calm = false } = options
    const { driftPerHour = 1, unrest = 0 } = options
    const { duplicateShare = 0, faultShare = 0.0005, disorderShare = 0.005 } = options
    inRange('seed', seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
    inRange('startMs', startMs, 0, 8.64e15)
    inRange('messagesPerSecond', messagesPerSecond, 0, MESSAGES_PER_SECOND_MAX)
    inRange('channels', channels, 1, CHANNELS_MAX)
    inRange('driftPerHour', driftPerHour, 1 / DRIFT_MAX, DRIFT_MAX)
    inRange('unrest', unrest, 0, 1)
    for (const [name, share] of Object.entries({ duplicateShare, faultShare, disorderShare })) {
      inRange(name, share, 0, 1)
    }
    this.#seed = hashNumber(seed)
    this.#startMs = Math.floor(startMs)
    this.#runSeed = hashNumber(this.#startMs, this.#seed)
    this.#messagesPerSecond = messagesPerSecond
    this.#driftPerHour = driftPerHour
    this.#unrest = unrest
    this.#nowMs = this.#startMs
    this.#outbox = new Outbox(this.#startMs)
    const people = new People(this.#seed)
    const runSeed = this.#runSeed
    this.#around = { people, runSeed, outbox: this.#outbox, duplicateShare, faultShare, disorderShare }
    const weights = zipfWeights(Math.floor(channels), ZIPF_EXPONENT)
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    this.#own = weights.map((weight, index) => {
      const [login, flavour] = OWN_CHANNELS[index] ?? [`demo_room_${index + 1}`, this.#flavourOf(index)]
      return this.#open(login, flavour, weight / total)
    })
    this.channels = this.#own.map(({ room }) => identityOf(room))
    const rooms = this.#own.map(({ room }) => room)
    const forget = (number: number) => {
      for (const room of this.#rooms.values()) room.crowd.forget(number)
    }
    this.#director = calm ? null : new Director(runSeed, this.#startMs, rooms, people, this.#labels, forget)
  }

  join(login: string): Channel {
    const parsed = parseChannelName(login)
    if (!parsed.ok) throw new RangeError(parsed.reason)
    const known = this.#rooms.get(parsed.login)
    if (known !== undefined) return identityOf(known)
    if (this.#extra.length >= EXTRA_CHANNELS_MAX) return this.#identity(parsed.login)
    const place = this.#open(parsed.login, this.#flavourOf(hashText(parsed.login, this.#seed)), 0)
    this.#extra.push(place)
    return identityOf(place.room)
  }

  advance(toMs: number): readonly WorldLine[] {
    if (!Number.isFinite(toMs)) throw new RangeError(`${toMs} is not a time to advance to.`)
    const lines: WorldLine[] = []
    this.#takeRest(toMs, lines)
    while (this.#outbox.stepStartMs < toMs) {
      this.#rest = this.#makeStep()
      this.#restFrom = 0
      this.#takeRest(toMs, lines)
    }
    this.#nowMs = Math.max(this.#nowMs, toMs)
    this.#labels.close(this.#nowMs)
    return lines
  }

  get labels(): readonly Label[] {
    return this.#labels.list
  }

  roomState(login: string, atMs: number): string {
    const { login: name } = this.join(login)
    return this.#rooms.get(name)?.stateAt(atMs) ?? fullStateLine(this.#identity(name), MODES_OFF)
  }

  wordEmotes(roomId: string): readonly string[] {
    const place = [...this.#own, ...this.#extra].find(({ room }) => room.id === roomId)
    return place?.flavour.wordEmotes ?? []
  }

  #takeRest(toMs: number, into: WorldLine[]): void {
    let index = this.#restFrom
    for (let line = this.#rest[index]; line !== undefined && line.atMs < toMs; line = this.#rest[index]) {
      into.push(line)
      index += 1
    }
    this.#restFrom = index
  }

  #makeStep(): readonly WorldLine[] {
    const startMs = this.#outbox.stepStartMs
    const rates = this.#ratesAt(startMs)
    this.#director?.beginStep(startMs, (room) => rates.get(room) ?? 0)
    for (const { room } of this.#own) {
      talkForOneStep(room, startMs, (rates.get(room) ?? 0) * room.unrest(this.#unrest))
    }
    this.#director?.runStep(startMs)
    for (const { room, quiet } of this.#extra) talkForOneStep(room, startMs, quiet)
    return this.#outbox.endStep()
  }

  /** The swings move messages between the channels; their sum swings a little by itself. */
  #ratesAt(atMs: number): Map<Room, number> {
    let total = 0
    const shares = this.#own.map(({ weight, phase, swingMs }) => {
      const day = 0.25 * Math.sin(2 * Math.PI * (atMs / DAY_MS + phase))
      const quarter = 0.2 * Math.sin(2 * Math.PI * (atMs / swingMs + phase * 7))
      const share = weight * (1 + day + quarter)
      total += share
      return share
    })
    const swing = 1 + 0.06 * Math.sin((2 * Math.PI * atMs) / (7 * 60_000))
    const sum = this.#messagesPerSecond * swing * this.#driftAt(atMs)
    return new Map(this.#own.map(({ room }, index) => [room, ((shares[index] ?? 0) / total) * sum]))
  }

  #driftAt(atMs: number): number {
    if (this.#driftPerHour === 1) return 1
    const factor = this.#driftPerHour ** ((atMs - this.#startMs) / HOUR_MS)
    return Math.min(DRIFT_MAX, Math.max(1 / DRIFT_MAX, factor))
  }

  #open(login: string, flavour: Flavour, weight: number): Place {
    const draw = hashText(login, this.#seed + 9)
    const { least, most } = QUIET_PER_MINUTE
    const quiet = weight > 0 ? 0 : (least + ((draw % 1_000) / 1_000) * (most - least)) / 60
    const identity = this.#identity(login)
    const room = new Room(this.#around, identity, flavour, weight * this.#messagesPerSecond + quiet)
    this.#rooms.set(login, room)
    const phase = (draw >>> 10) / 2 ** 22
    return { room, flavour, weight, quiet, phase, swingMs: (11 + (draw % 9)) * 60_000 }
  }

  #identity(login: string): Channel {
    const id = String(1_000_000_000 + hashText(login, this.#seed))
    const displayName = login.replace(/(^|_)[a-z]/g, (letter) => letter.toUpperCase())
    return { login, id, displayName }
  }

  #flavourOf(number: number): Flavour {
    const flavour = FLAVOURS[number % FLAVOURS.length]
    if (flavour === undefined) throw new RangeError('There are no flavours.')
    return flavour
  }
}

function identityOf({ login, id, displayName }: Channel): Channel {
  return { login, id, displayName }
}

function inRange(name: string, value: number, least: number, most: number): void {
  if (!(value >= least && value <= most)) {
    throw new RangeError(`${name} must be a number from ${least} to ${most}, not ${value}.`)
  }
}
