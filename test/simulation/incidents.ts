/**
 * What happens in histories and how often it must at least happen in a thousand of them: a fault that no longer
 * occurs proves nothing.
 */
export const LEAST_PER_THOUSAND = {
  /** Records of the log: said, held back and appended later, appended twice by a retry, unreadable. */
  records: 30_000,
  spooled: 10_000,
  appendedTwice: 600,
  unreadable: 300,
  /** How they ended, as the undisturbed fold says. */
  messages: 15_000,
  events: 4_000,
  duplicates: 8_000,
  late: 4_000,
  dropped: 1_000,
  /** Moments that the undisturbed fold finds, those of them that are surges, and changes of their rows. */
  moments: 500,
  surges: 100,
  momentChanges: 1_000,
  /** Workers: started, started while another one lived, stopped for a while, woken when overtaken. */
  starts: 4_000,
  zombies: 1_000,
  pauses: 800,
  lateWakeUps: 250,
  /** Crashes, by what was going on; one crash may be several of them. */
  crashesAtRest: 1_000,
  crashesWhileOpening: 150,
  crashesInBatch: 100,
  crashesInFlush: 200,
  crashesInCommitOfRows: 250,
  crashesInCommitOfClocks: 15,
  crashesInCommitOfCheckpoint: 6,
  /** Graceful ends: before anybody else opened the partition, and after; with a store that did not answer. */
  closes: 1_000,
  closesAfterOpen: 500,
  closesInVain: 80,
  /** Replays: records only remembered, judged a second time, rows and clocks found ahead of the checkpoint. */
  readBack: 30_000,
  judgedAgain: 30_000,
  rowsAhead: 30_000,
  clocksAhead: 300,
  /** The cache: a partition loaded again after it had left, and one that could not leave for a write. */
  reloads: 30_000,
  evictionsHeldBack: 4_000,
  /** The store: changes that landed, came too late to win, landed after their sender's death, were lost. */
  rowsWritten: 100_000,
  outOfDate: 20_000,
  writesOfTheDead: 3_000,
  lostWrites: 3_000,
  /** Answers that said error although all had landed, or while some had not; calls made again. */
  timeoutsApplied: 200,
  timeoutsUnapplied: 200,
  sentAgain: 400,
  commits: 4_000,
} as const

export type Incident = keyof typeof LEAST_PER_THOUSAND
export type Incidents = Record<Incident, number>

const NAMES = Object.keys(LEAST_PER_THOUSAND) as readonly Incident[]

export function noIncidents(): Incidents {
  return Object.fromEntries(NAMES.map((name) => [name, 0])) as Incidents
}

export function addIncidents(sum: Incidents, more: Incidents): void {
  for (const name of NAMES) sum[name] += more[name]
}

/** Incidents that were rarer in so many histories than they have to be. */
export function tooRare(incidents: Incidents, histories: number): string[] {
  return NAMES.filter((name) => incidents[name] * 1_000 < LEAST_PER_THOUSAND[name] * histories).map(
    (name) => `${name}: ${incidents[name]}, at least ${LEAST_PER_THOUSAND[name]} in 1,000 histories`,
  )
}

/** A table for people. */
export function describeIncidents(incidents: Incidents): string {
  return NAMES.map((name) => `  ${incidents[name].toLocaleString('en').padStart(13)}  ${name}`).join('\n')
}
