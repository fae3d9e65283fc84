/**
 * What the rows have to be: the fold alone over the same log, everything in memory, never stopped. Compared is
 * not only what the store holds at the end: every row a reader could find at any time must be, to the byte, the
 * row as of the position it names, and every checkpoint must find below it all that it stands for.
 */
import { CHECKPOINTS_PARTITION, checkpointRow, type MomentRow, RECOVERY_TABLES } from '@smacktalk/contract'
import type { StoredRow } from '@smacktalk/ports'
import { type CachedRow, PartitionFold, type PlacedRecord, resultTable } from '@smacktalk/stream'
import type { WorkerSettings } from '@smacktalk/stream-job'
import { BrokenBytesError, decodeRecord, encodeRow } from '@smacktalk/wire'
import type { HostileLog } from './hostile-log.ts'
import { type HostileStore, keyOf } from './hostile-store.ts'
import type { Incidents } from './incidents.ts'

/** A fact says all it says by being there; which record wrote it first differs after a restart. */
const FACTS = new Set<string>(['user_channels', 'user_names'])

/** Causes that need no surge. */
const ANNOUNCED = new Set<string>(['raid', 'giftBurst', 'chatClear', 'mode'])

/** The only checkpoint row: of log partition 0. */
const CHECKPOINT = `checkpoints|${CHECKPOINTS_PARTITION}|${checkpointRow(0)}`

export interface Wrong {
  /** Result rows that the store does not hold as it should at the end. */
  readonly rows: string[]
  /** What must hold at every moment and did not, also where a later write has mended it. */
  readonly promises: string[]
}

/** A row of the undisturbed fold. */
interface ExpectedRow {
  readonly key: string
  readonly isFact: boolean
  /** Ascending; where it changed. */
  readonly positions: number[]
  /** What of it readers could find at some time. */
  readonly landed: readonly StoredRow[]
}

export function compareWithUndisturbed(
  log: HostileLog,
  { fold: settings }: WorkerSettings,
  store: HostileStore,
  incidents: Incidents,
): Wrong {
  const undisturbed = new Undisturbed(store)
  const moments = new Map<string, MomentRow>()
  const fold = new PartitionFold(settings, null, [])
  const placed = log.records.map(({ offset, appendMs, value }): PlacedRecord => {
    return { offset, appendMs, record: readable(value) }
  })
  for (const { table, partition } of fold.needed(placed)) fold.install(table, partition, [])
  for (const record of placed) {
    fold.fold([record])
    for (const row of fold.takeDirty()) {
      undisturbed.changed(row)
      if (row.table !== 'moments') continue
      incidents.momentChanges++
      moments.set(row.partition + row.row, row.state.toStored() as MomentRow)
    }
    undisturbed.commitAt(record.offset, fold)
  }
  incidents.moments += moments.size
  for (const { cause } of moments.values()) if (!ANNOUNCED.has(cause)) incidents.surges++
  const account = fold.account()
  for (const name of Object.keys(account) as (keyof typeof account)[]) incidents[name] += account[name]
  return undisturbed.compare(log.records.length - 1)
}

class Undisturbed {
  readonly #store: HostileStore
  readonly #landedByKey = new Map<string, StoredRow[]>()
  /** Positions at which a clock row or a checkpoint landed. */
  readonly #commits = new Set<number>()
  readonly #rows = new Map<CachedRow, ExpectedRow>()
  readonly #byKey = new Map<string, ExpectedRow>()
  /** The bytes of each clock row as of the last commit compared. */
  readonly #clocks = new Map<string, Uint8Array>()
  /** Rows that landed and have not been found equal to what was expected. */
  readonly #unproven: Set<StoredRow>

  constructor(store: HostileStore) {
    this.#store = store
    this.#unproven = new Set(store.landed)
    for (const row of store.landed) {
      const key = keyOf(row)
      const known = this.#landedByKey.get(key)
      if (known === undefined) this.#landedByKey.set(key, [row])
      else known.push(row)
      if (isRecovery(row.table)) this.#commits.add(row.position)
    }
  }

