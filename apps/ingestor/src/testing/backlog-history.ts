/** A seeded history of a backlog over real spool files: pushes, appends that fail, failing spools, restarts, kills. */
import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import type { AnyRecord, Coverage } from '@smacktalk/contract'
import { silentLogger, systemClock } from '@smacktalk/runtime'
import { Spool, SpoolUnavailableError, spooledBytes } from '@smacktalk/spool'
import { decodeRecord, encodeRecord } from '@smacktalk/wire'
import type { Random } from '../../../../test/support/random.ts'
import { Backlog, type Batch } from '../backlog.ts'
import type { Waiting } from '../waiting-list.ts'
import { type Item, NaiveBacklog } from './naive-backlog.ts'
import { broken, CHANNELS } from './numbered-lines.ts'

const STEPS = 150
const OVERHEAD_BYTES = 200

/** Files as they are, but reading and writing fail when told to. */
class FlakySpool extends Spool {
  fails = false

  override append(...args: Parameters<Spool['append']>): void {
    this.#check()
    super.append(...args)
  }

  override makeRoom(...args: Parameters<Spool['makeRoom']>): void {
    this.#check()
    super.makeRoom(...args)
  }

  override read(count: number): ReturnType<Spool['read']> {
    this.#check()
    return super.read(count)
  }

  #check(): void {
    if (this.fails) throw new SpoolUnavailableError('the disk is away', 'plug it in')
  }
}

export interface Happened {
  /** In the order of the log. */
  readonly log: readonly AnyRecord[]
  /** Chat and coverage. */
  readonly sent: readonly Item[]
  readonly gone: readonly Item[]
  /** In memory alone when the process was killed. */
  readonly killed: readonly Item[]
  /** In flight when the process was killed: the log may have them or not. */
  readonly uncertain: readonly Item[]
  /** When processes began, ms. */
  readonly starts: readonly number[]
  /** What the backlogs counted as dropped, by channel. */
  readonly counted: ReadonlyMap<string, number>
  readonly differences: readonly string[]
}

export class BacklogHistory implements Happened {
  readonly log: AnyRecord[] = []
  readonly sent: Item[] = []
  readonly killed: Item[] = []
  readonly uncertain: Item[] = []
  readonly starts: number[] = []
  readonly counted = new Map<string, number>()
  readonly differences: string[] = []
  readonly #random: Random
  readonly #directory: (generation: number) => string
  readonly #limits
  readonly #naive: NaiveBacklog
  #claimed = new Map<string, number>()
  #heard = new Map<string, number>()
  #now = 1_700_000_000_000
  #line = 0
  #life = 0
  #generation = 0
  #spool!: FlakySpool
  #backlog!: Backlog
  #batch: Batch | null = null

