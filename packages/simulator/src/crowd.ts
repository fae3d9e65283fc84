/** Who writes in a channel: a few regulars a lot, many lurkers rarely, newcomers for the first time. */
import { type Member, makeMember } from './member.ts'
import { COMMON_PEOPLE, makePerson, NEWCOMERS, newLoginOf, type Person, POOL_PEOPLE } from './names.ts'
import { hashNumber, hashText, type Random, WeightedIndex, zipfWeights } from './random.ts'

/** Regulars of the largest channels; they are kept in memory, lurkers and newcomers are not. */
const REGULARS_MAX = 10_000
const REGULARS_MIN = 25
const LURKERS_PER_REGULAR = 8
/** Renames are remembered for the life of the world; this many are weeks of a demo. */
const RENAMES_MAX = 5_000
/** Newcomers who may write again soon. */
const FRESH_MAX = 16

/** Everybody in the world of one seed, by number. */
export class People {
  readonly seed: number
  readonly #renamed = new Map<number, string>()

  constructor(seed: number) {
    this.seed = seed
  }

  person(number: number): Person {
    return makePerson(this.seed, number, this.#renamed.get(number))
  }

  /** Gives somebody a new login under the same id; null when the world has seen enough renames. */
  rename(person: Person): Person | null {
    if (this.#renamed.size >= RENAMES_MAX) return null
    const times = this.#renamed.get(person.number)?.match(/x*$/)?.[0].length ?? -1
    this.#renamed.set(person.number, newLoginOf(person, times + 1))
    return this.person(person.number)
  }
}

export interface Speaker {
  readonly member: Member
  /** Has never written in the channel before. */
  readonly first: boolean
  /** Twitch's mark for somebody who was away for long. */
  readonly returning: boolean
}

export class Crowd {
  readonly #people: People
  readonly #room: { readonly id: string; readonly login: string }
  readonly #salt: number
  readonly #newcomerStart: number
  readonly #regulars: (Member | undefined)[]
  readonly #choice: WeightedIndex
  readonly #lurkers: number
  readonly #fresh: Member[] = []
  #newcomers = 0
  readonly broadcaster: Member
  readonly bots: readonly Member[]

  /** `runSeed` differs between runs of the same world, so that newcomers of one are not those of another. */
  constructor(
    people: People,
    runSeed: number,
    room: { id: string; login: string; displayName: string },
    messagesPerSecond: number,
  ) {
    this.#people = people
    this.#room = room
    this.#salt = hashText(room.login, people.seed)
    this.#newcomerStart = hashNumber(runSeed, this.#salt)
    const count = Math.min(REGULARS_MAX, Math.max(REGULARS_MIN, Math.round(30 + messagesPerSecond * 45)))
    this.#regulars = new Array<Member | undefined>(count)
    this.#choice = new WeightedIndex(zipfWeights(count, 0.9, 2.5))
    this.#lurkers = count * LURKERS_PER_REGULAR
    const owner = {
      number: -1,
      id: room.id,
      login: room.login,
      displayName: room.displayName,
      color: '#1E90FF',
      turbo: false,
    }
    this.broadcaster = makeMember(owner, room, 'broadcaster', 0)
    this.bots = botsOf(people.seed, this.#salt).map((bot) => makeMember(bot, room, 'bot', 0))
  }

  get regularCount(): number {
    return this.#regulars.length
  }

  speaker(random: Random): Speaker {
    const draw = random.fraction()
    if (draw < 0.76)
      return { member: this.regular(this.#choice.draw(random)), first: false, returning: false }
    if (draw < 0.965) return { member: this.lurker(random), first: false, returning: draw < 0.775 }
    const fresh = draw < 0.98 ? undefined : this.#fresh[random.below(FRESH_MAX)]
    return fresh === undefined ? this.newcomer() : { member: fresh, first: false, returning: false }
  }

  regular(index: number): Member {
    let member = this.#regulars[index]
    if (member === undefined) {
      member = makeMember(this.#people.person(this.#numberOf(index)), this.#room, 'regular', index)
      this.#regulars[index] = member
    }
    return member
  }

  lurker(random: Random): Member {
    const index = this.#regulars.length + random.below(this.#lurkers)
    return makeMember(this.#people.person(this.#numberOf(index)), this.#room, 'lurker', index)
  }

  /** Somebody who writes here for the first time. */
  newcomer(): Speaker {
    const index = this.#newcomers
    this.#newcomers += 1
    const offset = (this.#newcomerStart + index * (1 + (this.#salt % (NEWCOMERS - 1)))) % NEWCOMERS
    const person = this.#people.person(COMMON_PEOPLE + POOL_PEOPLE + offset)
    const member = makeMember(person, this.#room, 'newcomer', 0)
    this.#fresh[index % FRESH_MAX] = member
    return { member, first: index < NEWCOMERS, returning: false }
  }

  /** Forgets what is cached of somebody whose name has changed. */
  forget(number: number): void {
    for (let index = 0; index < this.#regulars.length; index++) {
      if (this.#regulars[index]?.person.number === number) this.#regulars[index] = undefined
    }
  }

  /** The number of the member at this place: about a third are people known in many channels. */
  #numberOf(index: number): number {
    const common = index < COMMON_PEOPLE && hashNumber(index, this.#salt) % 10 < 3
    const count = common ? COMMON_PEOPLE : POOL_PEOPLE
    const place = (this.#salt + index * (1 + (this.#salt % (count - 1)))) % count
    return common ? place : COMMON_PEOPLE + place
  }
}

const BOT_LOGINS = ['nightbot', 'streamelements', 'fossabot', 'moobot', 'sery_bot'] as const
const BOT_NAMES: Readonly<Record<(typeof BOT_LOGINS)[number], string>> = {
  nightbot: 'Nightbot',
  streamelements: 'StreamElements',
  fossabot: 'Fossabot',
  moobot: 'Moobot',
  sery_bot: 'Sery_Bot',
}

/** Each channel has two of the bots everybody has. */
function botsOf(seed: number, salt: number): Person[] {
  const start = salt % BOT_LOGINS.length
  return [start, (start + 1 + ((salt >>> 8) % 2)) % BOT_LOGINS.length].map((index) => {
    const login = BOT_LOGINS[index] ?? 'nightbot'
    return {
      number: -2 - index,
      id: String(20_000_000 + index * 1_000 + (hashText(login, seed) % 1_000)),
      login,
      displayName: BOT_NAMES[login],
      color: '#2E8B57',
      turbo: false,
    }
  })
}
