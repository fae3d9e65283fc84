/** What each route of the API does, without knowing the HTTP server. */
import {
  type AddChannelResult,
  compareCodePoints,
  DEFAULT_STOP_WORDS,
  EVENT_KINDS,
  HOUR_MS,
  MOMENT_CAUSES,
  type OverviewAnswer,
  type SearchAnswer,
  TOP_KINDS,
  type TopUsersAnswer,
  timeKey,
  type UserAnswer,
  WITHOUT_NAMES,
  type Without,
} from '@smacktalk/contract'
import type { Clock, EventLog } from '@smacktalk/ports'
import type { Logger } from '@smacktalk/runtime'
import {
  type ChannelDirectory,
  type KnownChannel,
  knownFrom,
  type ListedChannel,
} from './channel-directory.ts'
import { summariesOf } from './channel-summaries.ts'
import { emoteSourcesOf } from './emote-sources.ts'
import { readCursor } from './event-cursor.ts'
import { buildEvents } from './events-answer.ts'
import { type FrameHub, notReadYet } from './frame-hub.ts'
import type { GatewaySettings, SourceInfo, SourceKind, WantedList } from './gateway-options.ts'
import { badParameter, HttpProblem } from './http-problem.ts'
import type { LiveState } from './live-state.ts'
import { buildMoments } from './moments-answer.ts'
import { readChannelQuery, readUserQuery } from './name-query.ts'
import type { OpenApiDocument } from './openapi.ts'
import type { OptOuts } from './opt-outs.ts'
import { buildOverview } from './overview.ts'
import { type Query, readBody, readChoice, readChoices, readText, readWhole } from './parameters.ts'
import { PipelineAnswers } from './pipeline-answer.ts'
import type { PipelineWatch } from './pipeline-watch.ts'
import { RequestGate, SharedAnswers } from './request-gate.ts'
import { EVENTS_LIMIT, type Operation, SEARCH_LIMIT, SEARCH_TEXT, TOP_LIMIT } from './routes.ts'
import type { RowReader } from './row-reader.ts'
import { buildSearch } from './search-answer.ts'
import { buildSeries } from './series.ts'
import { Accounts } from './status.ts'
import { readSpan, readTimeRange } from './time-range.ts'
import { buildTop } from './top-list-answer.ts'
import { buildTopUsers, TOP_USERS_DAYS_MAX } from './top-users-answer.ts'
import { buildUser, buildUserSeries } from './user-answer.ts'
import { UserDirectory } from './user-directory.ts'
import { readUserSpan } from './user-range.ts'
import type { UsualBook } from './usual-book.ts'

export interface ApiRequest {
  /** What varies in the path, decoded. */
  readonly path: Readonly<Record<string, string>>
  readonly query: Query
  readonly body: unknown
}

export interface ApiAnswer {
  readonly status: number
  readonly body?: unknown
  /** Done when the answer is on its way. */
  readonly after?: () => void
}

export type Api = Readonly<Record<Operation, (request: ApiRequest) => Promise<ApiAnswer>>>

/** Names one request may add: as many as can be wanted at once. */
const NAMES_MAX = 1_000

/** Longest text looked at as a name: a pasted link. */
const NAME_CHARACTERS_MAX = 200

/** The pace of an ingestor: 18 JOINs in 10.5 seconds, which keeps a reserve to what Twitch allows an account. */
const JOINS_PER_SECOND = 18 / 10.5

/** Viewers who come together share an overview; older it would be behind the live figures beside it. */
const OVERVIEW_FRESH_MS = 1_000

/** A person's rows reach the store every five seconds; a page about them may be 15 s old (interface.md). */
const USER_FRESH_MS = 3_000

/** Adding up the lists of many channels is work; who writes most hardly changes meanwhile. */
const TOP_USERS_FRESH_MS = 10_000

const SOURCES: readonly SourceKind[] = ['twitch', 'demo']

export interface ApiParts {
  readonly log: EventLog
  readonly reader: RowReader
  readonly live: LiveState
  readonly directory: ChannelDirectory
  readonly hub: FrameHub
  readonly pipeline: PipelineWatch
  readonly optOuts: OptOuts
  readonly usual: UsualBook
  readonly wanted: WantedList
  readonly sourceInfo: SourceInfo
  readonly settings: GatewaySettings
  readonly version: string
  readonly clock: Clock
  readonly logger: Logger
  readonly document: OpenApiDocument
  readonly startedAt: number
}

