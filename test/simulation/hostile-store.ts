/**
 * A last-write-wins store behind a hostile network: writes arrive in any order, late, after their sender has died,
 * or not at all; an answer may say error although everything was written. Reads see what has arrived. This is
 * what Cassandra promises us.
 */
import { type Commit, type RowStore, type StoredRow, StoreUnavailableError } from '@smacktalk/ports'
import type { Random } from '../support/random.ts'
import type { Incidents } from './incidents.ts'

/** Chances per call: no answer in time (what is on its way may be lost), and an error although all was written. */
const TIMEOUT = 0.03
const ERROR_THOUGH_WRITTEN = 0.02
/** Chance of each write on its way to be lost with its sender, or with the call that timed out. */
const LOST = 0.4

/** Which of two rows a reader finds from now on. */
export type ConflictRule = (kept: StoredRow | undefined, arriving: StoredRow) => StoredRow

/** The larger write time wins; of equal ones the larger value. */
export const lastWriteWins: ConflictRule = (kept, arriving) => {
  if (kept === undefined || arriving.writtenAt > kept.writtenAt) return arriving
  if (arriving.writtenAt < kept.writtenAt) return kept
  return Buffer.compare(arriving.value, kept.value) > 0 ? arriving : kept
}

interface Call {
  readonly connection: Connection
  left: number
  over: boolean
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/** A write on its way, or (without a row) the end of its sender's patience. */
interface InFlight {
  readonly call: Call
  readonly row: StoredRow | null
}

export interface HostileStoreOptions {
  /** No answer is an error. Writes still arrive in any order. */
  readonly calm?: boolean
  readonly rule?: ConflictRule
}

export class HostileStore {
  /** What readers find, by `keyOf`. */
  readonly rows = new Map<string, StoredRow>()
  /** Everything readers could find at some time, in order of arrival. */
  readonly landed: StoredRow[] = []
  /** Different rows with one write time: which of them wins is left to chance. */
  readonly torn: string[] = []
  readonly #byPartition = new Map<string, Map<string, StoredRow>>()
  readonly #inFlight: InFlight[] = []
  readonly #random: Random
  readonly #incidents: Incidents
  readonly #calm: boolean
  readonly #rule: ConflictRule

  constructor(
    random: Random,
    incidents: Incidents,
    { calm = false, rule = lastWriteWins }: HostileStoreOptions,
  ) {
    this.#random = random
    this.#incidents = incidents
    this.#calm = calm
    this.#rule = rule
  }

  get inFlight(): number {
    return this.#inFlight.length
  }

  connect(): Connection {
    return new Connection(this, this.#incidents)
  }

  /** One write, any of those on their way, arrives. Returns whether somebody may have been answered. */
  deliverOne(): boolean {
    const found = this.#random.between(0, this.#inFlight.length - 1)
    const { call, row } = this.#inFlight[found]!
    const last = this.#inFlight.pop()!
    if (found < this.#inFlight.length) this.#inFlight[found] = last
    if (row !== null) this.#apply(row, call)
    else if (!call.over) this.#timeOut(call)
    return call.over
  }

  /** Sends rows side by side; resolves when all have arrived. */
  send(connection: Connection, rows: readonly StoredRow[]): Promise<void> {
    if (rows.length === 0) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const call = { connection, left: rows.length, over: false, resolve, reject }
      for (const row of rows) this.#inFlight.push({ call, row })
      if (!this.#calm && this.#random.chance(TIMEOUT)) this.#inFlight.push({ call, row: null })
    })
  }

  read(table: string, partition: string): StoredRow[] {
    const rows = this.#byPartition.get(`${table}|${partition}`)
    if (rows === undefined) return []
    return [...rows.values()].sort((a, b) => (a.row < b.row ? -1 : 1))
  }

  /** Some of what was on its way for a call or a connection never arrives. */
  lose(isAffected: (call: Call) => boolean): void {
    let kept = 0
    for (const message of this.#inFlight) {
      if (isAffected(message.call) && this.#random.chance(LOST)) this.#incidents.lostWrites++
      else this.#inFlight[kept++] = message
    }
    this.#inFlight.length = kept
  }

  #apply(row: StoredRow, call: Call): void {
    if (!call.connection.alive) this.#incidents.writesOfTheDead++
    const key = keyOf(row)
    const kept = this.rows.get(key)
    if (kept !== undefined && kept.writtenAt === row.writtenAt && !isSame(kept, row)) {
      this.torn.push(`${key} was written with two values at position ${row.position}`)
    }
    const winner = this.#rule(kept, row)
    if (winner === kept) this.#incidents.outOfDate++
    else this.#keep(key, winner)
    call.left--
    if (call.left > 0 || call.over) return
    call.over = true
    if (!this.#calm && this.#random.chance(ERROR_THOUGH_WRITTEN)) {
      this.#incidents.timeoutsApplied++
      call.connection.answer(() => call.reject(unavailable()))
    } else call.connection.answer(call.resolve)
  }

  #keep(key: string, row: StoredRow): void {
    this.#incidents.rowsWritten++
    this.rows.set(key, row)
    this.landed.push(row)
    const place = `${row.table}|${row.partition}`
    const partition = this.#byPartition.get(place)
    if (partition === undefined) this.#byPartition.set(place, new Map([[row.row, row]]))
    else partition.set(row.row, row)
  }

