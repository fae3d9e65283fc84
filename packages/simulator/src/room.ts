/** A channel of the world: what goes out in it, and what it remembers of that. */
import { Crowd, type People } from './crowd.ts'
import { channelEmotes, type Emote } from './emotes.ts'
import { breakLine, type LineFault } from './faults.ts'
import type { Flavour } from './flavours.ts'
import {
  clearChatLine,
  clearMessageLine,
  fullStateLine,
  MODES_OFF,
  type Mode,
  messageLine,
  modeLine,
  noticeLine,
  type Origin,
  roomNoticeLine,
} from './lines.ts'
import { escapeTag, type Member, makeMember } from './member.ts'
import type { Outbox } from './outbox.ts'
import { drawUuid, Random } from './random.ts'
import { type Text, Texts } from './text.ts'

/** What all channels of a world share. */
export interface Surroundings {
  readonly people: People
  /** Differs between runs of the same world, so that message ids never repeat. */
  readonly runSeed: number
  readonly outbox: Outbox
  readonly duplicateShare: number
  readonly faultShare: number
  readonly disorderShare: number
}

/** A Shared Chat session as one of its two channels sees it. */
export interface Session {
  readonly partner: Room
  readonly toMs: number
  /** Called for each message copied to the partner. */
  sent(): void
}

export interface Said {
  readonly id: string
  readonly member: Member
  readonly text: string
  readonly atMs: number
}

export interface Manner {
  readonly action?: boolean
  readonly bits?: number
  readonly first?: boolean
  readonly returning?: boolean
  /** The message that is answered. */
  readonly replyTo?: Said
  /** Part of ordinary talk, which may be broken on purpose. */
  readonly breakable?: boolean
}

/** Between sending and hearing. */
const USUAL_DELAY_MS = 30
const DISORDER_MS_MAX = 2_000
/** Messages that can be answered or removed. */
const RECENT_MAX = 32
/** Copies arrive a moment later and must still lie within the session. */
const COPY_DELAY_MS = 60
/** Mode changes remembered for whoever joins a little in the past. */
const MODE_CHANGES_MAX = 64

export class Room {
  readonly login: string
  readonly id: string
  readonly displayName: string
  readonly random: Random
  readonly crowd: Crowd
  readonly texts: Texts
  readonly emotes: readonly Emote[]
  session: Session | null = null
  /** A happening owns the channel until then. */
  busyUntilMs = Number.NEGATIVE_INFINITY
  /** When a bot speaks unasked. */
  nextTimerMs = Number.NEGATIVE_INFINITY
  readonly modes: Record<Mode, number> = { ...MODES_OFF }
  readonly #modeChanges: { atMs: number; mode: Mode; before: number }[] = []
  readonly #around: Surroundings
  readonly #recent: Said[] = []
  /** Logarithm of how much livelier than usual the room is at the moment. */
  #excitement = 0
  #said = 0

  constructor(
    around: Surroundings,
    identity: { login: string; id: string; displayName: string },
    flavour: Flavour,
    messagesPerSecond: number,
  ) {
    this.login = identity.login
    this.id = identity.id
    this.displayName = identity.displayName
    this.#around = around
    this.random = new Random(around.runSeed, identity.login)
    this.emotes = channelEmotes(identity.login)
    this.texts = new Texts(this.random, flavour, this.emotes)
    this.crowd = new Crowd(around.people, around.runSeed, identity, messagesPerSecond)
  }

