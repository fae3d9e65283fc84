/** Who is wanted, kept in the compacted topic `channels` (key: login) and shared by every process that follows it. */
import { parseChannelName, type WantedChannel } from '@smacktalk/contract'
import { type Clock, type EventLog, type LogRecord, PipelineError } from '@smacktalk/ports'
import { decodeFeed, encodeFeed } from '@smacktalk/wire'
import { NewestPlaces } from './newest-places.ts'
import { configHash, WantedList } from './wanted-list.ts'

export interface AddResult {
  /** The login, or what was typed when it is none. */
  readonly name: string
  /** 202 added, 200 there already, 400 not a name, 409 no room. */
  readonly status: number
  readonly reason: string | null
}

export interface WantedChannels {
  /** The wanted ones in the order of their adding. */
  all(): readonly WantedChannel[]
  /** Channels listed only because an import met them (state `paused`), in the order of their adding. */
  imported(): readonly WantedChannel[]
  /** Called after every change, also of imported channels, with the wanted ones. Gives back how to stop that. */
  onChange(listener: (wanted: readonly WantedChannel[]) => void): () => void

  /** Adds channels by what a person typed; one result each. Rejects when the log is unavailable. */
  add(names: readonly string[], origin?: 'config' | 'runtime'): Promise<AddResult[]>

  /**
   * Lists channels that an import met: paused, never joined for that. Those on the list stay what they are, names
   * that are no channel's are left out. Gives back how many there was no room for.
   */
  listImported(logins: readonly string[]): Promise<number>

  /**
   * Takes a channel off the list, wanted or imported; false when it was not on it. A configured channel stays away
   * until the configured list changes; which one is in force stands in the log, so any process may remove it.
   */
  remove(login: string): Promise<boolean>

  /**
   * Makes the configured logins wanted and configured ones that are no longer in the list unwanted; what was
   * added at run time stays. Gives back the names it could not add, with the reason.
   */
  applyConfig(logins: readonly string[]): Promise<AddResult[]>

  /** Records of the topic that could not be read. */
  readonly broken: number
  /** Resolves after the signal; rejects when the topic can no longer be followed. */
  readonly finished: Promise<void>
}

export interface WantedChannelsOptions {
  readonly log: EventLog
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly logger?: {
    warn(fields: Readonly<Record<string, unknown>>, message: string): void
  }
}

/** Pause after the log could not be followed, and how often a lasting failure is said again. */
const RETRY_MS = 1_000
const REMIND_MS = 30_000

