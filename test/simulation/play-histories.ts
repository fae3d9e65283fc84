import { type Incidents, playHistory } from './history.ts'
import type { Sabotage } from './hostile-store.ts'

/** More than a few wrong rows say no more than a few do. */
const WRONG_MAX = 5

/** Plays `count` histories from a seed on; ends early when several went wrong. */
export async function playHistories(first: number, count: number, sabotage: Sabotage) {
  const incidents: Incidents = { crashes: 0, zombies: 0, replayed: 0, lateWrites: 0, records: 0 }
  const wrong: string[] = []
  for (let seed = first; seed < first + count && wrong.length < WRONG_MAX; seed++) {
    const found = await playHistory(seed, sabotage, incidents)
    if (found !== null) wrong.push(`seed ${seed}: ${found}`)
  }
  return { incidents, wrong }
}
