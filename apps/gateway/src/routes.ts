/**
 * Every route of the API in one table: it drives parameter checks, the OpenAPI document and the test that walks
 * all of them with bad input.
 */
import { EVENT_KINDS, MOMENT_CAUSES, TOP_KINDS, WITHOUT_NAMES } from '@smacktalk/contract'
import type { SchemaName } from './answer-schemas.ts'
import type { ParameterSpec } from './parameters.ts'
import { STEPS } from './time-range.ts'

export const API_BASE = '/api/v1'

export type Method = 'get' | 'post' | 'delete'

export interface Route {
  readonly method: Method
  /** Below API_BASE, with Express's notation for what varies. */
  readonly path: string
  readonly operation: string
  readonly summary: string
  /** What needs the admin token or the loopback address. */
  readonly admin: boolean
  readonly query: readonly ParameterSpec[]
  readonly body: SchemaName | null
  /** Answers by status; null has no body. */
  readonly answers: Readonly<Record<number, SchemaName | null>>
}

const range: readonly ParameterSpec[] = [
  {
    name: 'from',
    kind: 'time',
    description:
      'Start, included: ISO 8601 or milliseconds; rounded down to the step. One hour before `to` by default.',
  },
  {
    name: 'to',
    kind: 'time',
    description: 'End, not included: ISO 8601 or milliseconds; rounded up to the step. Now by default.',
  },
  {
    name: 'step',
    kind: 'choice',
    of: STEPS,
    description:
      'Length of a point, `minute` by default. Seconds are kept for ten minutes, older ones are null.',
  },
  {
    name: 'without',
    kind: 'choices',
    of: WITHOUT_NAMES,
    description: 'Messages to leave out, comma separated. Names in `unaffected` are not changed by it.',
  },
]

function ends(from: string, to: string): readonly ParameterSpec[] {
  return [
    { name: 'from', kind: 'time', description: `Start, included: ISO 8601 or milliseconds; ${from}` },
    { name: 'to', kind: 'time', description: `End, not included: ISO 8601 or milliseconds; ${to}` },
  ]
}

const userRange = ends(
  'rounded down to the UTC day. All days that are kept by default, the newest 400 active ones at most.',
  'rounded up to the UTC day. Now by default.',
)

export const TOP_LIMIT = {
  name: 'limit',
  kind: 'whole',
  min: 1,
  max: 100,
  default: 10,
  description: 'Most entries.',
} as const satisfies ParameterSpec

export const SEARCH_TEXT = {
  name: 'text',
  kind: 'text',
  max: 40,
  required: true,
  description:
    'A name or how it begins, in any case; an @ or # in front is forgiven. An id finds whom it belongs to.',
} as const satisfies ParameterSpec

export const SEARCH_LIMIT = {
  name: 'limit',
  kind: 'whole',
  min: 1,
  max: 20,
  default: 8,
  description: 'Most channels, and most people.',
} as const satisfies ParameterSpec

export const EVENTS_LIMIT = {
  name: 'limit',
  kind: 'whole',
  min: 1,
  max: 500,
  default: 50,
  description: 'Most events of a page.',
} as const satisfies ParameterSpec

