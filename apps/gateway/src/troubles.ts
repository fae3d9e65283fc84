/** From what a gateway knows to what is wrong, in words. Pure: the same facts give the same findings. */
import type { Role, TroublePart } from '@smacktalk/contract'
import type { Member } from './roster.ts'
import {
  DEAF_MS,
  type Facts,
  FIRST_SIGN_MS,
  type Finding,
  LATE_MS,
  REPORTS_OLD_MS,
  SHARING_MS,
  VIEWS_SILENT_MS,
  VIEWS_SILENT_STORE_MS,
} from './trouble-facts.ts'
import { aboutOf, clauseOf, lengthOf, wordsOf } from './trouble-words.ts'

/** What is wrong, the worst first. */
export function findTroubles(facts: Facts): Finding[] {
  const found = [...outages(facts), ...processes(facts), ...silence(facts)]
  // Two processes may say the same; the worst of it is enough.
  const byText = new Map<string, Finding>()
  for (const finding of found.sort((a, b) => weight(a) - weight(b))) {
    const key = `${finding.part} ${finding.text}`
    if (!byText.has(key)) byText.set(key, finding)
  }
  return [...byText.values()]
}

function weight({ severity, standsStill }: Finding): number {
  return (severity === 'bad' ? 0 : 2) + (standsStill ? 0 : 1)
}

function* outages(facts: Facts): Generator<Finding> {
  const { log, store, following, backend } = facts
  const stalled = isQuiet(facts, VIEWS_SILENT_STORE_MS)
  if (log !== null) {
    yield {
      ...{ key: 'log', part: 'log', severity: 'bad', since: log.since, standsStill: true },
      text: `${backend === 'cluster' ? 'Kafka' : 'The log'} does not answer`,
      advice: 'Nothing is counted until it does. Ingestors keep what they hear and hand it in then.',
    }
  } else if (following !== null) {
    yield {
      ...{ key: 'following', part: 'gateway', severity: 'bad', since: following.since, standsStill: true },
      text: 'Live figures do not reach this page',
      advice: 'The gateway cannot follow them and tries again. Counting goes on; nothing is lost.',
    }
  }
  if (store !== null) {
    yield {
      ...{ key: 'store', part: 'store', severity: 'bad', since: store.since },
      text: `${backend === 'cluster' ? 'Cassandra' : 'The store'} does not answer`,
      standsStill: stalled,
      advice: stalled
        ? 'Counting waits for it and stored ranges cannot be read. The log keeps what is said; nothing is lost.'
        : `${isFlowing(facts) ? 'Live figures go on. ' : ''}Stored ranges, people and top lists cannot be read until it does.`,
    }
  }
}

function* processes(facts: Facts): Generator<Finding> {
  const { members, log } = facts
  if (members === null) return
  if (facts.own?.liveness === 'silent') {
    // We run: it is not the others that are silent, but rows that are not written.
    yield notWritten(facts, facts.own.heardAt)
    return
  }
  yield* missing(facts, 'ingestor', members)
  const told = new Set<string>()
  if (hasRunning(members, 'ingestor') && facts.lostGroups.length > 0) {
    yield* lostGroups(facts)
    told.add('ingestor')
  }
  // Without a log a job has nothing to work on, and says so by owning nothing.
  if (log === null) {
    if (hasRunning(members, 'stream-job')) {
      const found = [...unowned(facts, members)]
      yield* found
      if (found.length > 0) told.add('stream-job')
    } else {
      yield* missing(facts, 'stream-job', members)
    }
    yield* late(members)
  }
  for (const { role, finding } of lonely(facts, members)) if (!told.has(role)) yield finding
  if (hasRunning(members, 'ingestor')) yield* deaf(facts)
  yield* reported(facts, members)
}

function notWritten(facts: Facts, since: number): Finding {
  const stalled = isQuiet(facts, VIEWS_SILENT_STORE_MS)
  // Log and store are one file, and nothing else keeps what is heard.
  if (facts.backend === 'embedded') {
    return {
      ...{ key: 'not written', part: 'store', severity: 'bad', since, standsStill: stalled },
      text: 'Nothing can be written to the disk',
      advice:
        'Is it full? What is heard waits in memory and is written when there is room: nothing is lost unless this is stopped before.',
    }
  }
  return {
    ...{ key: 'not written', part: 'store', severity: 'bad', since, standsStill: stalled },
    text: `${facts.backend === 'cluster' ? 'Cassandra' : 'The store'} takes no rows`,
    advice: `${stalled ? 'Counting waits for it. ' : isFlowing(facts) ? 'Live figures go on. ' : ''}The log keeps what is said; nothing is lost. Is its disk full?`,
  }
}

