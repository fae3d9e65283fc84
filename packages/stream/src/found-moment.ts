import {
  EMPTY_MOMENT,
  MOMENT_CAUSES,
  type MomentCause,
  type MomentClock,
  type MomentRow,
  type MomentThresholds,
} from '@smacktalk/contract'
import { type Baseline, countAbove } from './baseline.ts'
import { Evidence, type MessageSigns, sureCount } from './evidence.ts'

/** Removals are a part of this size of a moment's messages, or they are by the way: percent. */
const REMOVALS_PERCENT = 2

/** Fewer people than these make no copy-pasta, however little else is written. */
const COPIES_MIN = 3

/** What is announced this soon after a beginning explains it; later it is a moment of its own. */
export const JOINED_SECONDS = 30

/** What a channel announces: it is known from one record, and needs no surge. */
export type Announcement = 'raid' | 'giftBurst' | 'chatClear' | 'mode' | ''

/** A moment while it goes on, and afterwards for as long as late records may correct it. */
export class FoundMoment {
  /** Row key; unique in the channel. */
  readonly id: string
  readonly row: MomentRow
  readonly evidence: Evidence
  /** Not over before this second. */
  endsAfter: number
  announced: Announcement

  constructor(stored: MomentClock | { id: string; moment: MomentRow }) {
    this.id = stored.id
    this.row = { ...stored.moment }
    const clock = 'evidence' in stored ? stored : null
    this.evidence = new Evidence(clock?.evidence)
    this.endsAfter = clock?.endsAfter ?? 0
    this.announced = (clock?.announced ?? '') as Announcement
  }

  static begin(
    id: string,
    run: string,
    from: number,
    endsAfter: number,
    announced: Announcement,
  ): FoundMoment {
    const moment = { ...EMPTY_MOMENT, run, from, peakAt: from }
    return new FoundMoment({ id, moment, evidence: new Evidence().toStored(), endsAfter, announced })
  }

  get fromSecond(): number {
    return Math.floor(this.row.from / 1_000)
  }

  contains(at: number): boolean {
    return at >= this.row.from && (this.row.to === null || at < this.row.to)
  }

  /** Whether an announcement that is told of late is one of it: it may also have come just before. */
  takes(at: number): boolean {
    const { from, to } = this.row
    return at >= from - JOINED_SECONDS * 1_000 && (to === null || at < to)
  }

  /** Whether it has a part in some seconds; half open. */
  touches(fromSecond: number, toSecond: number): boolean {
    const { from, to } = this.row
    return toSecond * 1_000 > from && (to === null || fromSecond * 1_000 < to)
  }

  /** A message of the moment; `inSecond` is how many its second has by now. */
  add(at: number, inSecond: number, signs: MessageSigns): void {
    this.row.messages++
    this.evidence.add(signs)
    this.seePeak(Math.floor(at / 1_000), inSecond)
  }

  seePeak(second: number, messages: number): void {
    if (messages <= this.row.peak) return
    this.row.peak = messages
    this.row.peakAt = Math.max(second * 1_000, this.row.from)
  }

  /** One that came after the moment was over. */
  addLate(at: number): void {
    this.row.messages++
    if (Math.floor(at / 1_000) === Math.floor(this.row.peakAt / 1_000)) this.row.peak++
  }

  grow(percent: number): void {
    this.row.sizePercent = Math.max(this.row.sizePercent ?? 0, Math.round(percent))
  }

  /** Brings the figures of the evidence and the cause up to date. */
  explain(thresholds: MomentThresholds, baseline: Baseline, second: number): void {
    const { row, evidence } = this
    const { topEmote, topCommand, topText } = evidence
    row.seen = evidence.messages
    row.questions = evidence.questions
    row.emote = topEmote?.key ?? null
    row.emoteLabel = topEmote === null ? null : topEmote.label || topEmote.key
    row.emoteMessages = sureCount(topEmote)
    row.command = topCommand?.key ?? null
    row.commandMessages = sureCount(topCommand)
    row.repeats = evidence.repeats
    row.sameText = sureCount(topText)
    row.cause = causeOf(row, thresholds, baseline, Math.max(1, second - this.fromSecond + 1))
  }

  /** A cause that became known later: taken when it comes before the one that was told. */
  takeCause(cause: MomentCause): void {
    const placeOf = (cause: string): number => (MOMENT_CAUSES as readonly string[]).indexOf(cause)
    if (placeOf(cause) < placeOf(this.row.cause)) this.row.cause = cause
  }

  toClock(): MomentClock {
    const { id, row, evidence, endsAfter, announced } = this
    return { id, moment: { ...row }, evidence: evidence.toStored(), endsAfter, announced }
  }

  toStored(): MomentRow {
    return { ...this.row }
  }
}

/** The first cause in the order of MOMENT_CAUSES that the evidence shows. */
function causeOf(
  row: MomentRow,
  thresholds: MomentThresholds,
  baseline: Baseline,
  seconds: number,
): MomentCause {
  if (row.raids > 0) return 'raid'
  if (row.gifts >= thresholds.gifts) return 'giftBurst'
  const removals = row.bans + row.timeouts
  const usualRemovals = countAbove(baseline.expectedRemovals(seconds), thresholds.surgeDeviations, 1_000)
  const isBanWave = removals >= thresholds.removals && removals >= usualRemovals
  if (isBanWave && removals * 100 >= row.seen * REMOVALS_PERCENT) return 'banWave'
  if (row.chatClears > 0) return 'chatClear'
  if (row.mode !== null) return 'mode'
  const shows = (messages: number, of = row.seen): boolean =>
    messages > 0 && messages * 100 >= of * thresholds.causePercent
  if (shows(row.commandMessages)) return 'commandWave'
  if (shows(row.emoteMessages)) return 'emoteStorm'
  if (shows(row.questions)) return 'questionWave'
  if (row.sameText >= COPIES_MIN && shows(row.sameText, row.seen - row.repeats)) return 'copyPasta'
  return 'unexplained'
}
