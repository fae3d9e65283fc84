/**
 * Rows for a file: the figures of the API's answers, by the same code and under the same names, over ranges of any
 * length. They come from the store alone, so that they can be read beside a running product.
 */
import { DAY_MS, type Moment, momentAnswer, spanStart } from '@smacktalk/contract'
import type { Clock, EventLog, RowStore } from '@smacktalk/ports'
import { ChannelDirectory, type KnownChannel, knownFrom } from './channel-directory.ts'
import { eventsInOrder } from './events-answer.ts'
import type { ExportQuestion } from './export-question.ts'
import type { WantedList } from './gateway-options.ts'
import { momentsIn } from './moments-answer.ts'
import { readChannelQuery } from './name-query.ts'
import { isLeftOut, OptOuts } from './opt-outs.ts'
import { RowReader } from './row-reader.ts'
import { seriesPoints } from './series.ts'
import type { Span } from './time-range.ts'
import { buildTop } from './top-list-answer.ts'
import { UserSum } from './user-sum.ts'

export type ExportValue = string | number | boolean | null | ExportRow
export interface ExportRow {
  readonly [name: string]: ExportValue
}

export interface ExportParts {
  readonly log: Pick<EventLog, 'partitions' | 'partitionOf'>
  readonly store: Pick<RowStore, 'load' | 'loadRange'>
  readonly wanted: WantedList
  readonly clock: Clock
  /** Ids and logins of the setting `optOut`. */
  readonly optOut: readonly string[]
}

/** Dropped lines without a channel are counted under it; it is none. */
const NO_CHANNEL = '0'

/** Nothing newer than the rows. */
const NOTHING_LIVE = { channel: () => null }

export class RowExport {
  readonly #log: ExportParts['log']
  readonly #clock: Clock
  readonly #reader: RowReader
  readonly #directory: ChannelDirectory
  readonly #optOuts: OptOuts

  constructor({ log, store, wanted, clock, optOut }: ExportParts) {
    this.#log = log
    this.#clock = clock
    this.#reader = new RowReader(store)
    this.#directory = new ChannelDirectory(this.#reader, wanted, clock)
    this.#optOuts = new OptOuts(this.#reader, log, clock, () => optOut)
  }

  /**
   * The channels of the names, as the API understands a name, or all that were ever counted: those on the list first.
   * Throws HttpProblem 400 and 404.
   */
  async channels(names: readonly string[] | null): Promise<KnownChannel[]> {
    const queries = names?.map((name) => readChannelQuery(name, 'channel'))
    await this.#directory.refresh()
    if (queries === undefined) return this.#allChannels()
    const channels: KnownChannel[] = []
    for (const query of queries) {
      const channel = await this.#directory.resolve(query, 'channel')
      if (!channels.some(({ name }) => name === channel.name)) channels.push(channel)
    }
    return channels
  }

  /** In the order of time; of a top list in that of rank. */
  rows(question: ExportQuestion, channel: KnownChannel): AsyncGenerator<ExportRow> {
    switch (question.what) {
      case 'points':
        return this.#points(channel, question)
      case 'users':
        return this.#users(channel, question.range)
      case 'top':
        return this.#top(channel, question)
      case 'events':
        return this.#events(channel, question)
      case 'moments':
        return this.#moments(channel, question)
    }
  }