  #timeOut(call: Call): void {
    call.over = true
    if (!call.connection.alive) return
    this.#incidents.timeoutsUnapplied++
    this.lose((affected) => affected === call)
    call.connection.answer(() => call.reject(unavailable()))
  }
}

/** The store as one process sees it. */
export class Connection implements RowStore {
  readonly #store: HostileStore
  readonly #incidents: Incidents
  readonly #reads: (() => void)[] = []
  readonly #loaded = new Set<string>()
  /** Answers that came while the process stood still. */
  readonly #held: (() => void)[] = []
  #paused = false
  alive = true
  /** Which part of a commit is on its way. */
  committing: 'rows' | 'clocks' | 'checkpoint' | null = null

  constructor(store: HostileStore, incidents: Incidents) {
    this.#store = store
    this.#incidents = incidents
  }

  get reads(): number {
    return this.#reads.length
  }

  /** The process is gone: nothing reaches it, what it sent may or may not arrive. */
  die(): void {
    this.alive = false
    this.#store.lose(({ connection }) => connection === this)
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    for (const answer of this.#held.splice(0)) answer()
  }

  answer(tell: () => void): void {
    if (!this.alive) return
    if (this.#paused) this.#held.push(tell)
    else tell()
  }

  /** Answers the oldest `count` reads with what the store holds at this moment. */
  deliverReads(count: number): void {
    for (const read of this.#reads.splice(0, count)) read()
  }

  load(table: string, partition: string): Promise<readonly StoredRow[]> {
    const place = `${table}|${partition}`
    if (this.#loaded.has(place)) this.#incidents.reloads++
    this.#loaded.add(place)
    return this.#read(() => this.#store.read(table, partition))
  }

  loadRange(table: string, partition: string, from: string, to: string): Promise<readonly StoredRow[]> {
    return this.#read(() => this.#store.read(table, partition).filter(({ row }) => row >= from && row < to))
  }

  write(rows: readonly StoredRow[]): Promise<void> {
    return this.#store.send(this, rows)
  }

  async commit({ rows, deletes, clocks, checkpoint }: Commit): Promise<void> {
    if (deletes.length > 0)
      throw new Error('The hostile store knows no deletes; teach it before they are used.')
    try {
      this.committing = 'rows'
      await this.#store.send(this, rows)
      this.committing = 'clocks'
      await this.#store.send(this, clocks)
      this.committing = 'checkpoint'
      await this.#store.send(this, [checkpoint])
    } finally {
      this.committing = null
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #read(found: () => readonly StoredRow[]): Promise<readonly StoredRow[]> {
    return new Promise((resolve) => {
      this.#reads.push(() => {
        const rows = found()
        this.answer(() => resolve(rows))
      })
    })
  }
}

export function keyOf(row: StoredRow): string {
  return `${row.table}|${row.partition}|${row.row}`
}

export function isSame(a: StoredRow, b: StoredRow): boolean {
  return a.position === b.position && Buffer.compare(a.value, b.value) === 0
}

function unavailable(): StoreUnavailableError {
  return new StoreUnavailableError('The store did not answer in time.', 'Send it again.')
}
