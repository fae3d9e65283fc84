/** Arbitrary contents of chat records, without what depends on the log around them: time, position, channel. */
import { DROP_REASONS } from '@smacktalk/contract'
import fc from 'fast-check'
import { badgeTags, emoteTags, texts, thirdPartyEmotes } from './random-texts.ts'

/** Few people, so that they meet themselves; some logins are ids of others, one is a bot by default. */
export const PEOPLE = [
  { userId: '9', login: 'lark' },
  { userId: '10', login: 'otter' },
  { userId: '100', login: 'heron' },
  { userId: '101', login: 'nightbot' },
  { userId: '102', login: '9' },
  { userId: '9', login: 'lark_renamed' },
] as const

export const CHANNEL_IDS = ['1001', '1002', '1003'] as const
const STRANGE_ROOM = '9999'

/** A new id of its own, one of a few that collide, or that of the n-th record before. */
export type IdChoice = { fresh: true } | { pool: number } | { back: number }

const nullable = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, { weight: 1, arbitrary })

const rarely = fc.integer({ min: 0, max: 7 }).map((roll) => roll === 7)
const people = fc.constantFrom(...PEOPLE)
const numbers = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.constantFrom(0, 1, 999_999_999))

/** Most ids are new; else nearly everything would be a duplicate. */
const ids: fc.Arbitrary<IdChoice> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ fresh: true as const }) },
  { weight: 2, arbitrary: fc.nat({ max: 2 }).map((pool) => ({ pool })) },
  { weight: 1, arbitrary: fc.nat({ max: 5 }).map((back) => ({ back })) },
)
const targets: fc.Arbitrary<IdChoice> = fc.oneof(
  { weight: 5, arbitrary: fc.nat({ max: 5 }).map((back) => ({ back })) },
  { weight: 2, arbitrary: fc.nat({ max: 2 }).map((pool) => ({ pool })) },
  { weight: 1, arbitrary: fc.constant({ fresh: true as const }) },
)

/** Shared Chat is mostly off; `own` stands for the id of the channel itself. */
const sources = fc.oneof(
  { weight: 5, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constantFrom('own', CHANNEL_IDS[0], STRANGE_ROOM) },
)

const displayNames = fc.constantFrom('Lark', 'LARK', '翠鳥', '')

const messages = fc.record({
  kind: fc.constant('message' as const),
  id: ids,
  person: people,
  displayName: displayNames,
  text: texts,
  badges: badgeTags,
  emotes: emoteTags,
  thirdPartyEmotes,
  bits: nullable(numbers),
  firstMessage: rarely,
  returningChatter: rarely,
  replyParentId: nullable(fc.constant('parent')),
  source: sources,
})

export const NOTICE_KINDS = [
  'sub',
  'resub',
  'subgift',
  'anonsubgift',
  'submysterygift',
  'anonsubmysterygift',
  'raid',
  'announcement',
  'sharedchatnotice',
  'viewermilestone',
  'ritual',
  'never-heard-of',
  'constructor',
  '__proto__',
  'none',
  '',
] as const

const notices = fc.record({
  kind: fc.constant('notice' as const),
  id: ids,
  person: fc.option(people),
  displayName: displayNames,
  badges: badgeTags,
  msgId: fc.constantFrom(...NOTICE_KINDS),
  sourceMsgId: nullable(fc.constantFrom(...NOTICE_KINDS)),
  source: sources,
  recipient: nullable(people),
  plan: nullable(fc.constantFrom('Prime', '1000', '3000')),
  months: nullable(fc.oneof(numbers, fc.constant(1_000_000_000))),
  massGiftCount: nullable(numbers),
  viewerCount: nullable(numbers),
})

const clearChats = fc.record({
  kind: fc.constant('clearChat' as const),
  target: fc.constantFrom('user' as const, 'login' as const, 'nobody' as const),
  person: people,
  durationSeconds: nullable(numbers),
  source: sources,
})

const clearMessages = fc.record({
  kind: fc.constant('clearMessage' as const),
  target: targets,
  /** Its own login tag, which need not fit the message. */
  person: fc.option(people),
  source: sources,
})

const NO_MODES = { emoteOnly: null, followersOnly: null, r9k: null, slow: null, subsOnly: null }
const switches = fc.constantFrom(1, 0)
const singleModes = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(30, 0, 5).map((slow) => ({ ...NO_MODES, slow })) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(-1, 0, 10).map((followersOnly) => ({ ...NO_MODES, followersOnly })),
  },
  { weight: 1, arbitrary: switches.map((emoteOnly) => ({ ...NO_MODES, emoteOnly })) },
  { weight: 1, arbitrary: switches.map((r9k) => ({ ...NO_MODES, r9k })) },
  { weight: 1, arbitrary: switches.map((subsOnly) => ({ ...NO_MODES, subsOnly })) },
)
const anyModes = fc.record({
  emoteOnly: fc.option(switches),
  followersOnly: fc.option(fc.constantFrom(-1, 0, 10)),
  r9k: fc.option(switches),
  slow: fc.option(fc.constantFrom(0, 5, 30)),
  subsOnly: fc.option(switches),
})
const roomStates = fc.record({
  kind: fc.constant('roomState' as const),
  modes: fc.oneof({ weight: 4, arbitrary: singleModes }, { weight: 1, arbitrary: anyModes }),
  /** Without a time of its own it stands at the time of appending. */
  timed: fc.boolean(),
})

const brokens = fc.record({
  kind: fc.constant('broken' as const),
  reason: fc.constantFrom(...DROP_REASONS.slice(0, 4)),
  timed: fc.boolean(),
  /** False for a line whose channel is not known. */
  channelKnown: fc.boolean(),
})

/** Everything a chat line can say. */
export const contents = fc.oneof(
  { weight: 20, arbitrary: messages },
  { weight: 5, arbitrary: notices },
  { weight: 4, arbitrary: clearChats },
  { weight: 4, arbitrary: clearMessages },
  { weight: 5, arbitrary: roomStates },
  { weight: 2, arbitrary: brokens },
)
export type Content = typeof contents extends fc.Arbitrary<infer T> ? T : never
