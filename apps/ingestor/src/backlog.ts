/**
 * What waits for the log, in order: in flight, then in the spool, then in memory. Bounded; where there is no more
 * room the oldest go, are counted by channel, and their time is marked as lost. No clock of its own, no waiting.
 */
import type { Coverage } from '@smacktalk/contract'
import type { OutgoingRecord } from '@smacktalk/ports'
import type { Logger } from '@smacktalk/runtime'
import {
  type EntryHead,
  type Loss,
  type OnGoing,
  type Spool,
  type SpoolEntry,
  spooledBytes,
} from '@smacktalk/spool'
import { BrokenBytesError, decodeRecord, encodeRecord } from '@smacktalk/wire'
import { type Front, Losses } from './losses.ts'
import { SpoolTrouble } from './spool-trouble.ts'
import { Tallies } from './tallies.ts'
import { type Waiting, WaitingList } from './waiting-list.ts'

/** The memory's share: a minute of the busiest load, or an hour of a usual one, should there be no spool. */
const RECORDS_MAX = 300_000
const BYTES_MAX = 128 * 1024 * 1024
/** Making room in larger pieces costs less than one by one. */
const SHARE_KEPT = 0.95
/** One transaction of the spool, which takes some 5 ms. */
const SPILLED_AT_ONCE = 1_000
const SPILLED_BYTES_AT_ONCE = 1024 * 1024
/** Channels whose dropped records are counted apart; as many as can be wanted. */
const COUNTED_MAX = 1_000

/** Causes of a gap: there was no more room; or what waited would be judged late by now. */
export const SPOOL_FULL = 'spool full'
export const LOG_AWAY_TOO_LONG = 'log unreachable for too long'

export interface BacklogOptions {
  readonly ingestor: string
  readonly logger: Logger
  /** Null: memory is all there is. */
  readonly spool: Spool | null
  /** How old a chat record may be when it reaches the log, ms; infinite when nobody judges by that. */
  readonly ageMaxMs: number
  readonly recordsMax?: number
  readonly bytesMax?: number
}

export interface SpoolFigures {
  /** `off`: there is none. `failing`: `reason` says why; what is in it waits. */
  readonly state: 'off' | 'empty' | 'holding' | 'failing'
  readonly reason: string | null
  /** What waits in it. */
  readonly records: number
  readonly bytes: number
  /** Records that went into it since the start. */
  readonly spooled: number
  /** Records in files that could not be read and were moved aside. */
  readonly unreadable: number
}

export interface Batch {
  readonly records: readonly OutgoingRecord[]
  /** When each chat record in it was heard, epoch ms; without those that were told. */
  readonly heardAt: readonly number[]
}

interface InFlight {
  readonly entries: readonly SpoolEntry[]
  /** Losses behind which its coverage records reach. */
  readonly ended: readonly Loss[]
  inSpool: boolean
}

export class Backlog {
  readonly #spool: Spool | null
  readonly #ageMaxMs: number
  readonly #recordsMax: number
  readonly #bytesMax: number
  readonly #memory = new WaitingList()
  #inFlight: InFlight | null = null
  readonly #losses: Losses
  readonly #spoolFront: Front = new Map()
  readonly #memoryFront: Front = new Map()
  readonly #dropped = new Tallies(COUNTED_MAX)
  readonly #trouble: SpoolTrouble
  #spilled = 0

  constructor(options: BacklogOptions) {
    this.#spool = options.spool
    this.#ageMaxMs = options.ageMaxMs
    this.#recordsMax = options.recordsMax ?? RECORDS_MAX
    this.#bytesMax = options.bytesMax ?? BYTES_MAX
    this.#trouble = new SpoolTrouble(options.logger)
    this.#losses = new Losses(options.ingestor)
    this.#losses.restore(options.spool?.losses() ?? [])
  }

  /** Records in memory that are not in flight. */
  get inMemory(): number {
    return this.#memory.length
  }

  get memoryBytes(): number {
    return this.#memory.bytes
  }

