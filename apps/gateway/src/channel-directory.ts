/** Which channels are listed, what they are called and how an ingestor stands with them. */
import {
  CHANNEL_STATES,
  type ChannelRef,
  type ChannelState,
  type ChannelStateRow,
  type WantedChannel,
} from '@smacktalk/contract'
import { type BestState, bestStates, isUpheld, type SeenIngestor, STATE_FRESH_MS } from '@smacktalk/instances'
import type { Clock } from '@smacktalk/ports'
import { didYouMean } from '@smacktalk/runtime'
import type { Standing } from './coverage.ts'
import type { WantedList } from './gateway-options.ts'
import { HttpProblem } from './http-problem.ts'
import type { NameQuery } from './name-query.ts'
import type { RowReader } from './row-reader.ts'

/** A channel on the list: wanted, or met by an import. */
export interface ListedChannel extends Standing {
  readonly login: string
  /** Room id, null until Twitch has named it or a stored name tells it. */
  readonly id: string | null
  readonly displayName: string
  readonly slot: number
  readonly reason: string | null
  readonly place: number | null
  readonly etaMs: number | null
  readonly addedAt: number
  /** Known from an import only: paused, and nobody wants to hear it. */
  readonly imported: boolean
}

/** A channel somebody asks for: listed, or only with a history. */
export interface KnownChannel extends ChannelRef {
  /** Since when it is wanted; null when it is not. */
  readonly addedAt: number | null
  readonly standing: Standing | null
}

/** Names of channels change rarely; they and the ids of logins are read again after this time. */
const NAMES_FRESH_MS = 30_000

/** Channels whose names are kept beyond the listed ones, as when somebody looks at a history. */
const NAMES_KEPT_MAX = 5_000

/** Colours a channel can have (interface.md); one that is not listed takes one by its id. */
const SLOTS = 16

interface KnownId {
  readonly id: string
  /** When stored names told it; 0 when they have not yet. */
  readonly readAt: number
}

interface Named {
  login: string
  displayName: string
  readAt: number
}

/** Who says the states, as far as a gateway knows. */
export interface KnownIngestors {
  readonly ingestors: ReadonlyMap<string, SeenIngestor>
  /** It has been looked for long enough to know that one which is not among them is gone. */
  readonly complete: boolean
}

const NOBODY_KNOWN: KnownIngestors = { ingestors: new Map(), complete: false }

export class ChannelDirectory {
  readonly #reader: RowReader
  readonly #wanted: WantedList
  readonly #clock: Clock
  readonly #knownIngestors: () => KnownIngestors
  #states: readonly ChannelStateRow[] = []
  readonly #idOfLogin = new Map<string, KnownId>()
  readonly #names = new Map<string, Named>()
  #listed: readonly ListedChannel[] = []
  #byLogin = new Map<string, ListedChannel>()
  #byId = new Map<string, ListedChannel>()
  #isRead = false
  /** Grows whenever the list or anything in it changes. */
  version = 0

  /** @param knownIngestors without it the age of what is said decides whether it still holds */
  constructor(reader: RowReader, wanted: WantedList, clock: Clock, knownIngestors = () => NOBODY_KNOWN) {
    this.#reader = reader
    this.#wanted = wanted
    this.#clock = clock
    this.#knownIngestors = knownIngestors
  }

  /** The list and the states have been read once. */
  get isRead(): boolean {
    return this.#isRead
  }

  /** In the order in which they were added, imported ones last. */
  get listed(): readonly ListedChannel[] {
    return this.#listed
  }

  byId(id: string): ListedChannel | null {
    return this.#byId.get(id) ?? null
  }

  byLogin(login: string): ListedChannel | null {
    return this.#byLogin.get(login) ?? null
  }

