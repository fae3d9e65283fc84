/**
 * Fetches what nobody heard: once a channel is heard again, a history service is asked for the gap before, once.
 * What is missing is read from the stored coverage, so that a gap before a restart counts too, and what another
 * ingestor heard or fetched is not asked for.
 */
import { type Coverage, coveragePartition, DAY_MS, spanStart } from '@smacktalk/contract'
import type { Clock, RowStore } from '@smacktalk/ports'
import { PipelineError } from '@smacktalk/ports'
import type { Logger } from '@smacktalk/runtime'
import type { AskHistory, HistoryAnswer, ToldLine } from '@smacktalk/twitch'
import { decodeRow } from '@smacktalk/wire'

/**
 * A gap is asked for this long after it has ended, and up to twice as much, so that ingestors that were cut at once do
 * not ask at once: by then coverage of others has been told, and stored.
 */
const SETTLE_MS = 10_000
/** Two questions are at least so far apart. */
const APART_MS = 250
/** What is asked for beside the gap: a line in it shows that the service was there when the gap began. */
const PROOF_MS = 60_000
/** What is taken beside the gap: clocks differ, and lines were on their way. Whoever was heard is a duplicate. */
const EDGE_MS = 5_000
/** Part of the horizon that is not used: what is late by then would not be counted. */
const HORIZON_EDGE_MS = 30_000
/** A gap that could not be asked for so often stays one. */
const TRIES_MAX = 3
/** How long a failing service is left alone, doubled with each failure. */
const REST_MS = 10_000
const REST_MS_MAX = 600_000
/** Shorter ones are between two ticks of the clock. */
const GAP_MS_MIN = 500

interface Span {
  readonly from: number
  readonly to: number
}

export interface BackfillOptions {
  readonly ask: AskHistory
  readonly store: Pick<RowStore, 'load'>
  readonly clock: Clock
  readonly logger: Logger
  readonly horizonMs: number
  readonly ingestor: string
  /** The room of a login, once it is known. */
  channelId(login: string): string | null
  /** Takes a line that is not heard but told; gives back whether it belongs to the channel. */
  line(told: ToldLine, login: string, channelId: string): boolean
  /** Takes a coverage record, after the lines that it covers. */
  covered(coverage: Coverage): void
  /** A number in [0, 1). */
  readonly random?: () => number
  readonly settleMs?: number
}

export interface BackfillFigures {
  /** Questions asked, and how many of them were not answered. */
  readonly asked: number
  readonly failed: number
  /** Lines taken, those that had been heard too among them. */
  readonly lines: number
  /** Channels whose gap is still to be asked for. */
  readonly waiting: number
}

interface Waiting {
  readonly joinedAt: number
  dueAt: number
  tries: number
}