export function createApi(parts: ApiParts): Api {
  const { reader, live, directory, optOuts, usual, wanted, sourceInfo, settings, clock, logger, pipeline } =
    parts
  const sources = { reader, live, clock }
  const gate = new RequestGate()
  const overviews = new SharedAnswers<OverviewAnswer>(OVERVIEW_FRESH_MS, () => clock.now())
  const accounts = new Accounts(parts)
  const pipelineAnswers = new PipelineAnswers(parts)
  const people = { reader, directory, optOuts, clock }
  const userDirectory = new UserDirectory(people)
  const users = new SharedAnswers<UserAnswer>(USER_FRESH_MS, () => clock.now())
  const searches = new SharedAnswers<SearchAnswer>(USER_FRESH_MS, () => clock.now())
  const topUsers = new SharedAnswers<TopUsersAnswer>(TOP_USERS_FRESH_MS, () => clock.now())
  const busiestFirst = (): KnownChannel[] => {
    const rates = summariesOf({ directory, live, usual }, clock.now())
    const rate = new Map(rates.map(({ name, messagesPerMinute }) => [name, messagesPerMinute ?? -1]))
    const rateOf = ({ name }: KnownChannel): number => rate.get(name) ?? -1
    return directory.listed.map(knownFrom).sort((a, b) => rateOf(b) - rateOf(a))
  }
  const stopWords = [...(settings.stopWords ?? DEFAULT_STOP_WORDS)].sort(compareCodePoints)

  return {
    async listChannels() {
      if (!directory.isRead) throw notReadYet()
      return { status: 200, body: { channels: summariesOf({ directory, live, usual }, clock.now()) } }
    },

    async addChannels({ body }) {
      const added = await wanted.add(readNames(body))
      await directory.refresh()
      let waiting =
        directory.listed.filter(isWaiting).length - added.filter(({ status }) => status === 202).length
      const results = added.map(({ name, status, reason }): AddChannelResult => {
        if (status !== 202) return { name, status, place: null, etaMs: null, reason }
        waiting++
        return {
          name,
          status,
          place: waiting,
          etaMs: Math.ceil((waiting / JOINS_PER_SECOND) * 1_000),
          reason,
        }
      })
      return { status: 207, body: { results } }
    },

    async removeChannel({ path }) {
      const channel = await directory.resolve(readChannelQuery(path['name'] ?? ''))
      if (!(await wanted.remove(channel.name))) {
        throw new HttpProblem(404, `“${channel.name}” is not on the list.`, { parameter: 'name' })
      }
      directory.relist()
      return { status: 204 }
    },

    async channelSeries({ path, query }) {
      const range = readTimeRange(query, clock.now())
      const without = readWithout(query)
      const channel = await directory.resolve(readChannelQuery(path['name'] ?? ''))
      return { status: 200, body: await gate.run(() => buildSeries(sources, channel, range, without)) }
    },

    async overview({ query }) {
      if (!directory.isRead) throw notReadYet()
      const range = readTimeRange(query, clock.now())
      const without = readWithout(query)
      const key = JSON.stringify([range, without, directory.version])
      const channels = directory.listed.map(knownFrom)
      const answer = await overviews.get(key, () =>
        gate.run(() => buildOverview(sources, channels, range, without, usual)),
      )
      return { status: 200, body: answer }
    },

    async channelTop({ path, query }) {
      const kind = readChoice('kind', query.get('kind') ?? '', TOP_KINDS)
      const range = readSpan(query, clock.now(), { roundMs: HOUR_MS })
      const limit = readWhole(query, TOP_LIMIT)
      const { id } = await directory.resolve(readChannelQuery(path['name'] ?? ''))
      return { status: 200, body: await gate.run(() => buildTop(people, id, kind, range, limit)) }
    },

    async channelEvents({ path, query }) {
      const { from, to } = readSpan(query, clock.now(), { roundMs: 1 })
      const kindText = query.get('kind')
      const kind = kindText === undefined ? null : readChoice('kind', kindText, EVENT_KINDS)
      const limit = readWhole(query, EVENTS_LIMIT)
      const { id: channelId } = await directory.resolve(readChannelQuery(path['name'] ?? ''))
      const cursorText = query.get('cursor')
      const asked = { channelId, from: query.has('from') ? from : null, kind }
      const cursor = cursorText === undefined ? null : readCursor(cursorText, asked)
      if (channelId === null) return { status: 200, body: { events: [], next: null } }
      const before = cursor === null || timeKey(to) < cursor.row ? timeKey(to) : cursor.row
      const question = { channelId, from: cursor?.from ?? from, before, kind, limit }
      return { status: 200, body: await gate.run(() => buildEvents(people, question)) }
    },

    async channelMoments({ path, query }) {
      const range = readSpan(query, clock.now(), { roundMs: 1 })
      const causeText = query.get('cause')
      const cause = causeText === undefined ? null : readChoice('cause', causeText, MOMENT_CAUSES)
      const { id } = await directory.resolve(readChannelQuery(path['name'] ?? ''))
      const parts = { reader, live, optOuts, usual, clock }
      return { status: 200, body: await gate.run(() => buildMoments(parts, id, range, cause)) }
    },

    async topUsers({ query }) {
      if (!directory.isRead) throw notReadYet()
      const range = readSpan(query, clock.now(), { roundMs: HOUR_MS, daysMax: TOP_USERS_DAYS_MAX })
      const limit = readWhole(query, TOP_LIMIT)
      const answer = await topUsers.get(JSON.stringify([range, limit, directory.version]), () =>
        gate.run(() => buildTopUsers(people, busiestFirst(), range, limit)),
      )
      return { status: 200, body: answer }
    },

    async user({ path, query }) {
      const asked = readUserSpan(query, clock.now())
      const name = readUserQuery(path['name'] ?? '')
      const answer = await users.get(JSON.stringify([name, asked]), () =>
        gate.run(async () => buildUser(people, await userDirectory.resolve(name), asked)),
      )
      return { status: 200, body: answer }
    },

    async userSeries({ path, query }) {
      const asked = readUserSpan(query, clock.now())
      const name = readUserQuery(path['name'] ?? '')
      const channelText = query.get('channel')
      const channel =
        channelText === undefined
          ? null
          : await directory.resolve(readChannelQuery(channelText, 'channel'), 'channel')
      const answer = await gate.run(async () =>
        buildUserSeries(people, await userDirectory.resolve(name), channel, asked),
      )
      return { status: 200, body: answer }
    },

    async search({ query }) {
      if (!directory.isRead) throw notReadYet()
      const text = readText(query, SEARCH_TEXT)
      const limit = readWhole(query, SEARCH_LIMIT)
      const found = { reader, directory, users: userDirectory }
      const answer = await searches.get(JSON.stringify([text, limit]), () =>
        gate.run(() => buildSearch(found, text, limit)),
      )
      return { status: 200, body: answer }
    },

    async stopWords() {
      return { status: 200, body: { words: stopWords } }
    },

    async status() {
      const { bots } = settings
      const { troubles, asOf } = pipeline.news
      const account = await accounts.read()
      return {
        status: 200,
        body: {
          version: parts.version,
          backend: settings.backend,
          source: sourceInfo.kind,
          twitchReachable: sourceInfo.twitchReachable(),
          started: new Date(parts.startedAt).toISOString(),
          now: new Date(clock.now()).toISOString(),
          bots: [...(typeof bots === 'function' ? bots() : bots)],
          troubles,
          asOf,
          emotes: emoteSourcesOf(pipeline.members(clock.now())),
          ...account,
        },
      }
    },

    async pipeline() {
      return { status: 200, body: await pipelineAnswers.answer() }
    },

    async changeSource({ body }) {
      const wish = readBody(body, ['source']).get('source')
      if (typeof wish !== 'string') throw badParameter('source', 'Say “source”: “twitch” or “demo”.')
      const source = readChoice('source', wish, SOURCES)
      if (source === sourceInfo.kind) return { status: 200, body: { source } }
      const { switchTo } = sourceInfo
      if (switchTo === null || settings.backend === 'cluster') {
        throw new HttpProblem(
          409,
          'The roles of a cluster have their source from their own settings: change “source” (SMACKTALK_SOURCE) ' +
            'of all of them and start them again.',
        )
      }
      if (source === 'twitch' && !sourceInfo.twitchReachable()) {
        throw new HttpProblem(409, 'Twitch does not answer at the moment; try again when it does.')
      }
      const after = (): void => {
        switchTo(source).catch((error: unknown) => {
          logger.error({ err: error, source }, 'The source could not be changed')
        })
      }
      return { status: 202, body: { source }, after }
    },

    async openApi() {
      return { status: 200, body: parts.document }
    },
  }
}

function readWithout(query: Query): Without[] {
  return readChoices('without', query.get('without') ?? '', WITHOUT_NAMES)
}

function readNames(body: unknown): string[] {
  const names = readBody(body, ['names']).get('names')
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) {
    throw badParameter('names', '“names” must be a list of channel names, like {"names": ["one", "two"]}.')
  }
  if (names.length === 0) throw badParameter('names', '“names” is empty; give at least one channel name.')
  if (names.length > NAMES_MAX) {
    throw badParameter('names', `At most ${NAMES_MAX} names at once; send the rest in another request.`)
  }
  return names.map((name) => name.slice(0, NAME_CHARACTERS_MAX))
}

function isWaiting({ state }: ListedChannel): boolean {
  return state === 'queued' || state === 'joining'
}
