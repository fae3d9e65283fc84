import type {
  AddChannelsAnswer,
  ChannelsAnswer,
  EventsAnswer,
  MomentsAnswer,
  OverviewAnswer,
  PipelineAnswer,
  SearchAnswer,
  SeriesAnswer,
  StatusAnswer,
  Step,
  TopAnswer,
  TopKind,
  TopUsersAnswer,
  UserAnswer,
  UserSeriesAnswer,
  Without,
} from '@smacktalk/contract'
import { calibrate } from '../live/server-clock.ts'
import type { Span } from '../ranges/ranges.ts'
import { adminToken } from './admin-token.ts'
import { ApiError, apiErrorFrom } from './api-error.ts'

const BASE = '/api/v1'
/** An answer that takes longer counts as none, ms. */
const TIMEOUT_MS = 15_000

interface Call {
  method?: 'GET' | 'POST' | 'DELETE'
  query?: Record<string, string>
  body?: unknown
  signal?: AbortSignal
}

async function call(path: string, { method = 'GET', query = {}, body, signal }: Call): Promise<unknown> {
  const search = new URLSearchParams(query).toString()
  const timeout = AbortSignal.timeout(TIMEOUT_MS)
  let response: Response
  try {
    response = await fetch(`${BASE}${path}${search === '' ? '' : `?${search}`}`, {
      method,
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      headers: headersOf(body),
      body: body === undefined ? null : JSON.stringify(body),
    })
  } catch (error) {
    signal?.throwIfAborted()
    const late = timeout.aborted
    throw new ApiError(
      0,
      late ? `The server did not answer within ${TIMEOUT_MS / 1000} s.` : 'The server cannot be reached.',
      { cause: error },
    )
  }
  const answer = await readJson(response)
  if (!response.ok) throw apiErrorFrom(response.status, answer)
  return answer
}

function headersOf(body: unknown): Record<string, string> {
  const token = adminToken.get()
  return {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  }
}

/** A change: when the server wants the admin token, or another one, the person is asked and it is tried again. */
async function change(path: string, options: Call): Promise<unknown> {
  for (;;) {
    try {
      return await call(path, options)
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error
      if ((await adminToken.ask(error.detail)) === null) throw error
    }
  }
}

async function readJson(response: Response): Promise<unknown> {
  if (response.status === 204) return null
  const text = await response.text()
  try {
    return JSON.parse(text)
  } catch (error) {
    // Something else than the gateway answered, such as a proxy's error page.
    throw new ApiError(
      response.status,
      `The server answered with status ${response.status}, not with data.`,
      {
        cause: error,
      },
    )
  }
}

export interface SpanQuery extends Span {
  step: Step
  without?: readonly Without[]
}

export interface TopQuery extends Span {
  kind: TopKind
  limit: number
}

export interface EventsQuery extends Span {
  limit: number
  cursor: string | null
}

function spanParameters({ from, to, step, without = [] }: SpanQuery): Record<string, string> {
  const query: Record<string, string> = {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    step,
  }
  if (without.length > 0) query['without'] = without.join(',')
  return query
}

const channelPath = (name: string): string => `/channels/${encodeURIComponent(name)}`

const userPath = (name: string): string => `/users/${encodeURIComponent(name)}`

function daysOf(span: Span | null): Record<string, string> {
  if (span === null) return {}
  return { from: new Date(span.from).toISOString(), to: new Date(span.to).toISOString() }
}

/** The routes of interface.md that the page uses. Each throws ApiError, or the reason of an aborted signal. */
export const api = {
  async status(signal?: AbortSignal): Promise<StatusAnswer> {
    const asked = Date.now()
    const answer = (await call('/status', withSignal(signal))) as StatusAnswer
    calibrate(Date.parse(answer.now), asked, Date.now())
    return answer
  },
  async channels(signal?: AbortSignal): Promise<ChannelsAnswer> {
    return (await call('/channels', withSignal(signal))) as ChannelsAnswer
  },
  async overview(query: SpanQuery, signal?: AbortSignal): Promise<OverviewAnswer> {
    return (await call('/overview', {
      query: spanParameters(query),
      ...withSignal(signal),
    })) as OverviewAnswer
  },
  async series(name: string, query: SpanQuery, signal?: AbortSignal): Promise<SeriesAnswer> {
    const path = `${channelPath(name)}/series`
    return (await call(path, { query: spanParameters(query), ...withSignal(signal) })) as SeriesAnswer
  },
  /** First places of a list; the range is rounded outwards to hours. */
  async top(name: string, query: TopQuery, signal?: AbortSignal): Promise<TopAnswer> {
    const { kind, from, to, limit } = query
    const parameters = {
      kind,
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      limit: String(limit),
    }
    const path = `${channelPath(name)}/top`
    return (await call(path, { query: parameters, ...withSignal(signal) })) as TopAnswer
  },
  /** A page of events, newest first; `cursor` is what the page before it gave as `next`. */
  async events(name: string, query: EventsQuery, signal?: AbortSignal): Promise<EventsAnswer> {
    const { from, to, limit, cursor } = query
    const parameters: Record<string, string> = {
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      limit: String(limit),
    }
    if (cursor !== null) parameters['cursor'] = cursor
    const path = `${channelPath(name)}/events`
    return (await call(path, { query: parameters, ...withSignal(signal) })) as EventsAnswer
  },
  /** Who writes most over all channels; the range is rounded outwards to hours. */
  async users({ from, to, limit }: Span & { limit: number }, signal?: AbortSignal): Promise<TopUsersAnswer> {
    const query = {
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      limit: String(limit),
    }
    return (await call('/users', { query, ...withSignal(signal) })) as TopUsersAnswer
  },
  /** A person over whole UTC days; null asks for all that is kept. */
  async user(name: string, span: Span | null, signal?: AbortSignal): Promise<UserAnswer> {
    return (await call(userPath(name), { query: daysOf(span), ...withSignal(signal) })) as UserAnswer
  },
  async userSeries(name: string, span: Span | null, signal?: AbortSignal): Promise<UserSeriesAnswer> {
    const path = `${userPath(name)}/series`
    return (await call(path, { query: daysOf(span), ...withSignal(signal) })) as UserSeriesAnswer
  },
  async search(text: string, signal?: AbortSignal): Promise<SearchAnswer> {
    return (await call('/search', { query: { text }, ...withSignal(signal) })) as SearchAnswer
  },
  async pipeline(signal?: AbortSignal): Promise<PipelineAnswer> {
    return (await call('/pipeline', withSignal(signal))) as PipelineAnswer
  },
  /** Moments that touch a span, newest first, and what is usual in the channel. */
  async moments(name: string, { from, to }: Span, signal?: AbortSignal): Promise<MomentsAnswer> {
    const query = { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
    const path = `${channelPath(name)}/moments`
    return (await call(path, { query, ...withSignal(signal) })) as MomentsAnswer
  },
  async addChannels(names: readonly string[]): Promise<AddChannelsAnswer> {
    return (await change('/channels', { method: 'POST', body: { names } })) as AddChannelsAnswer
  },
  async removeChannel(name: string): Promise<void> {
    await change(channelPath(name), { method: 'DELETE' })
  },
  async switchSource(source: 'twitch' | 'demo'): Promise<void> {
    await change('/source', { method: 'POST', body: { source } })
  },
}

function withSignal(signal: AbortSignal | undefined): Call {
  return signal === undefined ? {} : { signal }
}