/** Resolves when all that is in the topic has been read; a log that cannot be reached is waited for. */
export async function openWantedChannels(options: WantedChannelsOptions): Promise<WantedChannels> {
  const { log, clock, signal, logger } = options
  const list = new WantedList()
  /** What is read again after an outage; null while every record is news. */
  let again: WantedList | null = null
  const places = new NewestPlaces()
  const listeners = new Set<(wanted: readonly WantedChannel[]) => void>()
  let wanted: readonly WantedChannel[] = []
  let broken = 0
  /** Changes come one after the other, so that each sees the slots the one before took. */
  let lastChange: Promise<unknown> = Promise.resolve()

  function take(channels: readonly WantedChannel[]): void {
    let changed = false
    for (const channel of channels) changed = list.put(channel) || changed
    if (!changed) return
    wanted = list.wanted()
    for (const listener of listeners) listener(wanted)
  }

  function deliver(records: readonly LogRecord[]): void {
    const channels: WantedChannel[] = []
    for (const record of records) {
      const { key, partition, offset, value } = record
      if (!places.isNewest(record)) continue
      try {
        channels.push(decodeFeed('wantedChannel', value))
      } catch (error) {
        broken++
        logger?.warn({ err: error, key, partition, offset }, 'a record of the topic channels cannot be read')
      }
    }
    if (again === null) take(channels)
    else for (const channel of channels) again.put(channel)
  }

  /** Seen here at once; the topic then says the same again, in the order that holds for everybody. */
  async function append(channels: readonly WantedChannel[]): Promise<void> {
    if (channels.length === 0) return
    await log.append(
      'channels',
      channels.map((channel) => ({ key: channel.login, value: encodeFeed('wantedChannel', channel) })),
    )
    take(channels)
  }

  function inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = lastChange.then(change)
    // The caller gets the failure; the next change must not.
    lastChange = turn.catch(() => undefined)
    return turn
  }

  async function listAll(logins: readonly string[]): Promise<number> {
    const now = clock.now()
    let refused = 0
    for (const login of new Set(logins)) {
      const parsed = parseChannelName(login)
      if (!parsed.ok) continue
      const outcome = list.importing(parsed.login, now)
      if (typeof outcome === 'string') refused++
      // One by one: each takes the colour and the room that the one before has left.
      else if (outcome !== null) await append([outcome])
    }
    return refused
  }

  async function addAll(names: readonly string[], origin: string): Promise<AddResult[]> {
    const results: AddResult[] = []
    const draft = new WantedList()
    for (const channel of list.wanted()) draft.put(channel)
    const added: WantedChannel[] = []
    for (const typed of names) {
      const parsed = parseChannelName(typed)
      if (!parsed.ok) {
        results.push({ name: typed.slice(0, 64), status: 400, reason: parsed.reason })
        continue
      }
      const { login } = parsed
      const before = list.get(login)
      if (before !== undefined && draft.get(login) === undefined) draft.put(before)
      const outcome = draft.adding(login, origin, clock.now())
      if (outcome === null) results.push({ name: login, status: 200, reason: null })
      else if (typeof outcome === 'string') results.push({ name: login, status: 409, reason: outcome })
      else {
        draft.put(outcome)
        added.push(outcome)
        results.push({ name: login, status: 202, reason: null })
      }
    }
    await append(added)
    return results
  }

  const caughtUp = Promise.withResolvers<void>()

  /** After an outage the topic is read from its start: only what it comes to counts, not what it once said. */
  async function follow(): Promise<void> {
    let remindedAt = Number.NEGATIVE_INFINITY
    while (!signal.aborted) {
      try {
        await log.follow('channels', 'start', deliver, signal, () => {
          const records = again?.records() ?? []
          again = null
          take(records)
          caughtUp.resolve()
        })
      } catch (error) {
        if (!(error instanceof PipelineError && error.retriable)) throw error
        if (clock.now() - remindedAt >= REMIND_MS) {
          remindedAt = clock.now()
          logger?.warn({ err: error }, 'the list of channels cannot be followed; trying again')
        }
        again = new WantedList()
        places.clear()
        await clock.sleep(RETRY_MS, signal)
      }
    }
  }

  const finished = follow()
  await Promise.race([caughtUp.promise, finished])

  return {
    all: () => wanted,
    imported: () => list.imported(),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    add: (names, origin = 'runtime') => inTurn(() => addAll(names, origin)),
    listImported: (logins) => inTurn(() => listAll(logins)),
    remove(login) {
      return inTurn(async () => {
        const removal = list.removing(login)
        if (removal === null) return false
        await append([removal])
        return true
      })
    },
    applyConfig(logins) {
      return inTurn(async () => {
        const hash = configHash(logins)
        const inConfig = new Set(logins)
        const gone = list.wanted().filter(({ login, origin }) => origin === 'config' && !inConfig.has(login))
        // A removal holds as long as the list it was made under: from now on it is an ordinary absence.
        const forgiven = list.removedUnderOther(hash)
        const inForce = list.configuring(hash, clock.now())
        await append([
          ...(inForce === null ? [] : [inForce]),
          ...gone.map((channel) => ({ ...channel, wanted: false, removedUnder: null })),
          ...forgiven.map((channel) => ({ ...channel, removedUnder: null })),
        ])
        const kept = logins.filter((login) => list.get(login)?.removedUnder !== hash)
        const results = await addAll(kept, 'config')
        return results.filter(({ status }) => status >= 400)
      })
    },
    get broken() {
      return broken
    },
    finished,
  }
}