export const ROUTES = [
  {
    method: 'get',
    path: '/channels',
    operation: 'listChannels',
    summary: 'Every listed channel with its state, rate and coverage; channels of imports are `paused`',
    admin: false,
    query: [],
    body: null,
    answers: { 200: 'ChannelsAnswer' },
  },
  {
    method: 'post',
    path: '/channels',
    operation: 'addChannels',
    summary: 'Adds channels to the list; each name has a result of its own',
    admin: true,
    query: [],
    body: 'AddChannels',
    answers: { 207: 'AddChannelsAnswer' },
  },
  {
    method: 'delete',
    path: '/channels/:name',
    operation: 'removeChannel',
    summary: 'Takes a channel off the list; its history stays',
    admin: true,
    query: [],
    body: null,
    answers: { 204: null },
  },
  {
    method: 'get',
    path: '/channels/:name/series',
    operation: 'channelSeries',
    summary: 'Numbers of a channel over time, with totals, coverage and gaps',
    admin: false,
    query: range,
    body: null,
    answers: { 200: 'SeriesAnswer' },
  },
  {
    method: 'get',
    path: '/channels/:name/top',
    operation: 'channelTop',
    summary:
      'Most frequent chatters, emotes, words, commands or mentions of a channel; by count, then by key in code ' +
      'point order. Exact up to 1,000 distinct keys in a stored hour or day; beyond that no count is too low, ' +
      'and each is too high by `maxError` at most',
    admin: false,
    query: [
      {
        name: 'kind',
        kind: 'choice',
        of: TOP_KINDS,
        required: true,
        description: 'What is counted: messages of chatters and commands, occurrences of the others.',
      },
      ...ends(
        'rounded down to the hour. One hour before `to` by default.',
        'rounded up to the hour. Now by default; at most 400 days after `from`.',
      ),
      TOP_LIMIT,
    ],
    body: null,
    answers: { 200: 'TopAnswer' },
  },
  {
    method: 'get',
    path: '/channels/:name/events',
    operation: 'channelEvents',
    summary: 'What happened in a channel, newest first; ids and figures, no text',
    admin: false,
    query: [
      ...ends(
        'not rounded. One hour before `to` by default.',
        'not rounded. Now by default; at most 400 days after `from`.',
      ),
      { name: 'kind', kind: 'choice', of: EVENT_KINDS, description: 'Only events of this kind.' },
      EVENTS_LIMIT,
      {
        name: 'cursor',
        kind: 'cursor',
        description:
          'What an answer gave as `next`, with the same `kind` and, if given, `from` and `to`: goes on with older events. ' +
          'Events that happen meanwhile do not move it.',
      },
    ],
    body: null,
    answers: { 200: 'EventsAnswer' },
  },
  {
    method: 'get',
    path: '/channels/:name/moments',
    operation: 'channelMoments',
    summary:
      'Moments in which a channel left its usual course, newest first, each with one cause and its evidence in ' +
      'figures; and what is usual in it by hour of the week',
    admin: false,
    query: [
      ...ends(
        'not rounded. One hour before `to` by default.',
        'not rounded. Now by default; at most 400 days after `from`.',
      ),
      { name: 'cause', kind: 'choice', of: MOMENT_CAUSES, description: 'Only moments with this cause.' },
    ],
    body: null,
    answers: { 200: 'MomentsAnswer' },
  },
  {
    method: 'get',
    path: '/users',
    operation: 'topUsers',
    summary: 'Who writes most in all listed channels together, the busiest channels first',
    admin: false,
    query: [
      ...ends(
        'rounded down to the hour. One hour before `to` by default.',
        'rounded up to the hour. Now by default; at most 31 days after `from`.',
      ),
      TOP_LIMIT,
    ],
    body: null,
    answers: { 200: 'TopUsersAnswer' },
  },
  {
    method: 'get',
    path: '/users/:name',
    operation: 'user',
    summary: 'A person in all channels: totals, channels with ranks, active days, hours, emotes and names',
    admin: false,
    query: userRange,
    body: null,
    answers: { 200: 'UserAnswer' },
  },
  {
    method: 'get',
    path: '/users/:name/series',
    operation: 'userSeries',
    summary: 'Numbers of a person by UTC day; days on which nothing was counted are left out',
    admin: false,
    query: [
      {
        name: 'channel',
        kind: 'name',
        description: 'Only in this channel: a login or an id, as in a path. All channels by default.',
      },
      ...userRange,
    ],
    body: null,
    answers: { 200: 'UserSeriesAnswer' },
  },
  {
    method: 'get',
    path: '/search',
    operation: 'search',
    summary:
      'Channels and people by name, old names too. A whole name is found whoever carried it and whenever; a ' +
      'beginning among the channels on the list and the top chatters of today',
    admin: false,
    query: [SEARCH_TEXT, SEARCH_LIMIT],
    body: null,
    answers: { 200: 'SearchAnswer' },
  },
  {
    method: 'get',
    path: '/stop-words',
    operation: 'stopWords',
    summary: 'Words that are left out of top words, by code point',
    admin: false,
    query: [],
    body: null,
    answers: { 200: 'StopWordsAnswer' },
  },
  {
    method: 'get',
    path: '/overview',
    operation: 'overview',
    summary:
      'Numbers of all listed channels together, without shared copies; peaks are the highest of any one channel, its shared copies included',
    admin: false,
    query: range,
    body: null,
    answers: { 200: 'OverviewAnswer' },
  },
  {
    method: 'get',
    path: '/status',
    operation: 'status',
    summary: 'What is wrong, version, source of chat, bots, and the account of all records',
    admin: false,
    query: [],
    body: null,
    answers: { 200: 'StatusAnswer' },
  },
  {
    method: 'get',
    path: '/pipeline',
    operation: 'pipeline',
    summary:
      'The way of a record: log, lag and owner of every partition, latencies hop by hop, processes, the newest audit',
    admin: false,
    query: [],
    body: null,
    answers: { 200: 'PipelineAnswer' },
  },
  {
    method: 'post',
    path: '/source',
    operation: 'changeSource',
    summary: 'Changes where chat comes from; the answer comes before the change',
    admin: true,
    query: [],
    body: 'SourceChange',
    answers: { 200: 'SourceChange', 202: 'SourceChange' },
  },
  {
    method: 'get',
    path: '/openapi.json',
    operation: 'openApi',
    summary: 'This document',
    admin: false,
    query: [],
    body: null,
    answers: { 200: 'OpenApi' },
  },
] as const satisfies readonly Route[]

export type Operation = (typeof ROUTES)[number]['operation']