  /** Records in the spool, those in flight among them. */
  get inSpool(): number {
    return this.#spool?.entries ?? 0
  }

  /** Records in flight that are not in the spool. */
  get atRisk(): number {
    return this.#inFlight === null || this.#inFlight.inSpool ? 0 : this.#inFlight.entries.length
  }

  /** Records that wait for the log, those in flight among them. */
  get waiting(): number {
    return this.inMemory + this.inSpool + this.atRisk
  }

  /** Chat records that had to go. */
  get dropped(): number {
    return this.#dropped.total
  }

  droppedByChannel(): Record<string, number> {
    return this.#dropped.toObject()
  }

  spoolFigures(): SpoolFigures {
    if (this.#spool === null) {
      return { state: 'off', reason: null, records: 0, bytes: 0, spooled: 0, unreadable: 0 }
    }
    const { entries: records, bytes, unreadable } = this.#spool
    const { reason } = this.#trouble
    const state = reason !== null ? 'failing' : records === 0 ? 'empty' : 'holding'
    return { state, reason, records, bytes, spooled: this.#spilled, unreadable }
  }

  push(entry: Waiting): void {
    this.#memory.push(entry)
    if (this.#memory.length <= this.#recordsMax && this.#memory.bytes <= this.#bytesMax) return
    const records = Math.floor(this.#recordsMax * SHARE_KEPT)
    const bytes = Math.floor(this.#bytesMax * SHARE_KEPT)
    this.#drop(this.#memory.tooMany(records, bytes), SPOOL_FULL)
  }

  /** The next records for the log; null when the spool, whose turn it is, cannot be read now. */
  take(count: number, nowMs: number): Batch | null {
    this.letGoOld(nowMs)
    const spooled = this.#readSpool(count, nowMs)
    if (spooled === null) return null
    const inSpool = spooled.length > 0
    const outgoing: (SpoolEntry & Pick<Waiting, 'isTold'>)[] = this.#losses
      .marks()
      .map((mark) => coverageEntry(mark))
    const ended: Loss[] = []
    for (const entry of inSpool ? spooled : this.#memory.shift(count)) {
      const coverage = coverageIn(entry)
      if (coverage === null) {
        outgoing.push(entry as SpoolEntry)
        continue
      }
      const cut = this.#losses.cut(entry.key, coverage)
      ended.push(...cut.ended)
      outgoing.push(...cut.claims.map((claim) => coverageEntry(claim)))
    }
    this.#inFlight = { entries: outgoing, ended, inSpool }
    return {
      records: outgoing.map(({ key, value }) => ({ key, value })),
      heardAt: outgoing
        .filter(({ kind, isTold }) => kind === 'chat' && isTold !== true)
        .map(({ from }) => from),
    }
  }

  /** The log has what was taken. */
  taken(nowMs: number): void {
    const inFlight = this.#inFlight
    this.#inFlight = null
    const spool = this.#spool
    if (spool === null || inFlight === null) return
    const { inSpool, ended } = inFlight
    if (inSpool || ended.length > 0) this.#trouble.removing(nowMs, () => spool.taken(ended))
    if (this.waiting === 0) this.#trouble.isOfNoAccount()
  }

  /**
   * Moves the oldest of what is in memory into the spool, one transaction's worth, what is in flight first.
   * False when there is nothing to move or the spool takes nothing now.
   */
  spill(nowMs: number): boolean {
    const spool = this.#spool
    if (spool === null || !this.#trouble.isDue(nowMs)) return false
    const inFlight = this.atRisk > 0 ? this.#inFlight : null
    const entries = inFlight?.entries ?? this.#oldestInMemory(spool.bytesMax)
    if (entries.length === 0) return false
    if (spool.entries === 0) {
      // With its last record a file goes, and with it what it knew.
      this.#spoolFront.clear()
      this.#losses.nowStored(false)
    }
    const bytes = entries.reduce((sum, entry) => sum + spooledBytes(entry), 0)
    try {
      spool.makeRoom(bytes, this.#going(SPOOL_FULL))
      spool.append(entries, this.#losses.unstored(), inFlight !== null)
    } catch (error) {
      this.#trouble.fails(error, nowMs)
      return false
    }
    this.#trouble.works()
    this.#losses.nowStored(true)
    this.#spilled += entries.length
    if (inFlight !== null) {
      inFlight.inSpool = true
    } else {
      this.#memory.shift(entries.length)
      // What goes from memory later is no neighbour of what went before.
      this.#memoryFront.clear()
    }
    return true
  }

  /** Moves everything into the spool, and tries even when it has just failed. */
  spillAll(nowMs: number): void {
    this.#trouble.retryNow()
    let goesOn = true
    while (goesOn) goesOn = this.spill(nowMs)
  }

  /** Lets go of what would be judged late. */
  letGoOld(nowMs: number): void {
    const spool = this.#spool
    const beforeMs = nowMs - this.#ageMaxMs
    if (spool !== null) {
      this.#trouble.removing(nowMs, () => {
        spool.letGoBefore(beforeMs, this.#going(LOG_AWAY_TOO_LONG))
        spool.tidy()
      })
    }
    let old = 0
    for (const { to } of this.#memory) {
      if (to > beforeMs) break
      old++
    }
    if (old > 0) this.#drop(old, LOG_AWAY_TOO_LONG)
  }

  /** Lets go of the first ones in memory, settings excepted. */
  #drop(count: number, cause: string): void {
    const entries = this.#memory.shift(count)
    this.#losses.keep(this.#memoryFront, this.#losses.grown(this.#memoryFront, entries, cause), false)
    this.#countDropped(entries)
    this.#memory.putBack(entries.filter(({ kind }) => kind === 'settings'))
  }

  #going(cause: string): OnGoing {
    return (heads) => {
      const losses = this.#losses.grown(this.#spoolFront, heads, cause)
      const gone = (): void => {
        this.#losses.keep(this.#spoolFront, losses, true)
        this.#countDropped(heads)
      }
      return { losses, gone }
    }
  }

  #countDropped(heads: readonly EntryHead[]): void {
    for (const { key, kind } of heads) if (kind === 'chat') this.#dropped.add(key)
  }

  #oldestInMemory(spoolBytesMax: number): SpoolEntry[] {
    // A large piece would let go of more than it needs in a small spool.
    const bytesMax = Math.min(SPILLED_BYTES_AT_ONCE, spoolBytesMax / 4)
    const entries: SpoolEntry[] = []
    let bytes = 0
    for (const waiting of this.#memory) {
      const entry = encoded(waiting)
      bytes += spooledBytes(entry)
      if (entries.length === SPILLED_AT_ONCE || (bytes > bytesMax && entries.length > 0)) break
      entries.push(entry)
    }
    return entries
  }

  /** Empty when nothing is spooled, null when that cannot be read now. */
  #readSpool(count: number, nowMs: number): readonly SpoolEntry[] | null {
    if (this.#spool === null || this.#spool.entries === 0) return []
    try {
      return this.#spool.read(count)
    } catch (error) {
      this.#trouble.fails(error, nowMs)
      return null
    }
  }
}

function encoded(entry: Waiting): SpoolEntry {
  const { value } = entry
  return value instanceof Uint8Array ? { ...entry, value } : coverageEntry(value)
}

function coverageEntry(value: Coverage): SpoolEntry {
  const { channelId: key, channelLogin: login, from, to } = value
  return { key, login, kind: 'coverage', from, to, value: encodeRecord({ kind: 'coverage', value }) }
}

function coverageIn({ kind, value }: Waiting): Coverage | null {
  if (kind !== 'coverage') return null
  if (!(value instanceof Uint8Array)) return value
  try {
    const record = decodeRecord(value)
    return record.kind === 'coverage' ? record.value : null
  } catch (error) {
    // A damaged byte in a file: the job tells of it, with its place in the log.
    if (error instanceof BrokenBytesError) return null
    throw error
  }
}