function hasRunning(members: readonly Member[], role: Role): boolean {
  return members.some(({ instance, liveness }) => instance.role === role && liveness === 'running')
}

/** A role that nobody plays any more. */
function* missing(
  facts: Facts,
  role: 'ingestor' | 'stream-job',
  members: readonly Member[],
): Generator<Finding> {
  if (hasRunning(members, role)) return
  const last = facts.last(role)
  if (last === null && facts.watchedMs < FIRST_SIGN_MS) return
  const how = last === null ? 'never' : last.instance.stopping ? 'stopped' : 'silent'
  const common = { severity: 'bad', since: last?.heardAt ?? null, standsStill: true } as const
  if (role === 'ingestor') {
    const who = {
      never: 'No ingestor runs.',
      stopped: 'The ingestor was stopped.',
      silent: 'No ingestor answers.',
    }
    yield {
      ...{ key: 'no ingestor', part: 'ingestor', ...common },
      text: facts.source === 'demo' ? 'Nobody listens to the demo world' : 'Nobody listens to Twitch',
      advice: `${who[how]} What is said while nobody listens is missed, and shown as a gap.`,
    }
    return
  }
  const who = {
    never: 'No stream job runs.',
    stopped: 'The stream job was stopped.',
    silent: 'No stream job answers.',
  }
  yield {
    ...{ key: 'no job', part: 'job', ...common },
    text: 'Counting has stopped',
    advice: `${who[how]} The log keeps what is said; nothing is lost.`,
  }
}

/** Nothing is missed, and nothing would say so when the next one fails. */
function* lostGroups({ lostGroups }: Facts): Generator<Finding> {
  for (const { name, since } of lostGroups) {
    yield {
      ...{ key: `lost ${name}`, part: 'ingestor', severity: 'warning', since, standsStill: false },
      text: `No ingestor of ${name} answers`,
      advice: 'Every channel is heard by another group, but no longer by two: start its ingestors.',
    }
  }
}

/** Ingestors run and hear nothing. Figures move: what is missed is known, and drawn as a gap. */
function* deaf({ nowMs, deafSince, source }: Facts): Generator<Finding> {
  if (deafSince === null || nowMs - deafSince < DEAF_MS) return
  yield {
    ...{ key: 'deaf', part: 'twitch', severity: 'bad', since: deafSince, standsStill: false },
    text: source === 'demo' ? 'The demo world is not heard' : 'Twitch is not heard',
    advice:
      'Every connection is tried again all the time. What is said meanwhile is missed, and shown as a gap.',
  }
}

/** Partitions without a stream job, while there is some. */
function* unowned(facts: Facts, members: readonly Member[]): Generator<Finding> {
  const { nowMs, unownedSince, channelPartitions, partitions, ongoing } = facts
  const owned = ownedPartitions(members)
  if (owned.size >= partitions || unownedSince === null) return
  const left = channelPartitions.filter((partition) => !owned.has(partition)).length
  const silent = members.find(
    ({ instance, liveness }) => instance.role === 'stream-job' && liveness === 'silent',
  )
  const sharing = silent === undefined && nowMs - unownedSince < SHARING_MS
  if (owned.size === 0 || (left > 0 && left === channelPartitions.length)) {
    if (sharing && !ongoing.has('no job')) return
    // A job that has just come waits for its turn: the same trouble goes on until it has it.
    yield {
      ...{ key: 'no job', part: 'job', severity: 'bad', standsStill: true },
      since: silent?.heardAt ?? unownedSince,
      text: 'Counting has stopped',
      advice: 'A stream job is taking over. The log keeps what is said; nothing is lost.',
    }
    return
  }
  if (left === 0 || sharing) return
  yield {
    ...{ key: 'unowned', part: 'job', severity: 'warning', standsStill: false },
    since: silent?.heardAt ?? unownedSince,
    text: `${left} of ${channelPartitions.length} channels ${left === 1 ? 'is' : 'are'} not being counted`,
    advice: `${silent === undefined ? 'Nobody works on their partitions yet' : 'A stream job does not answer; another takes over its part'}. Nothing is lost.`,
  }
}

/** Every partition that a running stream job works on. */
export function ownedPartitions(members: readonly Member[]): Set<number> {
  return new Set(
    members
      .filter(({ instance, liveness }) => instance.role === 'stream-job' && liveness === 'running')
      .flatMap(({ instance }) => instance.partitions.map(({ partition }) => partition)),
  )
}

const NAMES: Readonly<Record<Role, { one: string; part: TroublePart; others: string }>> = {
  ingestor: { one: 'ingestor', part: 'ingestor', others: 'The others go on listening.' },
  'stream-job': { one: 'stream job', part: 'job', others: 'The others count its part.' },
  gateway: { one: 'gateway', part: 'gateway', others: 'Its pages find another one.' },
}

