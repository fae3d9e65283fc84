/** Today's first places of watched channels, read from the store: views do not carry lists. */
import {
  DAY_MS,
  type FrameValues,
  firstByRank,
  spanStart,
  TOP_KINDS,
  type TopKind,
  type TopListEntry,
} from '@smacktalk/contract'
import type { Clock } from '@smacktalk/ports'
import type { LeftOut, OptOuts } from './opt-outs.ts'
import type { RowReader } from './row-reader.ts'
import { listed, shownEntry } from './top-list-answer.ts'

/** Top lists reach the store with a commit, every five seconds. */
export const TOPS_FRESH_MS = 5_000

/** Places in a frame; the page asks for more over REST. */
const PLACES = 10

interface KnownList {
  day: number
  position: number
  leftOut: LeftOut
  entries: TopListEntry[]
  json: string
  /** Grows with every change that can be seen. */
  version: number
}

interface KnownLists {
  readAt: number
  readonly byKind: Map<TopKind, KnownList>
  reading: Promise<void> | null
}

/** Versions a watched target has sent, by kind. */
export type SentTops = Map<TopKind, number>

export class LiveTops {
  readonly #reader: RowReader
  readonly #optOuts: OptOuts
  readonly #clock: Clock
  readonly #channels = new Map<string, KnownLists>()
  #version = 0

  constructor(reader: RowReader, optOuts: OptOuts, clock: Clock) {
    this.#reader = reader
    this.#optOuts = optOuts
    this.#clock = clock
  }

  /** Reads what is watched again when that is due and forgets the rest; rejects when the store cannot be read. */
  async refresh(watched: ReadonlySet<string>): Promise<void> {
    for (const id of this.#channels.keys()) if (!watched.has(id)) this.#channels.delete(id)
    for (const id of watched) await this.ensure(id)
  }

  /** Reads a channel's lists unless they are fresh. */
  async ensure(id: string): Promise<void> {
    const known = this.#channels.get(id) ?? {
      readAt: Number.NEGATIVE_INFINITY,
      byKind: new Map(),
      reading: null,
    }
    this.#channels.set(id, known)
    if (known.reading === null && this.#clock.now() - known.readAt < TOPS_FRESH_MS) return
    known.reading ??= this.#read(id, known).finally(() => {
      known.reading = null
    })
    await known.reading
  }

  /** Lists that have changed since `sent`; all of them when that is null. `sent` is brought up to date. */
  changed(id: string, sent: SentTops | null): FrameValues['top'] {
    const top: FrameValues['top'] = {}
    for (const [kind, { entries, version }] of this.#channels.get(id)?.byKind ?? []) {
      if (sent?.get(kind) === version) continue
      sent?.set(kind, version)
      top[kind] = entries
    }
    return top
  }

  /** Grows with every change of any of a channel's lists. */
  version(id: string): number {
    let newest = 0
    for (const { version } of this.#channels.get(id)?.byKind.values() ?? []) {
      newest = Math.max(newest, version)
    }
    return newest
  }

  async #read(id: string, known: KnownLists): Promise<void> {
    const nowMs = this.#clock.now()
    const day = spanStart(nowMs, DAY_MS)
    const leftOut = await this.#optOuts.of(id)
    for (const kind of TOP_KINDS) {
      const before = known.byKind.get(kind)
      const stored = await this.#reader.topOfDay(id, kind, day)
      const position = stored?.position ?? -1
      if (before?.day === day && before.position === position && isSame(before.leftOut, leftOut)) continue
      const first = firstByRank(listed(stored?.list().entries ?? [], kind, leftOut), PLACES)
      const entries = first.map((entry) => shownEntry(entry, kind === 'emotes'))
      const json = JSON.stringify(entries)
      const version = before?.json === json ? before.version : ++this.#version
      known.byKind.set(kind, { day, position, leftOut, entries, json, version })
    }
    known.readAt = nowMs
  }
}

function isSame(a: LeftOut, b: LeftOut): boolean {
  return a === b || (isSameSet(a.ids, b.ids) && isSameSet(a.logins, b.logins))
}

function isSameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((item) => b.has(item))
}