  /** How lively the next second is, 1 on average: it follows the one before. */
  unrest(deviation: number): number {
    if (deviation === 0) return 1
    let normal = -6
    for (let count = 0; count < 12; count++) normal += this.random.fraction()
    this.#excitement = 0.8 * this.#excitement + 0.6 * deviation * normal
    return Math.exp(this.#excitement - deviation ** 2 / 2)
  }

  /** Sends a message; null when it was broken on purpose and so cannot be answered or removed. */
  say(member: Member, atMs: number, text: Text, manner: Manner): Said | null {
    const { random } = this
    const id = drawUuid(random)
    const session = this.#sessionAt(atMs)
    const said = manner.action === true ? `\u0001ACTION ${text.text}${this.#actionEnd()}` : text.text
    const parts = {
      id,
      sentMs: this.#sentMs(atMs),
      text: said,
      emotes: text.emotes,
      emoteOnly: text.emoteOnly,
      bits: manner.bits ?? 0,
      first: manner.first ?? false,
      returning: manner.returning ?? false,
      replyTags: manner.replyTo === undefined ? '' : replyTags(manner.replyTo),
      origin: session === null ? null : this.#originOf(id, member),
    }
    const line = messageLine(this, member, parts)
    if (manner.breakable === true && random.chance(this.#around.faultShare)) {
      const broken = breakLine(random, line)
      this.#push(atMs, broken.line, broken.fault)
      return null
    }
    this.#send(atMs, line)
    if (session !== null) {
      const { partner } = session
      session.sent()
      const copy = { ...parts, id: drawUuid(random), first: false, returning: false }
      partner.receive(
        atMs + random.below(COPY_DELAY_MS),
        messageLine(partner, partner.#visitor(member), copy),
      )
    }
    const remembered = { id, member, text: said, atMs }
    this.#recent[this.#said % RECENT_MAX] = remembered
    this.#said += 1
    return remembered
  }

  /** Sends a USERNOTICE; `params` are its `msg-param-*` in alphabetical order. */
  notice(
    member: Member,
    atMs: number,
    msgId: string,
    params: Readonly<Record<string, string | number>>,
    system: string,
    text = '',
  ): void {
    const id = drawUuid(this.random)
    const session = this.#sessionAt(atMs)
    const origin = session === null ? null : this.#originOf(id, member)
    const parts = { id, sentMs: this.#sentMs(atMs), msgId, params, system, text, origin }
    this.#send(atMs, noticeLine(this, member, parts))
    if (session === null) return
    const { partner } = session
    const copy = { ...parts, id: drawUuid(this.random) }
    const line = noticeLine(partner, partner.#visitor(member), copy)
    partner.receive(atMs + this.random.below(COPY_DELAY_MS), line)
  }

  /** Removes what somebody wrote for `durationSeconds` (null: a ban), or clears the chat without a target. */
  clear(target: Member | null, atMs: number, durationSeconds: number | null): void {
    const sentMs = this.#sentMs(atMs)
    this.#send(atMs, clearChatLine(this, sentMs, target, durationSeconds, null))
    const session = this.#sessionAt(atMs)
    if (session === null || target === null) return
    const { partner } = session
    const line = clearChatLine(partner, sentMs, target, durationSeconds, this.id)
    partner.receive(atMs + this.random.below(COPY_DELAY_MS), line)
  }

  /** Removes one message. */
  remove(said: Said, atMs: number): void {
    const { login } = said.member.person
    this.#send(atMs, clearMessageLine(this, this.#sentMs(atMs), login, said.id, said.text, null))
  }

  /** Switches a mode and says so; both lines go out together. */
  switchMode(mode: Mode, value: number, atMs: number, noticeId: string, noticeText: string): void {
    this.#modeChanges.push({ atMs, mode, before: this.modes[mode] })
    if (this.#modeChanges.length > MODE_CHANGES_MAX) this.#modeChanges.shift()
    this.modes[mode] = value
    this.#push(atMs, modeLine(this, mode, value), null)
    this.#push(atMs, roomNoticeLine(this, noticeId, noticeText), null)
  }

  /** The full ROOMSTATE line as of a time, as far back as the remembered changes reach. */
  stateAt(atMs: number): string {
    const modes = { ...this.modes }
    for (let index = this.#modeChanges.length - 1; index >= 0; index--) {
      const change = this.#modeChanges[index]
      if (change !== undefined && change.atMs >= atMs) modes[change.mode] = change.before
    }
    return fullStateLine(this, modes)
  }

  /** One of the last messages before a time, newer ones more likely; null when the one drawn is none. */
  recent(beforeMs: number): Said | null {
    const known = Math.min(this.#said, RECENT_MAX)
    if (known === 0) return null
    const back = Math.floor(this.random.fraction() ** 2 * known)
    const said = this.#recent[(this.#said - 1 - back) % RECENT_MAX]
    return said !== undefined && said.atMs < beforeMs ? said : null
  }

  /** A line of the partner's chat. */
  receive(atMs: number, line: string): void {
    this.#send(atMs, line)
  }

  #visitor(member: Member): Member {
    return makeMember(member.person, this, 'visitor', 0)
  }

  #originOf(messageId: string, member: Member): Origin {
    return { roomId: this.id, messageId, badges: member.badges, badgeInfo: member.badgeInfo }
  }

  #sessionAt(atMs: number): Session | null {
    return this.session !== null && atMs < this.session.toMs - COPY_DELAY_MS ? this.session : null
  }

  #sentMs(atMs: number): number {
    const early = this.random.chance(this.#around.disorderShare) ? this.random.below(DISORDER_MS_MAX) : 0
    return atMs - USUAL_DELAY_MS - early
  }

  /** Some clients leave the end of an ACTION out. */
  #actionEnd(): string {
    return this.random.chance(0.03) ? '' : '\u0001'
  }

  #send(atMs: number, line: string): void {
    this.#push(atMs, line, null)
    if (this.random.chance(this.#around.duplicateShare)) {
      this.#push(atMs + this.random.between(20, 3_000), line, 'duplicate')
    }
  }

  #push(atMs: number, line: string, fault: LineFault | null): void {
    this.#around.outbox.push(atMs, this.login, line, fault)
  }
}

/** What a line says of the message it answers. */
function replyTags(said: Said): string {
  const { person } = said.member
  const name = escapeTag(person.displayName)
  return (
    `reply-parent-display-name=${name};reply-parent-msg-body=${escapeTag(said.text)};` +
    `reply-parent-msg-id=${said.id};reply-parent-user-id=${person.id};reply-parent-user-login=${person.login};` +
    `reply-thread-parent-display-name=${name};reply-thread-parent-msg-id=${said.id};` +
    `reply-thread-parent-user-id=${person.id};reply-thread-parent-user-login=${person.login};`
  )
}
