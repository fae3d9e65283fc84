/**
 * One simulated history: workers fold the same log through a hostile store. They crash at any step, live on as
 * zombies, stand still and wake up late, hand over gracefully in either order, flush, evict and commit whenever
 * chance says so. At the end one worker catches up.
 */
import { DEFAULT_STOP_WORDS, RESULT_TABLES, type TableName } from '@smacktalk/contract'
import type { WorkerSettings } from '@smacktalk/stream-job'
import { Random } from '../support/random.ts'
import { HostileLog } from './hostile-log.ts'
import { HostileStore } from './hostile-store.ts'
import type { Incidents } from './incidents.ts'
import type { Sabotage } from './sabotage.ts'
import { SimulatedJob, type Surroundings } from './simulated-job.ts'
import { compareWithUndisturbed, type Wrong } from './undisturbed.ts'

const STEPS_MIN = 10
const STEPS_MAX = 60
/** One that works, one that was replaced, one that was replaced before. */
const JOBS_MAX = 3
/** Far more rounds than a catch-up takes. */
const ROUNDS_MAX = 2_000
const HOT = new Set<TableName>(['minutes', 'hours', 'days', 'recents', 'coverage'])

const stopWords = DEFAULT_STOP_WORDS
/** Everything in memory; hardly anything, with a quick memory; some, with a small memory. */
const SETTINGS: readonly WorkerSettings[] = [
  { fold: { horizonMs: 60_000, spoolMs: 600_000, sightingsMax: 1_000, stopWords }, cacheWeightMax: 1_000 },
  { fold: { horizonMs: 60_000, spoolMs: 600_000, sightingsMax: 1_000, stopWords }, cacheWeightMax: 4 },
  { fold: { horizonMs: 300_000, spoolMs: 7_200_000, sightingsMax: 8, stopWords }, cacheWeightMax: 25 },
]

export interface HistoryOptions {
  readonly incidents: Incidents
  /** Made anew for each history. */
  readonly sabotage?: Sabotage
  /** One worker, no faults: what is left is the log, and writes in any order. */
  readonly calm?: boolean
}

/** Plays the history of a seed. Throws what no fault explains. */
export async function playHistory(seed: number, options: HistoryOptions): Promise<Wrong> {
  const history = new History(seed, options)
  await history.play()
  await history.catchUp()
  return history.compare()
}

class History {
  readonly #random: Random
  readonly #calm: boolean
  readonly #incidents: Incidents
  readonly #store: HostileStore
  readonly #around: Surroundings
  #jobs: SimulatedJob[] = []
  /** When those that stand still go on, by step; and how many had been started by then. */
  readonly #paused = new Map<SimulatedJob, { until: number; starts: number }>()
  #starts = 0