export function createBackfill(options: BackfillOptions) {
  const { clock, logger, horizonMs, random = Math.random, settleMs = SETTLE_MS } = options
  /** By login; as many as are wanted. */
  const waiting = new Map<string, Waiting>()
  /** Up to where a channel needs no more questions, epoch ms; infinite when its owner wants none. */
  const doneUntil = new Map<string, number>()
  let restUntil = 0
  let failures = 0
  let asked = 0
  let failed = 0
  let lines = 0

  async function missing(channelId: string, joinedAt: number, oldest: number): Promise<Span[]> {
    const today = spanStart(joinedAt, DAY_MS)
    const intervals: Span[] = []
    for (const day of [today - DAY_MS, today]) {
      for (const { row, value } of await options.store.load('coverage', coveragePartition(channelId, day))) {
        const { starts, ends, backfilledStarts, backfilledEnds } = decodeRow('coverage', value)
        const at = Number(row)
        for (const [index, start] of starts.entries()) intervals.push(spanAt(at, start, ends[index]))
        for (const [index, start] of backfilledStarts.entries()) {
          intervals.push(spanAt(at, start, backfilledEnds[index]))
        }
      }
    }
    return gapsBefore(joinedAt, intervals, oldest)
  }

  function rest(restMs: number | null): void {
    failures++
    const delayMs = Math.min(REST_MS * 2 ** (failures - 1), REST_MS_MAX)
    restUntil = clock.now() + Math.max(restMs ?? 0, delayMs * (0.5 + random() / 2))
  }

  function take(login: string, channelId: string, gaps: readonly Span[], answer: Told): void {
    const { reach, told } = whatIsTold(answer, gaps)
    let taken = 0
    for (const line of told) if (options.line(line, login, channelId)) taken++
    lines += taken
    let filledMs = 0
    for (const gap of gaps) {
      const from = Math.max(gap.from, reach.from)
      const to = Math.min(gap.to, reach.to)
      if (from >= to) continue
      filledMs += to - from
      options.covered({
        channelId,
        channelLogin: login,
        ingestor: options.ingestor,
        origin: 'backfilled',
        from,
        to,
        ended: null,
      })
    }
    logger.info({ channel: login, lines: taken, filledMs }, 'a gap was fetched from history')
  }

  async function fill(login: string, wait: Waiting, signal: AbortSignal): Promise<void> {
    const channelId = options.channelId(login)
    if (channelId === null) {
      later(login, wait)
      return
    }
    const { joinedAt } = wait
    const oldest = Math.max(clock.now() - horizonMs + HORIZON_EDGE_MS, doneUntil.get(login) ?? 0)
    const gaps = await missing(channelId, joinedAt, oldest)
    const first = gaps[0]
    if (first === undefined) {
      done(login, wait)
      return
    }
    asked++
    const last = gaps.at(-1)?.to ?? joinedAt
    const answer = await options.ask({ login, after: first.from - PROOF_MS, before: last + EDGE_MS }, signal)
    // Whoever was taken off the list meanwhile is not counted any more.
    if (signal.aborted || options.channelId(login) !== channelId) return
    switch (answer.kind) {
      case 'told':
        failures = 0
        take(login, channelId, gaps, answer)
        done(login, wait)
        break
      case 'forbidden':
        logger.info({ channel: login, reason: answer.reason }, 'no history of this channel')
        waiting.delete(login)
        doneUntil.set(login, Number.POSITIVE_INFINITY)
        break
      case 'failed':
        failed++
        rest(answer.restMs)
        logger.warn({ channel: login, reason: answer.reason }, 'the history service did not answer')
        later(login, wait)
    }
  }

  /** Another gap may have come meanwhile. */
  function done(login: string, wait: Waiting): void {
    if (waiting.get(login) === wait) waiting.delete(login)
    doneUntil.set(login, Math.max(doneUntil.get(login) ?? 0, wait.joinedAt))
  }

  function later(login: string, wait: Waiting): void {
    wait.tries++
    wait.dueAt = clock.now() + settleMs
    if (wait.tries >= TRIES_MAX) done(login, wait)
  }

  return {
    /** A channel is heard from `at` on. */
    joined(login: string, at: number): void {
      if (doneUntil.get(login) === Number.POSITIVE_INFINITY) return
      waiting.set(login, { joinedAt: at, dueAt: at + settleMs * (1 + random()), tries: 0 })
    },

    /** It is not: what is missing is asked for when it has been joined again. */
    lost(login: string): void {
      waiting.delete(login)
    },

    /** Asks what is due, one question at a time. */
    async step(signal: AbortSignal): Promise<void> {
      for (const [login, wait] of [...waiting]) {
        const now = clock.now()
        if (signal.aborted || now < restUntil) return
        if (wait.dueAt > now || waiting.get(login) !== wait) continue
        try {
          await fill(login, wait, signal)
        } catch (error) {
          if (!(error instanceof PipelineError && error.retriable)) throw error
          logger.debug({ err: error, channel: login }, 'the stored coverage is read later')
          later(login, wait)
        }
        await clock.sleep(APART_MS, signal)
      }
    },

    /** Forgets channels that are no longer wanted. */
    keep(logins: ReadonlySet<string>): void {
      for (const map of [waiting, doneUntil]) {
        for (const login of [...map.keys()]) if (!logins.has(login)) map.delete(login)
      }
    },

    figures: (): BackfillFigures => ({ asked, failed, lines, waiting: waiting.size }),
  }
}

type Told = Extract<HistoryAnswer, { kind: 'told' }>

function spanAt(day: number, start: number, end = start): Span {
  return { from: day + start, to: day + end }
}

/**
 * What is missing between the first time a channel was heard and `before`, not older than `oldest`; nothing when it
 * was never heard.
 */
export function gapsBefore(before: number, covered: readonly Span[], oldest: number): Span[] {
  const sorted = covered.filter(({ from }) => from < before).sort((a, b) => a.from - b.from)
  const gaps: Span[] = []
  let heardUntil = sorted[0]?.from ?? before
  for (const { from, to } of [...sorted, { from: before, to: before }]) {
    const gap = { from: Math.max(heardUntil, oldest), to: from }
    if (gap.to - gap.from >= GAP_MS_MIN) gaps.push(gap)
    heardUntil = Math.max(heardUntil, to)
  }
  return gaps
}

/**
 * The lines of the gaps, and how far an answer reaches: from its oldest line on, as nobody knows what the service
 * had forgotten before it; to its newest line, or as far as was asked when the service still hears the channel.
 */
function whatIsTold({ lines, isJoined }: Told, gaps: readonly Span[]): { reach: Span; told: ToldLine[] } {
  const times = lines.map(({ heardAt }) => heardAt)
  const from = times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const to =
    isJoined && lines.length > 0 ? Number.POSITIVE_INFINITY : times.reduce((a, b) => Math.max(a, b), 0)
  const told = lines.filter(({ heardAt }) =>
    gaps.some((gap) => heardAt >= gap.from - EDGE_MS && heardAt < gap.to + EDGE_MS),
  )
  return { reach: { from, to }, told }
}
