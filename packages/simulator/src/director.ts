/** Decides when something happens, and where. It has dice of its own, so joining a channel changes nothing. */
import type { People } from './crowd.ts'
import { HAPPENINGS, type Happening, type HappeningKind, type Setting } from './happenings.ts'
import type { Happened, Label, LabelBook } from './labels.ts'
import { STEP_MS } from './outbox.ts'
import { Random } from './random.ts'
import type { Room, Session } from './room.ts'
import { plain } from './text.ts'

type Kind = HappeningKind | 'sharedChat' | 'rename'

interface Plan {
  readonly kind: Kind
  /** Seconds until the first one, and between two; drawn evenly from the span. */
  readonly first: readonly [number, number]
  readonly gap: readonly [number, number]
  /** Only the largest channels, so that somebody looks when it happens. */
  readonly among: number
  /** While it waits for a free channel nothing else begins. */
  readonly promised?: true
}

/**
 * Within any ten minutes there is a raid and an emote storm in the larger channels, even if there is only one:
 * the longest gap, the longest happening with its rest and the other promised one with its rest fit into it.
 */
const PLANS: readonly Plan[] = [
  { kind: 'emoteStorm', first: [20, 70], gap: [100, 240], among: 5, promised: true },
  { kind: 'raid', first: [45, 150], gap: [180, 340], among: 4, promised: true },
  { kind: 'giftBurst', first: [60, 200], gap: [200, 480], among: 8 },
  { kind: 'questionWave', first: [90, 400], gap: [240, 600], among: 14 },
  { kind: 'copyPasta', first: [90, 400], gap: [240, 600], among: 10 },
  { kind: 'commandWave', first: [120, 500], gap: [300, 700], among: 10 },
  { kind: 'banWave', first: [200, 600], gap: [400, 900], among: 8 },
  { kind: 'unexplained', first: [100, 400], gap: [200, 500], among: 10 },
  { kind: 'mode', first: [100, 400], gap: [240, 600], among: 14 },
  { kind: 'announcement', first: [60, 300], gap: [150, 400], among: 14 },
  { kind: 'chatClear', first: [600, 1_800], gap: [900, 2_400], among: 14 },
  { kind: 'sharedChat', first: [120, 500], gap: [500, 1_100], among: 8 },
  { kind: 'rename', first: [60, 240], gap: [90, 240], among: 6 },
]

/** After a happening a channel has time to come back to its usual course. */
const REST_MS = 45_000
/** A happening that found no free channel tries again. */
const RETRY_MS = 5_000
const SESSION_SECONDS = [60, 150] as const
/** Renamed are people who write a lot, so that it can be seen. */
const RENAME_AMONG = 30

export class Director {
  readonly #random: Random
  readonly #rooms: readonly Room[]
  readonly #people: People
  readonly #labels: LabelBook
  /** Called with somebody whose name has changed. */
  readonly #onRename: (number: number) => void
  readonly #nextMs: number[]
  #running: Happening[] = []

  constructor(
    runSeed: number,
    startMs: number,
    rooms: readonly Room[],
    people: People,
    labels: LabelBook,
    onRename: (number: number) => void,
  ) {
    this.#random = new Random(runSeed, 'director')
    this.#rooms = rooms
    this.#people = people
    this.#labels = labels
    this.#onRename = onRename
    this.#nextMs = PLANS.map(({ first }) => startMs + this.#random.between(...first) * STEP_MS)
  }