  constructor(seed: number, { incidents, sabotage = {}, calm = false }: HistoryOptions) {
    this.#random = new Random(seed)
    this.#calm = calm
    this.#incidents = incidents
    const { rule } = sabotage
    this.#store = new HostileStore(this.#random, incidents, rule === undefined ? { calm } : { calm, rule })
    const log = new HostileLog(this.#random, incidents)
    const settings = SETTINGS[seed % SETTINGS.length]!
    this.#around = { log, settings, sabotage, incidents, failures: [], furthest: -1 }
  }

  async play(): Promise<void> {
    const steps = this.#random.between(STEPS_MIN, STEPS_MAX)
    for (let step = 0; step < steps; step++) {
      this.#around.log.step()
      if (!this.#calm) this.#disturb(step)
      this.#jobs = this.#jobs.filter((job) => !job.isClosed)
      if (this.#jobs.length === 0) this.#start()
      const awake = this.#jobs.filter((job) => !this.#paused.has(job))
      if (awake.length > 0) await this.#act(this.#random.pick(awake))
      await this.#deliver()
    }
  }

  /** The others die or close, now or later; one more reads to the end and commits. */
  async catchUp(): Promise<void> {
    for (const job of [...this.#jobs]) {
      if (this.#calm) continue
      this.#resume(job)
      if (this.#random.chance(0.6)) this.#kill(job)
      else job.close()
    }
    if (this.#random.chance(0.5)) await this.#deliverAll()
    const last = this.#calm && this.#jobs.length > 0 ? this.#jobs[0]! : this.#start()
    let isCommitted = false
    for (let round = 0; round < ROUNDS_MAX; round++) {
      for (const job of this.#jobs) await this.#act(job)
      await this.#deliver()
      if (this.#around.failures.length > 0) throw this.#around.failures[0]
      this.#jobs = this.#jobs.filter((job) => !job.isClosed)
      if (!last.isIdle) continue
      if (!last.hasReadAll) last.read(this.#random.between(1, 40))
      else if (!isCommitted) {
        last.commit()
        isCommitted = true
      } else if (this.#jobs.length === 1) return this.#deliverAll()
    }
    throw new Error('The last worker does not come to an end.')
  }

  compare(): Wrong {
    if (this.#around.failures.length > 0) throw this.#around.failures[0]
    return compareWithUndisturbed(this.#around.log, this.#around.settings, this.#store, this.#incidents)
  }

  #start(): SimulatedJob {
    this.#incidents.starts++
    this.#starts++
    const job = new SimulatedJob(this.#store.connect(), this.#around)
    this.#jobs.push(job)
    return job
  }

  /** Something may happen to one of the processes. */
  #disturb(step: number): void {
    const random = this.#random
    for (const [job, { until }] of this.#paused) if (until <= step) this.#resume(job)
    if (this.#jobs.length === 0) return
    const dice = random.next()
    // Mostly to one that is in the middle of something.
    const busy = this.#jobs.filter((job) => !job.isIdle)
    const job = random.pick(busy.length > 0 && random.chance(0.6) ? busy : this.#jobs)
    if (dice < 0.06) {
      if (this.#jobs.length === JOBS_MAX) return
      this.#incidents.zombies++
      this.#start()
    } else if (dice < 0.13) this.#kill(job)
    else if (dice < 0.16) job.close()
    else if (dice < 0.19) {
      // The partition has moved on before its old worker closes it.
      if (this.#jobs.length === JOBS_MAX) return
      this.#incidents.closesAfterOpen++
      this.#start()
      job.close()
    } else if (dice < 0.24 && !this.#paused.has(job)) {
      this.#incidents.pauses++
      job.connection.pause()
      this.#paused.set(job, { until: step + random.between(2, 25), starts: this.#starts })
    }
  }

  #kill(job: SimulatedJob): void {
    job.countCrash()
    job.connection.die()
    this.#paused.delete(job)
    this.#jobs.splice(this.#jobs.indexOf(job), 1)
  }

  #resume(job: SimulatedJob): void {
    const pause = this.#paused.get(job)
    if (pause === undefined) return
    if (this.#starts > pause.starts) this.#incidents.lateWakeUps++
    this.#paused.delete(job)
    job.connection.resume()
  }

  async #act(job: SimulatedJob): Promise<void> {
    const random = this.#random
    const { connection } = job
    if (this.#calm && !job.isIdle) await this.#deliverAll()
    if (job.isClosing) job.close()
    else if (job.isOpen) {
      if (random.chance(0.75)) job.read(random.between(1, 12))
      if (random.chance(0.35)) job.flush(this.#someTables())
      if (random.chance(0.3)) job.commit()
      if (random.chance(0.3)) job.views()
    }
    if (connection.reads === 0) return settle()
    // Mostly all answers come at once; sometimes the process is left in the middle of its loading.
    connection.deliverReads(random.chance(0.85) ? connection.reads : random.between(0, connection.reads - 1))
    await settle()
    // Opening reads one thing after the other.
    if (!job.isOpen && random.chance(0.85)) await this.#act(job)
  }

  /** Hot rows, cold rows, or rows of any tables. */
  #someTables(): (table: TableName) => boolean {
    const dice = this.#random.next()
    if (dice < 0.4) return (table) => HOT.has(table)
    if (dice < 0.6) return (table) => !HOT.has(table)
    const some = this.#random.between(1, 2 ** RESULT_TABLES.length - 1)
    return (table) => ((some >> (RESULT_TABLES as readonly string[]).indexOf(table)) & 1) === 1
  }

  /** Nothing, a few writes, many or everything on its way arrives. */
  async #deliver(): Promise<void> {
    const dice = this.#random.next()
    if (dice < 0.2 && !this.#calm) return
    if (dice > 0.85 || this.#calm) return this.#deliverAll()
    const count = this.#random.between(1, dice < 0.55 ? 4 : 40)
    for (let delivered = 0; delivered < count && this.#store.inFlight > 0; delivered++) {
      if (this.#store.deliverOne()) await settle()
    }
  }

  async #deliverAll(): Promise<void> {
    while (this.#store.inFlight > 0) if (this.#store.deliverOne()) await settle()
  }
}

/** Lets every continuation that is ready run. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
