import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { playHistory } from './history.ts'
import { addIncidents, type Incidents, noIncidents } from './incidents.ts'

/** More than a few wrong histories say no more than a few do. */
const WRONG_MAX = 5
/** More threads than this would only compete with what runs beside the tests. */
const THREADS_MAX = 4

export interface Played {
  readonly incidents: Incidents
  /** One line per history that went wrong. */
  readonly wrong: string[]
}

/** Histories of consecutive seeds. */
export interface Seeds {
  readonly first: number
  readonly count: number
}

/** Plays the histories of some seeds; ends early when several went wrong. */
export async function playHistories({ first, count }: Seeds): Promise<Played> {
  const incidents = noIncidents()
  const wrong: string[] = []
  for (let seed = first; seed < first + count && wrong.length < WRONG_MAX; seed++) {
    const { rows, promises } = await playHistory(seed, { incidents })
    const found = [...rows, ...promises]
    if (found.length > 0) wrong.push(`seed ${seed}: ${found[0]} (${found.length} in all)`)
  }
  return { incidents, wrong }
}

/** The same, by as many threads as there are cores. */
export async function playHistoriesInThreads({ first, count }: Seeds): Promise<Played> {
  const threads = Math.min(availableParallelism(), THREADS_MAX)
  const shares = Array.from({ length: threads }, (_, thread): Seeds => {
    const begin = Math.floor((count * thread) / threads)
    return { first: first + begin, count: Math.floor((count * (thread + 1)) / threads) - begin }
  })
  const played = await Promise.all(shares.map(playInThread))
  const incidents = noIncidents()
  for (const part of played) addIncidents(incidents, part.incidents)
  return { incidents, wrong: played.flatMap(({ wrong }) => wrong) }
}

function playInThread(seeds: Seeds): Promise<Played> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('./history-thread.ts', import.meta.url), { workerData: seeds })
    thread.once('message', resolve)
    thread.once('error', reject)
    // Settled already unless the thread ended without an answer.
    thread.once('exit', (code) => reject(new Error(`A thread of histories ended with code ${code}.`)))
  })
}
