/** JSON schemas of what the API takes and answers, for the OpenAPI document; a test checks real answers by them. */
import {
  CHANNEL_STATES,
  COUNT_NAMES,
  EMOTE_PROVIDERS,
  EVENT_KINDS,
  TOP_KINDS,
  WITHOUT_NAMES,
} from '@smacktalk/contract'
import { causeCounts, Moment, MomentsAnswer, Usual } from './moment-schema.ts'
import { PipelineAnswer, wrong } from './pipeline-schema.ts'
import {
  channelRef,
  type JsonSchema,
  list,
  numberOrNull,
  object,
  orNull,
  ref,
  share,
  slot,
  source,
  tallies,
  text,
  textOrNull,
  time,
  timeOrNull,
  whole,
  wholeOrNull,
} from './schema-parts.ts'
import { STEPS } from './time-range.ts'

export type { JsonSchema } from './schema-parts.ts'

const seriesHead = {
  from: time,
  to: time,
  step: { type: 'string', enum: [...STEPS] },
  without: list({ type: 'string', enum: [...WITHOUT_NAMES] }),
  points: { type: 'array', items: { anyOf: [ref('Point'), ref('SecondPoint')] } },
  totals: {
    type: 'object',
    additionalProperties: numberOrNull,
    description: 'Null where every point is null.',
  },
  unaffected: list(text),
  coverage: { ...share, description: 'Covered part of the wanted time up to now.' },
} as const

const gaps = {
  gaps: list(ref('Gap')),
  gapsOmitted: whole,
  backfilled: list(ref('BackfilledSpan')),
} as const

const messagesByClass: JsonSchema = {
  ...orNull(list(whole)),
  description:
    'Messages of the range by class (bot 1, command 2, shared 4), whatever `without` says. Null where no point is known, and by seconds.',
}

const userRef = { id: text, login: textOrNull, displayName: text } as const
const was: JsonSchema = { ...textOrNull, description: 'The older name that was found, if it is one.' }
const times = { firstAt: timeOrNull, lastAt: timeOrNull } as const
const userCounts = {
  messages: whole,
  characters: whole,
  emoteUses: whole,
  commands: whole,
  replies: whole,
  bits: whole,
  timeouts: whole,
  bans: whole,
  deletions: whole,
} as const
const hours: JsonSchema = { type: 'array', items: whole, minItems: 24, maxItems: 24 }