  /** Reads states, missing ids and stale names; rejects when the store cannot be read. */
  async refresh(): Promise<void> {
    this.#states = await this.#reader.states()
    this.relist()
    await this.#readIds()
    this.relist()
    await Promise.all(this.#listed.flatMap(({ id }) => (id === null ? [] : [this.#readNames(id)])))
    this.relist()
    this.#isRead = true
  }

  /** A view names the channel of a login before any row does; a known id it never changes, as it may be of old. */
  learn(login: string, id: string): void {
    if (this.#byLogin.get(login)?.id !== null) return
    this.#idOfLogin.set(login, { id, readAt: 0 })
    this.relist()
  }

  /** Puts the list together again from what has been read. */
  relist(): void {
    const { states, anyoneRuns } = this.#bestStates()
    const wanted = this.#wanted.all()
    const imported = this.#wanted.imported()
    const listed = [
      ...wanted.map((record) => this.#listedFrom(record, states.get(record.login) ?? null, anyoneRuns)),
      ...imported.map((record) => this.#importedFrom(record)),
    ]
    const logins = new Set(listed.map(({ login }) => login))
    for (const login of this.#idOfLogin.keys()) {
      if (!logins.has(login)) this.#idOfLogin.delete(login)
    }
    if (JSON.stringify(listed) === JSON.stringify(this.#listed)) return
    this.#listed = listed
    this.#byLogin = new Map(listed.map((channel) => [channel.login, channel]))
    this.#byId = new Map(listed.flatMap((channel) => (channel.id === null ? [] : [[channel.id, channel]])))
    this.version++
  }

  /** The channel a name, an older name or an id stands for. Throws HttpProblem 404 with the nearest name. */
  async resolve(query: NameQuery, parameter = 'name'): Promise<KnownChannel> {
    const found =
      (query.as === 'login' ? null : await this.find(query.text)) ??
      (query.as === 'id' ? null : await this.#resolveLogin(query.text))
    if (found !== null) return found
    if (query.as !== 'id' && this.#byLogin.has(query.text.toLowerCase())) {
      const detail = `The channel “${query.text}” is on the list and was not heard yet: Twitch names its id when it is joined.`
      throw new HttpProblem(404, detail, { parameter })
    }
    const hint = didYouMean(query.text, this.#byLogin.keys())
    throw new HttpProblem(404, `No channel “${query.text}” is known here.${hint}`, { parameter })
  }

  /** The channel with an id, as it is called now; null when no name of it is known. */
  async find(id: string): Promise<KnownChannel | null> {
    const listed = this.#byId.get(id)
    if (listed !== undefined) return knownFrom(listed)
    const names = await this.#readNames(id)
    if (names === null) return null
    return unlisted(id, names.login, names.displayName)
  }

  async #resolveLogin(login: string): Promise<KnownChannel | null> {
    const listed = this.#byLogin.get(login)
    if (listed !== undefined) return knownFrom(listed)
    const id = await this.#reader.idOfLogin(login)
    return id === null ? null : ((await this.find(id)) ?? unlisted(id, login, login))
  }

  /** The ids that no ingestor tells, from the newest use of each login. */
  async #readIds(): Promise<void> {
    const { states } = this.#bestStates()
    for (const { login, imported } of this.#listed) {
      if (!imported && (states.get(login)?.row.channelId ?? null) !== null) continue
      const known = this.#idOfLogin.get(login)
      const nowMs = this.#clock.now()
      if (known !== undefined && nowMs - known.readAt < NAMES_FRESH_MS) continue
      const id = await this.#reader.idOfLogin(login)
      if (id !== null) this.#idOfLogin.set(login, { id, readAt: nowMs })
    }
  }

  async #readNames(id: string): Promise<Named | null> {
    const nowMs = this.#clock.now()
    const known = this.#names.get(id)
    if (known !== undefined && nowMs - known.readAt < NAMES_FRESH_MS) return known
    const row = await this.#reader.channel(id)
    const login = row?.names[0]?.login
    if (row === null || login === undefined) return known ?? null
    // The map keeps the order of insertion, so its first entry is the one read longest ago.
    this.#names.delete(id)
    const oldest = this.#names.keys().next()
    if (this.#names.size >= NAMES_KEPT_MAX && !oldest.done) this.#names.delete(oldest.value)
    const named = { login, displayName: row.displayName || login, readAt: nowMs }
    this.#names.set(id, named)
    return named
  }

  #bestStates(): { states: ReadonlyMap<string, BestState>; anyoneRuns: boolean } {
    const { ingestors, complete } = this.#knownIngestors()
    const nowMs = this.#clock.now()
    const states = bestStates(this.#states, (row) => {
      const isFresh = nowMs - row.updatedAt <= STATE_FRESH_MS
      return isUpheld(row, ingestors) ?? (!complete && isFresh)
    })
    return { states, anyoneRuns: [...ingestors.values()].some(({ isRunning }) => isRunning) }
  }

  #listedFrom(record: WantedChannel, best: BestState | null, anyoneRuns: boolean): ListedChannel {
    const { login, addedAt } = record
    const id = best?.row.channelId ?? this.#idOfLogin.get(login)?.id ?? null
    const common = this.#namedFrom(record, id)
    // What was said before the channel was added belongs to an earlier time on the list; and who has given it to
    // another ingestor knows nothing of it any more.
    const isLeft = best?.upheld && best.row.state === 'paused'
    if (best === null || isLeft || best.row.updatedAt < addedAt) {
      return { ...common, state: 'queued', reason: null, since: addedAt, place: null, etaMs: null }
    }
    const { reason, since, place, etaMs, updatedAt } = best.row
    const state = readState(best.row.state)
    if (best.upheld) return { ...common, state, reason, since, place, etaMs }
    return { ...common, ...leftBehind(state, reason, since, updatedAt, anyoneRuns), place: null, etaMs: null }
  }

  #importedFrom(record: WantedChannel): ListedChannel {
    const { login, addedAt } = record
    return {
      ...this.#namedFrom(record, this.#idOfLogin.get(login)?.id ?? null),
      imported: true,
      state: 'paused',
      reason: 'Known from an import; add it to count it live.',
      since: addedAt,
      place: null,
      etaMs: null,
    }
  }

  #namedFrom({ login, slot, addedAt }: WantedChannel, id: string | null) {
    const names = id === null ? undefined : this.#names.get(id)
    // A display name belongs to the newest login; an older one is shown as it is.
    const displayName = names?.login === login ? names.displayName : login
    return { login, id, displayName, slot, addedAt, imported: false }
  }
}

/** A listed channel as somebody asks for it. */
export function knownFrom({
  login,
  id,
  displayName,
  slot,
  addedAt,
  imported,
  state,
  since,
}: ListedChannel): KnownChannel {
  return {
    id,
    name: login,
    displayName,
    slot,
    addedAt: imported ? null : addedAt,
    standing: { state, since },
  }
}

function unlisted(id: string, name: string, displayName: string): KnownChannel {
  return { id, name, displayName, slot: Number(id.slice(-6)) % SLOTS, addedAt: null, standing: null }
}

/** What holds of a channel once nobody stands to what was said of it. */
function leftBehind(
  state: ChannelState,
  reason: string | null,
  since: number,
  updatedAt: number,
  anyoneRuns: boolean,
): Pick<ListedChannel, 'state' | 'reason' | 'since'> {
  const nobody = anyoneRuns ? 'Its ingestor is gone; another one takes it over.' : 'No ingestor answers.'
  switch (state) {
    case 'joined':
      return { state: 'lost', reason: nobody, since: updatedAt }
    case 'lost':
      return { state, reason: anyoneRuns ? nobody : (reason ?? nobody), since }
    case 'joining':
    case 'queued':
    case 'paused':
      return { state: 'queued', reason: nobody, since }
    case 'suspended':
    case 'not-found':
    case 'refused':
      // Twitch's word on the channel does not end with whoever heard it.
      return { state, reason, since }
  }
}

/** A state of a newer build that this one does not know is shown as the nearest it can say. */
function readState(text: string): ChannelState {
  return CHANNEL_STATES.find((state) => state === text) ?? 'joining'
}