  constructor(random: Random, folder: string) {
    this.#random = random
    this.#directory = (generation) => join(folder, `${generation}`)
    this.#limits = {
      recordsMax: random.pick([20, 60, 1_000]),
      spoolBytesMax: random.pick([4_000, 12_000, 1_000_000]),
      ageMaxMs: random.pick([20_000, Number.POSITIVE_INFINITY]),
    }
    this.#naive = new NaiveBacklog(this.#limits)
  }

  get gone(): readonly Item[] {
    return this.#naive.gone
  }

  play({ kills }: { kills: boolean }): Happened {
    this.#start()
    for (let step = 0; step < STEPS && this.differences.length === 0; step++) {
      this.#step(kills)
      this.#compare(step)
    }
    this.#spool.fails = false
    this.#tick(null)
    while (this.#backlog.waiting > 0 && this.differences.length === 0) this.#append(true)
    this.#end()
    return this
  }

  #step(kills: boolean): void {
    const random = this.#random
    this.#now += random.between(0, 400)
    const choice = random.between(0, 99)
    if (choice < 35) for (let n = random.between(1, 20); n > 0; n--) this.#say()
    else if (choice < 45) this.#tick(null)
    else if (choice < 48) this.#push(settings(random.pick(CHANNELS)), 'settings')
    else if (choice < 68) this.#append(random.chance(0.6))
    else if (choice < 84) this.#spill()
    else if (choice < 87) this.#letGoOld()
    else if (choice < 92) this.#spool.fails = !this.#spool.fails
    else if (choice < 94) this.#now += random.between(5_000, 15_000)
    else if (choice < 97) this.#restart()
    else if (kills) this.#kill()
  }

  #start(): void {
    this.#now += this.#random.between(0, 2_000)
    this.#life++
    this.starts.push(this.#now)
    this.#claimed = new Map(CHANNELS.map((key) => [key, this.#now]))
    this.#heard = new Map(this.#claimed)
    const ingestor = `life-${this.#life}`
    this.#spool = new FlakySpool({
      directory: this.#directory(this.#generation),
      name: ingestor,
      clock: systemClock,
      logger: silentLogger,
      asideKeptMs: 1_000_000,
      bytesMax: this.#limits.spoolBytesMax,
    })
    const { recordsMax, ageMaxMs } = this.#limits
    this.#backlog = new Backlog({ ingestor, logger: silentLogger, spool: this.#spool, ageMaxMs, recordsMax })
    this.#batch = null
  }

  #end(): void {
    for (const [key, count] of Object.entries(this.#backlog.droppedByChannel())) {
      this.counted.set(key, (this.counted.get(key) ?? 0) + count)
    }
    this.#spool[Symbol.dispose]()
  }

  /** A graceful stop: what waits goes to the spool. */
  #restart(): void {
    this.#spool.fails = false
    this.#tick('ingestor down')
    this.#backlog.spillAll(this.#now)
    while (this.#naive.memory.length + this.#naive.flight.length > 0) this.#naive.spill()
    this.#naive.flightInSpool = 0
    this.#end()
    this.#start()
  }

  /** What a killed process leaves is its files as they are, write-ahead log and all. */
  #kill(): void {
    const { flight } = this.#naive
    const flying = [...flight, ...this.#naive.spool.slice(0, this.#naive.flightInSpool)]
    if (this.#batch !== null) {
      this.uncertain.push(...flying)
      if (this.#random.chance(0.3)) this.#logged(this.#batch)
    }
    this.killed.push(...this.#naive.die())
    this.#generation++
    const left = this.#directory
    if (existsSync(left(this.#generation - 1))) {
      cpSync(left(this.#generation - 1), left(this.#generation), { recursive: true })
    }
    this.#end()
    this.#start()
  }

  #say(): void {
    const key = this.#random.pick(CHANNELS)
    this.#now += this.#random.between(0, 30)
    this.#heard.set(key, this.#now)
    this.#line++
    this.#push(broken(key, this.#line, this.#now), 'chat')
  }

  #tick(ended: string | null): void {
    for (const key of CHANNELS) {
      const from = this.#claimed.get(key) ?? 0
      const isQuiet = ended === null && this.#random.chance(0.5)
      const to = isQuiet ? Math.max(from, this.#heard.get(key) ?? from) : this.#now
      if (to === from && ended === null) continue
      this.#claimed.set(key, to)
      const value: Coverage = {
        channelId: key,
        channelLogin: `c${key}`,
        ingestor: `life-${this.#life}`,
        origin: 'heard',
        from,
        to,
        ended,
      }
      this.#push({ kind: 'coverage', value }, 'coverage')
    }
  }

  #push(record: AnyRecord, kind: Item['kind']): void {
    const { channelId: key } = record.value
    const login = `c${key}`
    const bytes = encodeRecord(record)
    const [from, to] =
      record.kind === 'coverage' ? [record.value.from, record.value.to] : [this.#now, this.#now + 1]
    const value = record.kind === 'coverage' ? record.value : bytes
    const entry: Waiting = { key, login, kind, from, to, value }
    const item = {
      ...{ key, login, kind, from, to },
      line: record.kind === 'broken' ? record.value.line : null,
      memoryBytes: OVERHEAD_BYTES + (kind === 'coverage' ? 0 : bytes.byteLength),
      spoolBytes: spooledBytes({ key, login, kind, from, to, value: bytes }),
    }
    if (kind !== 'settings') this.sent.push(item)
    this.#naive.push(item)
    this.#backlog.push(entry)
  }

  #append(works: boolean): void {
    if (this.#batch === null) this.#take()
    if (!works || this.#batch === null) return
    this.#logged(this.#batch)
    this.#backlog.taken(this.#now)
    this.#naive.taken()
    this.#batch = null
  }

  #take(): void {
    const count = this.#random.between(1, 30)
    // A spool that has failed is left alone for ten seconds, except for reading.
    this.#now += 10_000 * Number(this.#backlog.spoolFigures().state === 'failing')
    const batch = this.#backlog.take(count, this.#now)
    if (batch === null) {
      this.#naive.letGoOld(this.#now)
      return
    }
    const items = this.#naive.take(count, this.#now)
    const lines = (list: readonly (number | null)[]): string => list.filter((line) => line !== null).join()
    const records = batch.records.map(({ value }) => decodeRecord(value))
    const got = lines(records.map((record) => (record.kind === 'broken' ? record.value.line : null)))
    const wanted = lines(items.map(({ line }) => line))
    if (got !== wanted) this.differences.push(`took ${got} where ${wanted} was due`)
    this.#batch = batch
    if (this.#naive.flightInSpool > 0) return
    this.#naive.flight = records.map((record, at) => itemOf(record, batch.records[at]!.value))
  }

  #spill(): void {
    this.#now += 10_000 * Number(this.#backlog.spoolFigures().state === 'failing')
    const all = this.#random.chance(0.3)
    while (this.#backlog.spill(this.#now)) {
      this.#naive.spill()
      if (!all) return
    }
  }

  #letGoOld(): void {
    this.#now += 10_000 * Number(this.#backlog.spoolFigures().state === 'failing')
    this.#backlog.letGoOld(this.#now)
    this.#naive.letGoOld(this.#now)
  }

  #logged({ records }: Batch): void {
    for (const { value } of records) this.log.push(decodeRecord(value))
  }

  #compare(step: number): void {
    const { memory, spool } = this.#naive
    const got = `${this.#backlog.inMemory} in memory, ${this.#backlog.inSpool} in the spool`
    const wanted = `${memory.length} in memory, ${spool.length} in the spool`
    if (got !== wanted) this.differences.push(`step ${step}: ${got} where there should be ${wanted}`)
  }
}

function itemOf(record: AnyRecord, value: Uint8Array): Item {
  const { channelId: key } = record.value
  const login = `c${key}`
  const kind =
    record.kind === 'coverage' ? 'coverage' : record.kind === 'channelSettings' ? 'settings' : 'chat'
  const [from, to] =
    record.kind === 'coverage'
      ? [record.value.from, record.value.to]
      : record.kind === 'broken'
        ? [record.value.receivedAt, record.value.receivedAt + 1]
        : [0, 0]
  const head = { key, login, kind, from, to } as const
  const line = record.kind === 'broken' ? record.value.line : null
  return { ...head, line, memoryBytes: 0, spoolBytes: spooledBytes({ ...head, value }) }
}

function settings(channelId: string): AnyRecord {
  const value = {
    channelId,
    channelLogin: `c${channelId}`,
    bots: [],
    commandPrefix: '!',
    optOut: [],
    moments: null,
  }
  return { kind: 'channelSettings', value }
}