export const SCHEMAS = {
  ChannelsAnswer: object({ channels: list(ref('ChannelSummary')) }),
  ChannelSummary: object({
    ...channelRef,
    state: { type: 'string', enum: [...CHANNEL_STATES] },
    reason: textOrNull,
    since: time,
    place: wholeOrNull,
    etaMs: wholeOrNull,
    messagesPerMinute: { ...wholeOrNull, description: 'Messages of the last full 60 s.' },
    usual: { ...numberOrNull, description: 'Messages per minute that are usual at this hour.' },
    coverage: { ...share, description: 'Covered part of the last 24 hours.' },
  }),
  AddChannels: object({
    names: { type: 'array', items: text, minItems: 1, maxItems: 1_000, description: 'Names or links.' },
  }),
  AddChannelsAnswer: object({
    results: list(
      object({
        name: text,
        status: { type: 'integer', description: '202 accepted, 200 already there, 4xx with a reason.' },
        place: wholeOrNull,
        etaMs: wholeOrNull,
        reason: textOrNull,
      }),
    ),
  }),
  SeriesAnswer: object(
    { channel: object(channelRef), ...seriesHead, messagesByClass, ...gaps },
    'gapsOmitted',
  ),
  OverviewAnswer: object({
    ...seriesHead,
    moments: causeCounts,
    usual: orNull(ref('Usual')),
    channels: list(
      object(
        {
          ...channelRef,
          messages: list(wholeOrNull),
          total: whole,
          chatters: wholeOrNull,
          chattersError: numberOrNull,
          ...gaps,
        },
        'gapsOmitted',
      ),
    ),
  }),
  Point: {
    ...object({
      t: time,
      messages: wholeOrNull,
      characters: wholeOrNull,
      emoteUses: wholeOrNull,
      chatters: wholeOrNull,
      chattersError: numberOrNull,
      peakPerSecond: wholeOrNull,
      coveredMs: whole,
      otherNoticesByKind: tallies,
      droppedByReason: tallies,
      ...Object.fromEntries(COUNT_NAMES.map((name) => [name, wholeOrNull])),
    }),
    description: 'One span; null numbers mean that nobody was there, zero that nothing happened.',
  },
  SecondPoint: object({ t: time, messages: wholeOrNull }),
  Gap: object({ from: time, to: time, cause: text }),
  BackfilledSpan: {
    ...object({ from: time, to: time }),
    description: 'Time nobody heard and a history service told later; it counts as covered.',
  },
  TopAnswer: object({
    kind: { type: 'string', enum: [...TOP_KINDS] },
    from: time,
    to: time,
    entries: { ...list(ref('TopListEntry')), description: 'As of the last commit, at most 5 s old.' },
    approximate: { type: 'boolean' },
  }),
  TopListEntry: object(
    {
      key: { ...text, description: 'User id, `provider:emote id`, word, command or login.' },
      label: text,
      count: whole,
      messages: { ...whole, description: 'Emotes: messages with it.' },
      maxError: { ...whole, description: 'The count is too high by this at most.' },
    },
    'messages',
  ),
  MomentsAnswer,
  Moment,
  Usual,
  EventsAnswer: object({
    events: list(ref('ChannelEvent')),
    next: { ...textOrNull, description: '`cursor` of the next page; null at the end of the range.' },
  }),
  ChannelEvent: {
    ...object({
      id: text,
      at: time,
      kind: { type: 'string', enum: [...EVENT_KINDS] },
      notice: textOrNull,
      userId: textOrNull,
      login: textOrNull,
      displayName: textOrNull,
      targetId: textOrNull,
      targetLogin: textOrNull,
      plan: textOrNull,
      months: wholeOrNull,
      amount: {
        type: ['integer', 'null'],
        description:
          'Gifts of a mass gift, viewers of a raid, seconds of a time-out, value of a mode (-1 is off).',
      },
      mode: textOrNull,
    }),
    description: 'People who asked to be left out have no names.',
    examples: [
      {
        id: '01795124730000-0000000000000042',
        at: '2026-11-19T21:45:30.000Z',
        kind: 'raid',
        notice: null,
        userId: '4711',
        login: 'some_login',
        displayName: 'Some_Login',
        targetId: null,
        targetLogin: null,
        plan: null,
        months: null,
        amount: 120,
        mode: null,
      },
    ],
  },
  UserAnswer: object({
    ...userRef,
    from: time,
    to: time,
    names: list(object({ login: text, displayName: text, firstAt: time, lastAt: time })),
    totals: object(userCounts),
    ...times,
    channels: list(
      object({
        id: text,
        name: text,
        displayName: text,
        slot,
        ...userCounts,
        ...times,
        badges: { ...text, description: 'As last seen.' },
        rank: {
          type: ['integer', 'null'],
          minimum: 1,
          description: '1 + how many people wrote more; null when that is not known exactly.',
        },
      }),
    ),
    daysActive: { ...whole, description: 'UTC days with a message in any channel.' },
    longestStreak: whole,
    currentStreak: { ...whole, description: 'Active days in a row that end today or yesterday, UTC.' },
    hours: { ...hours, description: 'Messages by UTC hour of the day.' },
    weekHours: {
      type: 'array',
      items: hours,
      minItems: 7,
      maxItems: 7,
      description: 'Messages by weekday, Monday first, and UTC hour.',
    },
    emotes: { type: 'array', items: ref('TopListEntry'), maxItems: 20, description: 'Most used first.' },
  }),
  UserSeriesAnswer: object({
    user: object(userRef),
    channel: { anyOf: [object(channelRef), { type: 'null' }] },
    from: time,
    to: time,
    points: list(object({ t: time, ...userCounts, ...times })),
  }),
  TopUsersAnswer: object({
    from: time,
    to: time,
    users: list(
      object({
        id: text,
        displayName: text,
        messages: { ...whole, description: 'Over all channels that name the person.' },
        maxError: { ...whole, description: 'By so much it may be too high.' },
        channels: { ...whole, description: 'Channels that name the person.' },
        most: {
          ...object({ id: text, name: text, displayName: text, slot, messages: whole }),
          description: 'Where the person wrote most.',
        },
      }),
    ),
    approximate: {
      type: 'boolean',
      description: 'A list was full: whom it does not name counts nothing there.',
    },
    channels: { ...whole, description: 'Channels that were added up, the busiest first.' },
    channelsOmitted: { ...whole, description: 'Channels that were not: ask for less time.' },
  }),
  SearchAnswer: object({
    channels: list(object({ ...channelRef, was })),
    users: list(object({ ...userRef, was })),
  }),
  StopWordsAnswer: object({ words: list(text) }),
  StatusAnswer: object({
    version: text,
    backend: { type: 'string', enum: ['embedded', 'cluster'] },
    source,
    twitchReachable: { type: 'boolean' },
    started: time,
    now: time,
    bots: list(text),
    ...wrong,
    emotes: {
      ...list(
        object({
          provider: { type: 'string', enum: EMOTE_PROVIDERS },
          asOf: { ...timeOrNull, description: 'No set in force is older; null while there is none.' },
          stale: { type: 'boolean', description: 'Sets cannot be refreshed; the last good ones hold.' },
          reason: { ...textOrNull, description: 'Why they cannot.' },
          sets: { ...whole, description: 'Everybody’s and one for each room.' },
          emotes: whole,
        }),
      ),
      maxItems: EMOTE_PROVIDERS.length,
      description: 'Where emotes of other providers come from; empty when none is asked.',
    },
    accountAt: {
      ...timeOrNull,
      description: 'When the account was read; null while it has never been, and all of it is 0.',
    },
    droppedWithoutChannel: tallies,
    account: {
      ...object({
        records: whole,
        messages: whole,
        events: whole,
        duplicates: whole,
        late: whole,
        dropped: whole,
      }),
      description: 'As of the last commit, at most 5 s old.',
    },
  }),
  PipelineAnswer,
  SourceChange: object({ source }),
  OpenApi: { type: 'object' },
  Problem: {
    ...object(
      {
        type: text,
        title: text,
        status: { type: 'integer' },
        detail: text,
        parameter: text,
        request: { ...text, description: 'What the log of the gateway calls a request that failed there.' },
      },
      'parameter',
      'request',
    ),
    description: 'RFC 9457; `detail` says what can be done.',
  },
} as const satisfies Readonly<Record<string, JsonSchema>>

export type SchemaName = keyof typeof SCHEMAS