  /** Begins what is due in the step at `nowMs`; `rateOf` gives a channel's ordinary messages a second. */
  beginStep(nowMs: number, rateOf: (room: Room) => number): void {
    for (let index = 0; index < PLANS.length; index++) {
      const plan = PLANS[index]
      if (plan === undefined || nowMs < (this.#nextMs[index] ?? 0)) continue
      if (this.#begin(plan, nowMs, rateOf)) {
        this.#nextMs[index] = nowMs + this.#random.between(...plan.gap) * STEP_MS
      } else if (plan.promised) return
      else this.#nextMs[index] = nowMs + RETRY_MS
    }
  }

  /** Lets the running happenings add their messages to the step at `nowMs`. */
  runStep(nowMs: number): void {
    for (const happening of this.#running) {
      const { random } = happening.room
      const extra = happening.perSecond((nowMs - happening.label.fromMs) / STEP_MS)
      const count = random.poisson(extra)
      for (let index = 0; index < count; index++) {
        happening.message(nowMs + 1 + Math.floor(((index + random.fraction()) / count) * (STEP_MS - 1)))
      }
    }
    this.#running = this.#running.filter((happening) => happening.label.toMs > nowMs + STEP_MS)
    for (const room of this.#rooms) {
      if (room.session !== null && room.session.toMs <= nowMs + STEP_MS) room.session = null
    }
  }

  #begin(plan: Plan, nowMs: number, rateOf: (room: Room) => number): boolean {
    if (plan.kind === 'sharedChat') return this.#beginSession(plan, nowMs)
    if (plan.kind === 'rename') return this.#rename(plan, nowMs)
    const room = this.#choose(plan.among, (candidate) => nowMs >= candidate.busyUntilMs)
    if (room === null) return false
    const neighbour = this.#choose(this.#rooms.length, (candidate) => candidate !== room)
    const setting: Setting = {
      room,
      rate: rateOf(room),
      nowMs,
      raider: neighbour?.crowd.broadcaster ?? room.crowd.regular(0),
      label: (happened, where, fromMs, toMs) => this.#label(happened, where, fromMs, toMs),
    }
    const happening = HAPPENINGS[plan.kind](setting)
    room.busyUntilMs = happening.label.toMs + REST_MS
    this.#running.push(happening)
    return true
  }

  #beginSession(plan: Plan, nowMs: number): boolean {
    const free = (room: Room) => room.session === null
    const one = this.#choose(plan.among, free)
    const other = this.#choose(plan.among, (room) => free(room) && room !== one)
    if (one === null || other === null) return false
    const toMs = nowMs + this.#random.between(...SESSION_SECONDS) * STEP_MS
    const join = (room: Room, partner: Room) => {
      const figures: Happened = { kind: 'sharedChat', partner: partner.login, copies: 0 }
      this.#label(figures, room, nowMs, toMs)
      // Copies shown here are those that the partner sends.
      const session: Session = { partner: room, toMs, sent: () => (figures.copies += 1) }
      partner.session = session
    }
    join(one, other)
    join(other, one)
    return true
  }

  #rename(plan: Plan, nowMs: number): boolean {
    const room = this.#choose(plan.among, () => true)
    if (room === null) return false
    const index = this.#random.below(Math.min(RENAME_AMONG, room.crowd.regularCount))
    const before = room.crowd.regular(index).person
    const after = this.#people.rename(before)
    if (after === null) return false
    this.#onRename(before.number)
    room.say(room.crowd.regular(index), nowMs, plain('new name, same me'), {})
    const { login: oldLogin } = before
    const { id: userId, login: newLogin } = after
    this.#label({ kind: 'rename', userId, oldLogin, newLogin }, room, nowMs, nowMs + STEP_MS)
    return true
  }

  #label(happened: Happened, room: Room, fromMs: number, toMs: number): Label {
    const label: Label = Object.assign(happened, { channel: room.login, fromMs, toMs })
    this.#labels.add(label)
    return label
  }

  /** One of the `among` largest channels that fit, larger ones more likely; null when none does. */
  #choose(among: number, fits: (room: Room) => boolean): Room | null {
    const fitting: Room[] = []
    for (const room of this.#rooms.slice(0, among)) if (fits(room)) fitting.push(room)
    if (fitting.length === 0) return null
    const index = Math.floor(this.#random.fraction() ** 1.5 * fitting.length)
    return fitting[index] ?? null
  }
}
