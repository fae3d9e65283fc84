/**
 * Every route of the API in one table: it drives parameter checks, the OpenAPI document and the test that walks
 * all of them with bad input.
 */
import { WITHOUT_NAMES } from '@smacktalk/contract'
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

export const ROUTES = [
  {
    method: 'get',
    path: '/channels',
    operation: 'listChannels',
    summary: 'Every listed channel with its state, rate and coverage',
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
    path: '/overview',
    operation: 'overview',
    summary:
      'Numbers of all listed channels together, without shared copies; peaks are the highest of any one channel',
    admin: false,
    query: range,
    body: null,
    answers: { 200: 'OverviewAnswer' },
  },
  {
    method: 'get',
    path: '/status',
    operation: 'status',
    summary: 'Version, source of chat, bots, and the account of all records',
    admin: false,
    query: [],
    body: null,
    answers: { 200: 'StatusAnswer' },
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