  changed(row: CachedRow): void {
    let expected = this.#rows.get(row)
    if (expected === undefined) {
      expected = this.#expected(`${row.table}|${row.partition}|${row.row}`, FACTS.has(row.table))
      this.#rows.set(row, expected)
    }
    expected.positions.push(row.position)
    let bytes: Uint8Array | null = null
    for (const landed of expected.landed) {
      if (landed.position !== row.position && !expected.isFact) continue
      bytes ??= encodeRow(resultTable(row.table).schema, row.state.toStored() as never)
      this.#prove(landed, bytes)
    }
  }

  /** The clock rows and the checkpoint as of a position, where any was written. */
  commitAt(position: number, fold: PartitionFold): void {
    if (!this.#commits.has(position)) return
    const commit = fold.takeCommit()
    if (commit === null) throw new Error(`Nothing was folded at ${position}.`)
    for (const { channelId, row } of commit.clocks) {
      this.#clocks.set(channelId, encodeRow('clock', row))
    }
    const checkpoint = encodeRow('checkpoint', commit.checkpoint)
    for (const landed of this.#store.landed) {
      if (landed.position !== position) continue
      if (landed.table === 'checkpoints') this.#prove(landed, checkpoint)
      const clock = landed.table === 'clocks' ? this.#clocks.get(landed.row) : undefined
      if (clock !== undefined) this.#prove(landed, clock)
    }
    for (const { channelId } of commit.clocks) {
      const [landed] = this.#store.landed.filter(({ table, row }) => table === 'clocks' && row === channelId)
      if (landed !== undefined) this.#expected(keyOf(landed), false).positions.push(position)
    }
  }

  compare(end: number): Wrong {
    const rows: string[] = []
    const promises = [...this.#store.torn, ...this.#gapsBelowCheckpoints()]
    for (const row of this.#unproven) {
      promises.push(`${keyOf(row)} could be read at ${row.position} with bytes it never had there`)
    }
    const checkpoint = this.#store.rows.get(CHECKPOINT)?.position ?? -1
    if (checkpoint !== end) promises.push(`the last checkpoint is ${checkpoint}, should be ${end}`)
    for (const [key, row] of this.#store.rows) {
      if (isRecovery(row.table)) continue
      const expected = this.#byKey.get(key)
      const position = expected?.positions.at(-1)
      if (expected === undefined) rows.push(`${key} is too many`)
      else if (this.#unproven.has(row)) rows.push(`${key} has other bytes`)
      else if (row.position !== position && !expected.isFact) {
        rows.push(`${key} is at ${row.position}, should be at ${position}`)
      }
    }
    for (const { key } of this.#byKey.values()) {
      if (!this.#store.rows.has(key)) rows.push(`${key} is missing`)
    }
    return { rows, promises }
  }

  /** Rows that were older than a checkpoint allows at the moment it could be read. */
  #gapsBelowCheckpoints(): string[] {
    const gaps: string[] = []
    const found = new Map<string, number>()
    for (const row of this.#store.landed) {
      found.set(keyOf(row), row.position)
      if (row.table !== 'checkpoints') continue
      for (const { key, isFact, positions } of this.#byKey.values()) {
        const needed = isFact ? positions[0]! : (newestUpTo(positions, row.position) ?? -1)
        if (needed > row.position || needed < 0) continue
        const is = found.get(key)
        if (is === undefined || (!isFact && is < needed)) {
          gaps.push(`the checkpoint ${row.position} could be read before ${key} at ${needed}`)
        }
      }
    }
    return gaps
  }

  #expected(key: string, isFact: boolean): ExpectedRow {
    let expected = this.#byKey.get(key)
    if (expected === undefined) {
      expected = { key, isFact, positions: [], landed: this.#landedByKey.get(key) ?? [] }
      this.#byKey.set(key, expected)
    }
    return expected
  }

  #prove(landed: StoredRow, bytes: Uint8Array): void {
    if (Buffer.compare(landed.value, bytes) === 0) this.#unproven.delete(landed)
  }
}

function isRecovery(table: string): boolean {
  return (RECOVERY_TABLES as readonly string[]).includes(table)
}

function newestUpTo(positions: readonly number[], limit: number): number | undefined {
  return positions.findLast((position) => position <= limit)
}

function readable(value: Uint8Array): PlacedRecord['record'] {
  try {
    return decodeRecord(value)
  } catch (error) {
    if (!(error instanceof BrokenBytesError)) throw error
    return null
  }
}
