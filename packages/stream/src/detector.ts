/**
 * The search for moments in one run of a channel (docs/moments.md). A pure function of the counted records in their
 * order: its state is a part of the clock row and goes on from there. Time is send time; a second counts at once, so
 * that a surge is found while it grows, and the baseline learns from seconds that disorder no longer reaches.
 */
import { type DetectorClock, eventRow, MOMENT_SECONDS_MAX, type MomentThresholds } from '@smacktalk/contract'
import { Baseline, BUCKET_SECONDS, countAbove } from './baseline.ts'
import { ClosedMoments } from './closed-moments.ts'
import { type DetectorContext, emptyClock, type MomentStep, nextBucket } from './detector-clock.ts'
import { doAgree, Evidence, type MessageSigns } from './evidence.ts'
import { type Announcement, FoundMoment, JOINED_SECONDS } from './found-moment.ts'
import { SecondCounts } from './second-counts.ts'
import { LONG_SECONDS, SHORT_SECONDS, type SurgeLimits, surgeLimits } from './surge-limits.ts'

/** Later than this hardly a record comes, other than after an outage. */
const SETTLED_SECONDS = 3
const LEARNED_AFTER_SECONDS = 5
/** A surge is over within so many hundredths of a deviation; clearly less than what begins an agreed one. */
const CALM_DEVIATIONS = 100
/** Blocks of evidence are this long. */
const BLOCK_SECONDS = 5
/** After a mode that outlasted its moment the channel is another one for a while. */
const MODE_COOLING_SECONDS = 120
/** A run takes over the baseline of another that was heard up to this long before. */
const INHERITED_SECONDS = 1_800

export class Detector {
  #learnedTo: number
  readonly #baseline: Baseline
  readonly #seconds: SecondCounts
  #short = 0
  #long = 0
  #before: Evidence
  #now: Evidence
  #blockStart: number
  #open: FoundMoment | null
  readonly #closed: ClosedMoments
  /** For the thresholds they were computed from; null after the baseline has changed. */
  #limits: SurgeLimits | null = null
  #tunedFor: MomentThresholds | null = null

  constructor(stored: DetectorClock) {
    this.#seconds = new SecondCounts(stored.second, stored.recent)
    this.#learnedTo = stored.learnedTo
    this.#baseline = new Baseline(stored)
    this.#before = new Evidence(stored.before)
    this.#now = new Evidence(stored.now)
    this.#blockStart = stored.blockStart
    this.#open = stored.open === null ? null : new FoundMoment(stored.open)
    this.#closed = new ClosedMoments(stored.closed)
    this.#sumUp()
  }

