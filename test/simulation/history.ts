/**
 * One simulated history: workers fold the same log through a hostile store; they crash at any step, live on as
 * zombies, flush hot and cold rows, evict and commit whenever chance says so. At the end one worker catches up.
 * What the store then holds must be, to the byte, what one undisturbed worker writes.
 */

import { type ClockRow, DEFAULT_STOP_WORDS, RESULT_TABLES } from '@smacktalk/contract'
import type { LogRecord } from '@smacktalk/ports'
import { PartitionWorker, type WorkerSettings } from '@smacktalk/stream-job'
import { decodeRow } from '@smacktalk/wire'
import { Random } from '../support/random.ts'
import { HostileLog } from './hostile-log.ts'
import { HostileStore, type Sabotage } from './hostile-store.ts'

const STEPS = 60
const HOT = new Set<string>(['minutes', 'recents', 'coverage'])
const stopWords = DEFAULT_STOP_WORDS
const SETTINGS: readonly WorkerSettings[] = [
  { fold: { horizonMs: 60_000, spoolMs: 600_000, sightingsMax: 1_000, stopWords }, cacheWeightMax: 1_000 },
  { fold: { horizonMs: 60_000, spoolMs: 600_000, sightingsMax: 1_000, stopWords }, cacheWeightMax: 4 },
  { fold: { horizonMs: 300_000, spoolMs: 7_200_000, sightingsMax: 8, stopWords }, cacheWeightMax: 4 },
]

const FACTS = new Set(['user_channels', 'user_names'])

/** What happened in a history, to prove that the faults did occur. */
export interface Incidents {
  crashes: number
  zombies: number
  replayed: number
  lateWrites: number
  records: number
}

interface Running {
  readonly worker: PartitionWorker
  next: number
  committing: boolean
  readonly die: () => void
}

/** Plays the history of a seed. Returns a description of the first wrong row, or null when all are right. */
export async function playHistory(
  seed: number,
  sabotage: Sabotage,
  incidents: Incidents,
): Promise<string | null> {
  const random = new Random(seed)
  const settings = SETTINGS[seed % SETTINGS.length]!
  const log = new HostileLog(random)
  const store = new HostileStore(random, sabotage)
  const running: Running[] = []
  const start = async (): Promise<Running> => {
    const { store: connection, die } = store.connect()
    const worker = await PartitionWorker.open(0, connection, settings, async (appendMs) =>
      firstAt(log.records, appendMs),
    )
    incidents.replayed += log.records.length - worker.readFrom
    const started = { worker, next: worker.readFrom, committing: false, die }
    running.push(started)
    return started
  }
  const kill = (victim: Running): void => {
    victim.die()
    running.splice(running.indexOf(victim), 1)
    incidents.crashes++
  }

  for (let step = 0; step < STEPS; step++) {
    log.step()
    const dice = random.next()
    if (running.length === 0 || (running.length < 3 && dice < 0.05)) {
      if (running.length > 0) incidents.zombies++
      await start()
    } else if (dice < 0.1) {
      incidents.lateWrites += store.pending
      kill(random.pick(running))
    }
    if (running.length > 0) await act(random.pick(running), log, random)
    const deliveries = random.between(0, 6)
    for (let count = 0; count < deliveries; count++) {
      store.deliverOne()
      await settle()
    }
  }

  for (const worker of [...running]) kill(worker)
  // What the dead had sent arrives late: some before the last worker looks, some after.
  while (store.pending > 0 && random.chance(0.5)) store.deliverOne()
  const last = await start()
  await read(last, log, log.records.length)
  const committed = last.worker.commit()
  await settle()
  while (store.pending > 0) {
    store.deliverAll()
    await settle()
  }
  await committed
  incidents.records += log.records.length
  return compare(store, await undisturbed(log, settings))
}

async function act(actor: Running, log: HostileLog, random: Random): Promise<void> {
  if (random.chance(0.75)) await read(actor, log, actor.next + random.between(1, 12))
  if (random.chance(0.3)) {
    const hot = random.chance(0.6)
    void actor.worker.flush((table) => HOT.has(table) === hot)
  }
  if (random.chance(0.3) && !actor.committing) {
    actor.committing = true
    void actor.worker.commit().then(() => {
      actor.committing = false
    })
  }
  actor.worker.views()
  await settle()
}

async function read(actor: Running, log: HostileLog, until: number): Promise<void> {
  const records = log.records.slice(actor.next, until)
  if (records.length === 0) return
  actor.next += records.length
  await actor.worker.batch(records)
}

/** The same log through one worker that is left alone. */
async function undisturbed(log: HostileLog, settings: WorkerSettings): Promise<HostileStore> {
  const store = new HostileStore(new Random(0), {})
  const { store: connection } = store.connect()
  const roomy = { ...settings, cacheWeightMax: 1_000_000 }
  const worker = await PartitionWorker.open(0, connection, roomy, async () => 0)
  await worker.batch(log.records)
  const committed = worker.commit()
  await settle()
  while (store.pending > 0) {
    store.deliverAll()
    await settle()
  }
  await committed
  return store
}

function compare(actual: HostileStore, expected: HostileStore): string | null {
  for (const key of new Set([...actual.rows.keys(), ...expected.rows.keys()])) {
    const table = key.slice(0, key.indexOf('|'))
    const a = actual.rows.get(key)
    const b = expected.rows.get(key)
    if (a === undefined || b === undefined) return `${key} is ${a === undefined ? 'missing' : 'too many'}`
    if ((RESULT_TABLES as readonly string[]).includes(table)) {
      if (Buffer.compare(a.value, b.value) !== 0) return `${key} has other bytes`
      // A fact says all it says by being there; which record wrote it first differs after a restart.
      if (a.position !== b.position && !FACTS.has(table))
        return `${key} is at ${a.position}, should be at ${b.position}`
    } else if (table === 'clocks') {
      const [own, should] = [summary(decodeRow('clock', a.value)), summary(decodeRow('clock', b.value))]
      if (own !== should) return `${key} says ${own}, should say ${should}`
    } else if (a.position !== b.position) return `${key} is at ${a.position}, should be at ${b.position}`
  }
  return null
}

/** A clock row without its sightings: which of those it holds depends on when it was written. */
function summary(clock: ClockRow): string {
  return JSON.stringify({ ...clock, runs: clock.runs.map((run) => ({ ...run, sightings: [] })) })
}

function firstAt(records: readonly LogRecord[], appendMs: number): number {
  const found = records.findIndex((record) => record.appendMs >= appendMs)
  return found < 0 ? records.length : found
}

/** Lets every continuation that is ready run. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