/** Processes that fell silent and were not replaced, while others of their role go on. */
function* lonely(
  { nowMs }: Facts,
  members: readonly Member[],
): Generator<{ role: string; finding: Finding }> {
  for (const [role, { one, part, others }] of Object.entries(NAMES)) {
    const own = members.filter(({ instance }) => instance.role === role)
    const running = own.filter(({ liveness }) => liveness === 'running')
    const silent = own.filter(({ liveness }) => liveness === 'silent')
    if (running.length === 0 || silent.length === 0) continue
    const missed = unreplaced(silent, own)
    if (missed === 0) continue
    const since = Math.min(nowMs, ...silent.map(({ heardAt }) => heardAt))
    const text = `${missed} of ${running.length + missed} ${one}s ${missed === 1 ? 'does' : 'do'} not answer`
    const finding: Finding = {
      ...{ key: `silent ${role}`, part, severity: 'warning', standsStill: false },
      ...{ since, text, advice: others },
    }
    yield { role, finding }
  }
}

/** How many of the silent ones nobody has taken the place of: somebody of the role who began after their last word. */
function unreplaced(silent: readonly Member[], all: readonly Member[]): number {
  const begun = all.map(({ instance }) => instance.startedAt).sort((a, b) => a - b)
  let missed = 0
  for (const at of silent.map(({ instance }) => instance.updatedAt).sort((a, b) => a - b)) {
    const next = begun.findIndex((startedAt) => startedAt > at)
    if (next < 0) missed++
    else begun.splice(next, 1)
  }
  return missed
}

/** What processes say about themselves. */
function* reported(facts: Facts, members: readonly Member[]): Generator<Finding> {
  for (const { instance, liveness } of members) {
    // A gateway tells its own pages what it lacks.
    if (liveness !== 'running' || instance.role === 'gateway') continue
    const { one, part } = NAMES[instance.role as Role] ?? { one: instance.role, part: 'gateway' }
    for (const sentence of instance.troubles) {
      const about = aboutOf(sentence) ?? part
      if (isToldAlready(facts, about)) continue
      yield {
        ...{
          key: `${instance.id} ${wordsOf(sentence)}`,
          part: about,
          severity: 'warning',
          standsStill: false,
        },
        since: null,
        text: clauseOf(sentence, about),
        advice: `So says the ${one} on ${instance.host}.`,
      }
    }
  }
}

/** What this gateway finds itself is said once, and what it finds to be over is not said again. */
function isToldAlready({ nowMs, log, store, calmSince }: Facts, about: TroublePart): boolean {
  if (about !== 'log' && about !== 'store') return false
  return (about === 'log' ? log : store) !== null || nowMs - calmSince < REPORTS_OLD_MS
}

/** How late the latest partition is, ms; 0 when none is worth a word. */
export function latenessOf(members: readonly Member[]): number {
  let worst = 0
  for (const { instance, liveness } of members) {
    if (instance.role !== 'stream-job' || liveness !== 'running') continue
    for (const { lagMs } of instance.partitions) worst = Math.max(worst, lagMs)
  }
  return worst < LATE_MS ? 0 : worst
}

function* late(members: readonly Member[]): Generator<Finding> {
  const worst = latenessOf(members)
  if (worst === 0) return
  yield {
    ...{ key: 'late', part: 'job', severity: 'warning', since: null, standsStill: false },
    text: `Counting is ${lengthOf(worst)} behind`,
    advice: 'Figures are right but late.',
  }
}

/** Nothing comes although everybody answers: the one case nobody reports. */
function* silence(facts: Facts): Generator<Finding> {
  const { log, store, following, members, quietSince } = facts
  if (log !== null || store !== null || following !== null || members === null) return
  if (!hasRunning(members, 'ingestor') || !hasRunning(members, 'stream-job')) return
  // A job that takes over or catches up is told as such.
  if (ownedPartitions(members).size < facts.partitions || latenessOf(members) > 0) return
  if (!isQuiet(facts, VIEWS_SILENT_MS) || facts.nowMs - facts.calmSince <= VIEWS_SILENT_MS) return
  yield {
    ...{ key: 'quiet', part: 'job', severity: 'bad', since: quietSince, standsStill: true },
    text: 'Nothing new is counted',
    advice: 'Everybody answers, but nothing arrives. The log keeps what is said; nothing is lost.',
  }
}

/** Figures have moved a moment ago. */
function isFlowing({ nowMs, log, viewAt }: Facts): boolean {
  return log === null && viewAt !== null && nowMs - viewAt <= VIEWS_SILENT_MS
}

function isQuiet({ nowMs, quietSince }: Facts, limitMs: number): boolean {
  return quietSince !== null && nowMs - quietSince > limitMs
}