  /** One that begins at a time, with the baseline of a run that was heard shortly before, if there is one. */
  static begin(at: number, others: Iterable<Detector>): Detector {
    const second = Math.floor(at / 1_000)
    let newest: Detector | null = null
    for (const other of others) {
      const apart = second - other.#second
      const isNewer = newest === null || other.#second > newest.#second
      if (apart >= 0 && apart <= INHERITED_SECONDS && isNewer) newest = other
    }
    if (newest === null) return new Detector(emptyClock(second))
    const { mean, removals, spread, warmth, warming } = newest.#baseline
    const known = { mean, removals, spread, warmth, warming: [...warming] }
    return new Detector({ ...emptyClock(newest.#second), ...known })
  }

  /** Newest second it has seen. */
  get #second(): number {
    return this.#seconds.newest
  }

  get isOpen(): boolean {
    return this.#open !== null
  }

  /** A message of the channel's own people: no bot, no copy from another room. */
  message(at: number, signs: MessageSigns, context: DetectorContext): void {
    const second = Math.floor(at / 1_000)
    this.#advance(second, context)
    const inSecond = this.#seconds.count('messages', second)
    if (inSecond > 0) {
      if (second > this.#second - SHORT_SECONDS) this.#short++
      if (second > this.#second - LONG_SECONDS) this.#long++
    }
    const open = this.#open
    if (open?.contains(at)) {
      open.add(at, inSecond, signs)
      context.report(open, 'changed')
      return
    }
    const late = this.#closed.find((moment) => moment.contains(at))
    if (late !== null) {
      late.addLate(at)
      context.report(late, 'changed')
    }
    if (open !== null || inSecond === 0) return
    this.#now.add(signs)
    if (this.#closed.isAftershock(at)) return
    const { short, long, agreed } = this.#limitsFor(context.thresholds)
    const isSurge = this.#long >= long || this.#short >= short
    if (isSurge || (this.#long >= agreed && doAgree(this.#before, this.#now))) {
      this.#beginSurge((second) => this.#seconds.of('messages', second), this.#baseline.expected(1), context)
    }
  }

  /** Somebody was timed out or banned. */
  removal(at: number, kind: 'bans' | 'timeouts', context: DetectorContext): void {
    const second = Math.floor(at / 1_000)
    this.#advance(second, context)
    this.#seconds.count(kind, second)
    const open = this.#open
    if (open?.contains(at)) {
      open.row[kind]++
      open.explain(context.thresholds, this.#baseline, this.#second)
      context.report(open, 'changed')
      return
    }
    const { thresholds } = context
    if (open !== null || this.#closed.isAftershock(at) || !this.#baseline.isWarm(thresholds)) return
    if (!this.#isBanning(this.#second, thresholds)) return
    const removals = (at: number): number => this.#removalsIn(1, at)
    this.#beginSurge(removals, this.#baseline.expectedRemovals(1), context)
  }

  /** A raid, a mass gift, a cleared chat, a mode switched on: needs no surge. `fill` adds its figures. */
  announce(
    at: number,
    announced: Exclude<Announcement, ''>,
    leastSeconds: number,
    context: DetectorContext,
    fill: (moment: FoundMoment) => void,
  ): void {
    const second = Math.floor(at / 1_000)
    this.#advance(second, context)
    if (this.#announceLate(at, announced, leastSeconds, context, fill)) return
    let open = this.#open
    const joins =
      open !== null && (open.announced === announced || second - open.fromSecond <= JOINED_SECONDS)
    let step: MomentStep = 'changed'
    if (open === null || !joins) {
      if (open !== null) this.#close(open, second, context)
      open = FoundMoment.begin(eventRow(at, context.position), context.run, at, second, announced)
      this.#begin(open, context.thresholds)
      step = 'started'
    }
    if (open.announced === '') open.announced = announced
    open.endsAfter = Math.max(open.endsAfter, second + leastSeconds)
    fill(open)
    open.explain(context.thresholds, this.#baseline, this.#second)
    context.report(open, step)
  }

  /** One of forgotten seconds, from a backfill, belongs to a known moment or is one that is over; false: neither. */
  #announceLate(
    at: number,
    announced: Exclude<Announcement, ''>,
    leastSeconds: number,
    context: DetectorContext,
    fill: (moment: FoundMoment) => void,
  ): boolean {
    const second = Math.floor(at / 1_000)
    const open = this.#open
    if (second >= this.#seconds.oldest) return false
    const known = this.#closed.find((moment) => moment.takes(at)) ?? (open?.takes(at) ? open : null)
    if (known !== null) {
      fill(known)
      known.takeCause(announced)
      context.report(known, 'changed')
      return true
    }
    const to = second + leastSeconds
    if (open === null && to > this.#second) return false
    const moment = FoundMoment.begin(eventRow(at, context.position), context.run, at, to, announced)
    fill(moment)
    moment.takeCause(announced)
    context.report(moment, 'started')
    moment.row.to = Math.max(Math.min(to, this.#second) * 1_000, at + 1_000)
    this.#closed.keep(moment)
    context.report(moment, 'ended')
    return true
  }

  /** Figures that belong to an open moment if there is one, and make none: a small raid, a few gifts. */
  mention(at: number, context: DetectorContext, fill: (moment: FoundMoment) => void): void {
    this.#advance(Math.floor(at / 1_000), context)
    const open = this.#open
    if (open === null || !open.contains(at)) return
    fill(open)
    open.explain(context.thresholds, this.#baseline, this.#second)
    context.report(open, 'changed')
  }

  /** A mode was switched off. */
  modeOff(at: number, context: DetectorContext): void {
    const second = Math.floor(at / 1_000)
    this.#advance(second, context)
    const open = this.#open
    if (open?.announced === 'mode') open.endsAfter = Math.max(second, open.fromSecond + 1)
    else this.#cool(MODE_COOLING_SECONDS, context.thresholds)
  }

  /** Everything up to a time has been heard: only an open moment needs to know. */
  heardUntil(at: number, context: DetectorContext): void {
    this.#advance(Math.floor(at / 1_000), context)
  }

  /** Nothing more comes. */
  finish(context: DetectorContext): void {
    if (this.#open !== null) this.#close(this.#open, this.#second + 1, context)
    // Only the baseline is of use to another run, and finished runs stay in the clock row.
    this.#closed.clear()
    this.#forgetSeconds(this.#second)
  }

  toStored(): DetectorClock {
    const { mean, removals, spread, warmth } = this.#baseline
    return {
      second: this.#second,
      learnedTo: this.#learnedTo,
      warmth,
      mean,
      removals,
      spread,
      warming: [...this.#baseline.warming],
      recent: this.#seconds.toStored(),
      blockStart: this.#blockStart,
      before: this.#before.toStored(),
      now: this.#now.toStored(),
      open: this.#open?.toClock() ?? null,
      closed: this.#closed.toStored(),
    }
  }

  #advance(second: number, context: DetectorContext): void {
    const apart = second - this.#second
    if (apart <= 0) return
    if (this.#baseline.isGap(apart)) this.#skipTo(second, apart, context)
    else for (let next = this.#second + 1; next <= second; next++) this.#step(next, context)
    this.#closed.forget(second)
  }

  /** A gap: what was open ended with it, and the baseline is trusted again only after some time. */
  #skipTo(second: number, apart: number, context: DetectorContext): void {
    if (this.#open !== null) this.#close(this.#open, this.#second + 1, context)
    this.#cool(apart, context.thresholds)
    this.#forgetSeconds(second)
    this.#learnedTo = nextBucket(second)
  }

  #forgetSeconds(newest: number): void {
    this.#seconds.skipTo(newest)
    this.#clearEvidence()
    this.#sumUp()
  }

  #step(second: number, context: DetectorContext): void {
    this.#seconds.step()
    this.#sumUp()
    if (second - this.#blockStart >= BLOCK_SECONDS) {
      this.#before = this.#now
      this.#now = new Evidence()
      this.#blockStart = second
    }
    if (this.#open !== null) this.#follow(this.#open, second, context)
    while (this.#learnedTo + BUCKET_SECONDS + LEARNED_AFTER_SECONDS <= second) this.#learn(context.thresholds)
  }

  #learn({ warmUpSeconds }: MomentThresholds): void {
    const from = this.#learnedTo
    const to = from + BUCKET_SECONDS
    this.#learnedTo = to
    if (this.#open?.touches(from, to) || this.#closed.find((moment) => moment.touches(from, to))) return
    const messages = this.#seconds.sum('messages', BUCKET_SECONDS, to - 1)
    this.#baseline.learn(messages, this.#removalsIn(BUCKET_SECONDS, to - 1), warmUpSeconds)
    this.#limits = null
  }

  /** An open moment after another second: how large it was, whether it is over. */
  #follow(open: FoundMoment, second: number, context: DetectorContext): void {
    const { thresholds } = context
    const settled = second - SETTLED_SECONDS
    const messages = this.#seconds.sum('messages', LONG_SECONDS, settled)
    const usual = this.#baseline.expected(LONG_SECONDS)
    if (open.row.sizePercent !== null) open.grow((100 * messages) / Math.max(usual, 1))
    const calm = Math.max(
      (usual * thresholds.calmPercent) / 100,
      countAbove(usual, CALM_DEVIATIONS, this.#baseline.spread),
    )
    // Its first ten seconds are looked at as a whole: before, the calm would be that of before.
    const isSeen = settled >= Math.max(open.endsAfter, open.fromSecond + LONG_SECONDS - 1)
    // What was announced before anything is usual ends with its time.
    const isCalm = open.row.baselinePerHour === null || messages <= calm
    if (isSeen && isCalm && !this.#isBanning(second, thresholds)) {
      this.#close(open, Math.max(open.endsAfter, settled - LONG_SECONDS + 1), context)
    } else if (second - open.fromSecond > MOMENT_SECONDS_MAX) {
      this.#close(open, settled, context)
      this.#cool(thresholds.warmUpSeconds, thresholds)
    } else {
      open.explain(thresholds, this.#baseline, second)
      context.report(open, 'changed')
    }
  }

  /** A surge began where the sum from there on exceeds the usual most. */
  #beginSurge(countOf: (second: number) => number, usual: number, context: DetectorContext): void {
    let excess = 0
    let most = Number.NEGATIVE_INFINITY
    let from = this.#second
    for (let second = this.#second; second > this.#second - LONG_SECONDS; second--) {
      excess += countOf(second) - usual
      if (excess <= most) continue
      most = excess
      from = second
    }
    const id = eventRow(from * 1_000, context.position)
    const moment = FoundMoment.begin(id, context.run, from * 1_000, from + SHORT_SECONDS, '')
    this.#begin(moment, context.thresholds)
    moment.explain(context.thresholds, this.#baseline, this.#second)
    context.report(moment, 'started')
  }

  /** Gives a new moment what has been seen of it so far. */
  #begin(moment: FoundMoment, thresholds: MomentThresholds): void {
    const { row } = moment
    const first = Math.max(moment.fromSecond, this.#seconds.oldest)
    // An announcement lies within a second whose earlier messages are not part of it.
    for (let second = row.from === first * 1_000 ? first : first + 1; second <= this.#second; second++) {
      const messages = this.#seconds.of('messages', second)
      row.messages += messages
      moment.seePeak(second, messages)
      row.bans += this.#seconds.of('bans', second)
      row.timeouts += this.#seconds.of('timeouts', second)
    }
    moment.evidence.merge(this.#before)
    moment.evidence.merge(this.#now)
    this.#clearEvidence()
    if (this.#baseline.isWarm(thresholds)) {
      row.baselinePerHour = Math.round(this.#baseline.expected(3_600))
      moment.grow((100 * this.#long) / Math.max(this.#baseline.expected(LONG_SECONDS), 1))
    }
    this.#open = moment
  }

  #close(moment: FoundMoment, toSecond: number, context: DetectorContext): void {
    moment.explain(context.thresholds, this.#baseline, this.#second)
    moment.row.to = Math.max(toSecond * 1_000, moment.row.from + 1_000)
    this.#open = null
    this.#clearEvidence()
    this.#closed.keep(moment)
    context.report(moment, 'ended')
  }

  /** Messages in ten seconds from which on there is a surge; null before it is warm. */
  surgeAt(thresholds: MomentThresholds): number | null {
    const { long } = this.#limitsFor(thresholds)
    return Number.isFinite(long) ? Math.ceil(long) : null
  }

  #limitsFor(thresholds: MomentThresholds): SurgeLimits {
    if (this.#limits === null || this.#tunedFor !== thresholds) {
      this.#limits = surgeLimits(thresholds, this.#baseline)
      this.#tunedFor = thresholds
    }
    return this.#limits
  }

  #cool(seconds: number, { warmUpSeconds }: MomentThresholds): void {
    this.#baseline.cool(seconds, warmUpSeconds)
    this.#limits = null
  }

  /** Whether far more people than usual were removed in the ten seconds up to one. */
  #isBanning(second: number, { removals, surgeDeviations }: MomentThresholds): boolean {
    const usual = this.#baseline.expectedRemovals(LONG_SECONDS)
    return (
      this.#removalsIn(LONG_SECONDS, second) >= Math.max(removals, countAbove(usual, surgeDeviations, 1_000))
    )
  }

  #removalsIn(seconds: number, last: number): number {
    return this.#seconds.sum('bans', seconds, last) + this.#seconds.sum('timeouts', seconds, last)
  }

  #sumUp(): void {
    this.#short = this.#seconds.sum('messages', SHORT_SECONDS, this.#second)
    this.#long = this.#seconds.sum('messages', LONG_SECONDS, this.#second)
  }

  #clearEvidence(): void {
    this.#before = new Evidence()
    this.#now = new Evidence()
    this.#blockStart = this.#second
  }
}