  /** Those that touch the range, by their beginning, a day at a time. */
  async *moments(
    { id: channelId }: KnownChannel,
    { range, cause }: Pick<ExportQuestion & { what: 'moments' }, 'range' | 'cause'>,
  ): AsyncGenerator<Moment> {
    if (channelId === null) return
    const sources = { reader: this.#reader, live: NOTHING_LIVE, clock: this.#clock }
    const to = Math.min(range.to, this.#clock.now() + DAY_MS)
    for (let from = range.from; from < to; ) {
      const part = { from, to: Math.min(to, spanStart(from, DAY_MS) + DAY_MS) }
      const leftOut = await this.#optOuts.of(channelId)
      for (const { id, row } of await momentsIn(sources, channelId, part)) {
        // One that lasts into the next part came with the part in which it began.
        if (row.from < from && from > range.from) continue
        const moment = momentAnswer(id, row, (login, userId) => isLeftOut(leftOut, login, userId))
        if (cause === null || moment.cause === cause) yield moment
      }
      from = part.to
    }
  }

  async *#moments(
    channel: KnownChannel,
    question: ExportQuestion & { what: 'moments' },
  ): AsyncGenerator<ExportRow> {
    const head = headOf(channel)
    for await (const { evidence, ...moment } of this.moments(channel, question)) {
      const { emote, command, raid, gifts, mode } = evidence
      const figures = {
        emote: emote && { ...emote },
        command: command && { ...command },
        raid: raid && { ...raid },
        gifts: gifts && { ...gifts },
        mode: mode && { ...mode },
      }
      yield { ...head, ...moment, evidence: { ...evidence, ...figures } }
    }
  }

  async #allChannels(): Promise<KnownChannel[]> {
    const channels = this.#directory.listed.filter(({ id }) => id !== null).map(knownFrom)
    const known = new Set(channels.map(({ id }) => id))
    for await (const { channelId } of this.#reader.clocks(this.#log.partitions)) {
      if (known.has(channelId) || channelId === NO_CHANNEL) continue
      const channel = await this.#directory.find(channelId)
      if (channel !== null) channels.push(channel)
    }
    return channels
  }

  async *#points(
    channel: KnownChannel,
    { range, without }: ExportQuestion & { what: 'points' },
  ): AsyncGenerator<ExportRow> {
    const sources = { reader: this.#reader, live: NOTHING_LIVE, clock: this.#clock }
    const head = headOf(channel)
    for await (const point of seriesPoints(sources, channel, range, without)) yield { ...head, ...point }
  }

  /** One row per person and UTC day; people who asked to be left out have none. */
  async *#users(channel: KnownChannel, { from, to }: Span): AsyncGenerator<ExportRow> {
    const { id: channelId } = channel
    if (channelId === null) return
    const head = headOf(channel)
    for (let day = from; day < Math.min(to, this.#clock.now() + DAY_MS); day += DAY_MS) {
      const [here, anywhere] = await Promise.all([this.#optOuts.of(channelId), this.#optOuts.anywhere()])
      const isLeftOut = (name: string): boolean =>
        here.ids.has(name) || here.logins.has(name) || anywhere.has(name)
      const t = new Date(spanStart(day, DAY_MS)).toISOString()
      for await (const { userId, row } of this.#reader.usersOfDay(channelId, day)) {
        if (isLeftOut(userId) || row.logins.some(isLeftOut)) continue
        const sum = new UserSum()
        sum.add(row)
        const login = row.login === '' ? null : row.login
        const names = { userId, login, displayName: row.displayName || (login ?? userId) }
        yield { ...head, t, ...names, ...sum.counts, ...sum.times() }
      }
    }
  }

  async *#top(
    channel: KnownChannel,
    { range, kinds, limit }: ExportQuestion & { what: 'top' },
  ): AsyncGenerator<ExportRow> {
    const sources = { reader: this.#reader, optOuts: this.#optOuts, clock: this.#clock }
    const head = headOf(channel)
    for (const kind of kinds) {
      const { from, to, entries, approximate } = await buildTop(sources, channel.id, kind, range, limit)
      for (const [index, entry] of entries.entries()) {
        const { key, label, count, messages = null, maxError } = entry
        yield {
          ...head,
          ...{ from, to, kind, rank: index + 1, key, label, count, messages, maxError, approximate },
        }
      }
    }
  }

  async *#events(
    channel: KnownChannel,
    { range, kind }: ExportQuestion & { what: 'events' },
  ): AsyncGenerator<ExportRow> {
    const { id: channelId } = channel
    if (channelId === null) return
    const head = headOf(channel)
    const to = Math.min(range.to, this.#clock.now() + DAY_MS)
    const sources = { reader: this.#reader, optOuts: this.#optOuts }
    for await (const event of eventsInOrder(sources, { channelId, from: range.from, to, kind })) {
      yield { ...head, ...event }
    }
  }
}

function headOf({ id, name }: KnownChannel): ExportRow {
  return { channelId: id, channel: name }
}
