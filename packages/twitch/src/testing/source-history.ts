/** Histories of a chat server that fails at random, against the source with everything but its sockets. */
import type { ChatSource } from '@smacktalk/ports'
import fc from 'fast-check'
import { expect } from 'vitest'
import { OLD_MAX } from '../link-machine.ts'
import { openTmiSource } from '../tmi-source.ts'
import { type JoinRule, SimulatedChat } from './simulated-chat.ts'
import { StepClock } from './step-clock.ts'

const STEP_MS = 250
const silent = { debug() {}, info() {}, warn() {} }
export const NAMES = Array.from({ length: 130 }, (_, index) => `c${index}`)
const FEW = NAMES.slice(0, 6)

export type Command =
  | { kind: 'wait'; ms: number }
  | { kind: 'want'; logins: readonly string[] }
  | { kind: 'mode'; mode: SimulatedChat['mode'] }
  | { kind: 'rule'; login: string; rule: JoinRule }
  | { kind: 'noticed'; login: string; messageId: string }
  | { kind: 'capacity'; capacity: number }
  | { kind: 'drop' | 'freeze' | 'ask-to-go' | 'too-fast' }

const few = fc.constantFrom(...FEW)
const commands: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 250, max: 40_000 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('want' as const), logins: fc.subarray(FEW) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('want' as const), logins: fc.shuffledSubarray(NAMES) }),
  },
  fc.record({
    kind: fc.constant('mode' as const),
    mode: fc.constantFrom<SimulatedChat['mode']>('up', 'up', 'refused', 'login-refused', 'frozen'),
  }),
  fc.record({
    kind: fc.constant('rule' as const),
    login: few,
    rule: fc.constantFrom<JoinRule>(
      ...(['ok', 'silent', 'msg_channel_suspended', 'msg_banned', 'msg_room_not_found'] as const),
    ),
  }),
  fc.record({
    kind: fc.constant('noticed' as const),
    login: few,
    messageId: fc.constantFrom('msg_channel_suspended', 'msg_banned', 'slow_on'),
  }),
  fc.record({
    kind: fc.constant('capacity' as const),
    capacity: fc.constantFrom(2, 100, Number.POSITIVE_INFINITY),
  }),
  fc.constantFrom<Command>({ kind: 'drop' }, { kind: 'freeze' }, { kind: 'ask-to-go' }, { kind: 'too-fast' }),
)

/** What happens without anybody being lost for it. */
const UNDISTURBING: ReadonlySet<Command['kind']> = new Set(['wait', 'want', 'ask-to-go'])

/** One history; `broken` holds what went against the rules. */
export class History {
  readonly clock = new StepClock()
  readonly chat: SimulatedChat
  readonly source: ChatSource
  readonly broken: string[] = []
  /** Who is heard, as the listener was told. */
  readonly #heard = new Set<string>()
  #wanted: readonly string[] = []
  #isDisturbed = false
  #asks = 0
  readonly #left = new Set<string>()

  constructor(latencies: readonly number[]) {
    let next = 0
    this.chat = new SimulatedChat(
      () => this.clock.now(),
      () => latencies[next++ % latencies.length] ?? 0,
    )
    this.source = openTmiSource({
      url: 'ws://nowhere.invalid',
      clock: this.clock,
      random: () => 0.5,
      log: silent,
      connect: (listener) => this.chat.connect(listener),
      listener: {
        line: () => {},
        joined: (login) => {
          if (this.#heard.has(login)) this.broken.push(`${login} was joined twice`)
          this.#heard.add(login)
        },
        lost: (login, _until, cause) => {
          // Only old connections may be let go of that another one stands for.
          if (!this.#isDisturbed && cause !== 'left') this.broken.push(`${login} was lost for nothing`)
          if (!this.#heard.delete(login)) this.broken.push(`${login} was lost without being joined`)
        },
      },
    })
  }

  async apply(command: Command): Promise<void> {
    const { chat } = this
    if (command.kind === 'ask-to-go') this.#asks++
    // More old connections than a link keeps, more channels than move within the minute of an old one, or one that
    // was just left: the answer to leaving it may come after that to coming back.
    const isTooMuch =
      this.#asks > OLD_MAX ||
      (command.kind === 'want' &&
        (command.logins.length > FEW.length || command.logins.some((login) => this.#left.has(login))))
    if (isTooMuch || !UNDISTURBING.has(command.kind)) this.#isDisturbed = true
    switch (command.kind) {
      case 'wait':
        return this.wait(command.ms)
      case 'want':
        for (const login of this.#wanted) if (!command.logins.includes(login)) this.#left.add(login)
        this.#wanted = command.logins
        this.source.want(command.logins)
        break
      case 'mode':
        chat.mode = command.mode
        break
      case 'rule':
        chat.rules.set(command.login, command.rule)
        break
      case 'noticed':
        chat.noticeIn(command.login, command.messageId)
        break
      case 'capacity':
        chat.capacity = command.capacity
        break
      case 'drop':
        chat.dropAll()
        break
      case 'freeze':
        chat.freeze()
        break
      case 'ask-to-go':
        chat.askAllToGo()
        break
      case 'too-fast':
        chat.notice('You are joining channels too fast.')
        break
    }
    await this.wait(STEP_MS)
  }

  async wait(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= STEP_MS) {
      await this.clock.advance(STEP_MS)
      this.chat.step()
      this.#check()
    }
  }

  /** What must hold at every moment. */
  #check(): void {
    const hearings = this.source.channels()
    const logins = hearings.map(({ login }) => login)
    if (logins.length !== this.#wanted.length) this.broken.push('not every wanted channel has a state')
    for (const { login, state, reason, place, etaMs } of hearings) {
      if ((state === 'joined') !== this.#heard.has(login))
        this.broken.push(`${login} is ${state} and heard otherwise`)
      if (state === 'queued' && (place === null || etaMs === null || etaMs < 0)) {
        this.broken.push(`${login} waits without place or time`)
      }
      if (['lost', 'refused', 'suspended', 'not-found'].includes(state) && !reason) {
        this.broken.push(`${login} is ${state} for no reason`)
      }
    }
  }

  /** What must hold once the server has been well for long enough, with everything at rest. */
  checkRest(): void {
    const states = this.source.channels().map(({ login, state }) => `${login} ${state}`)
    expect(states.filter((text) => !text.endsWith(' joined'))).toEqual([])
    expect(this.source.figures().confirmed).toBe(this.#wanted.length)
    const there = [...this.chat.whereabouts()].map(([login, ids]) => `${login} on ${ids.length}`).sort()
    expect(there).toEqual(this.#wanted.map((login) => `${login} on 1`).sort())
  }
}

/** Frozen connections are found in 15 s, three JOINs without answer take 90 s, a missing channel is tried after ten minutes. */
const HEALED_MS = 15_000 + 90_000 + 600_000 + 120_000

/** Plays a history, heals the server, and expects that all rules held and everybody is joined at the end. */
export async function playHistory(latencies: readonly number[], script: readonly Command[]): Promise<void> {
  const history = new History(latencies)
  try {
    for (const command of script) await history.apply(command)
    history.chat.heal()
    await history.wait(HEALED_MS)
    expect([...history.broken, ...history.chat.broken].slice(0, 5)).toEqual([])
    history.checkRest()
  } finally {
    await history.source[Symbol.asyncDispose]()
  }
}

/** What a history is made of: how long the server takes to answer, in turn, and what happens. */
export const histories = [
  fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 1, maxLength: 8 }),
  fc.array(commands, { maxLength: 25 }),
] as const
