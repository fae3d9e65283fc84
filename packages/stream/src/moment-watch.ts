/** Counted records on their way to the search for moments, and what it finds on its way to rows, views and alerts. */
import {
  type Alert,
  type ClearChat,
  LIVE_RUN,
  type Message,
  momentsPartition,
  NAMED_NOTICES,
  type Notice,
  type RoomState,
} from '@smacktalk/contract'
import type { ChannelClock, Run } from './channel-clock.ts'
import type { ModeOutcome } from './channel-modes.ts'
import type { ChangedRows } from './channel-view.ts'
import { Detector } from './detector.ts'
import type { DetectorContext, MomentStep } from './detector-clock.ts'
import { textKeyOf } from './evidence.ts'
import type { FoundMoment } from './found-moment.ts'
import { isForeign, type MessageText } from './message-text.ts'
import type { Occurrence } from './occurrence.ts'
import type { CachedRow, RowCache } from './row-cache.ts'
import { commandOf } from './words.ts'

/** What is announced is shown at least this long, in seconds; a mode until it is switched off, or so long. */
const RAID_SECONDS = 30
const GIFT_SECONDS = 20
const CLEAR_SECONDS = 10
const MODE_SECONDS = 300
/** Another ingestor's records of the time a coverage record speaks of may still be on their way. */
const HEARD_MARGIN_MS = 5_000

/** Full width, Arabic. */
const OTHER_QUESTION_MARKS = /[？؟]/
const NO_EMOTES: readonly Occurrence[] = []

/** The moments of one channel. */
export class MomentWatch {
  readonly #clock: ChannelClock
  readonly #cache: RowCache
  /** Rows of moments that may still change: written as they are, never loaded. */
  readonly #rows = new WeakMap<FoundMoment, CachedRow<FoundMoment>>()
  readonly #alerts: Alert[]
  #changed: ChangedRows | null = null
  #position = 0
  readonly #contexts = new Map<string, { -readonly [K in keyof DetectorContext]: DetectorContext[K] }>()

  constructor(clock: ChannelClock, cache: RowCache, alerts: Alert[]) {
    this.#clock = clock
    this.#cache = cache
    this.#alerts = alerts
  }

  /** Begins a record: what is found from now on was found by it. */
  begin(changed: ChangedRows, position: number): void {
    this.#changed = changed
    this.#position = position
  }

  /** A message of the channel itself by somebody who is no bot. */
  message(
    { run, sentAt, userId }: Message,
    text: MessageText,
    isCommand: boolean,
    emotes: readonly Occurrence[],
    repeated: boolean,
  ): void {
    const signs = {
      question: text.plain.includes('?') || (!text.ascii && OTHER_QUESTION_MARKS.test(text.plain)),
      emotes: emotes.length === 0 ? NO_EMOTES : emotes,
      command: isCommand ? commandOf(text.plain) : null,
      author: userId,
      textKey: textKeyOf(text.lower),
      repeated,
    }
    this.#detector(run, sentAt).message(sentAt, signs, this.#context(run))
  }

  notice(notice: Notice): void {
    if (isForeign(notice)) return
    const { run, sentAt, viewerCount, massGiftCount, userId, login } = notice
    const kind = notice.sourceRoomId !== null && notice.sourceMsgId ? notice.sourceMsgId : notice.msgId
    const name = Object.hasOwn(NAMED_NOTICES, kind) ? NAMED_NOTICES[kind] : undefined
    if (name !== 'raids' && name !== 'giftBombs') return
    const detector = this.#detector(run, sentAt)
    const context = this.#context(run)
    const { thresholds } = context
    if (name === 'raids') {
      const viewers = atMostNineDigits(viewerCount)
      const named = login !== '' && !this.#clock.isOptedOut(userId ?? '', login)
      const fill = ({ row }: FoundMoment): void => {
        if (row.raids === 0 || viewers > row.raidViewers) {
          row.raider = named ? login : null
          row.raiderId = named ? userId : null
        }
        row.raids++
        row.raidViewers += viewers
      }
      if (viewers >= thresholds.raidViewers) detector.announce(sentAt, 'raid', RAID_SECONDS, context, fill)
      else detector.mention(sentAt, context, fill)
      return
    }
    const gifts = atMostNineDigits(massGiftCount)
    const fill = ({ row }: FoundMoment): void => {
      row.giftBombs++
      row.gifts += gifts
    }
    if (gifts >= thresholds.gifts) detector.announce(sentAt, 'giftBurst', GIFT_SECONDS, context, fill)
    else detector.mention(sentAt, context, fill)
  }

  clearChat(clear: ClearChat): void {
    if (isForeign(clear)) return
    const { run, sentAt, targetUserId, targetLogin, durationSeconds } = clear
    const detector = this.#detector(run, sentAt)
    const context = this.#context(run)
    if (targetUserId === null && targetLogin === null) {
      detector.announce(sentAt, 'chatClear', CLEAR_SECONDS, context, ({ row }) => {
        row.chatClears++
      })
    } else detector.removal(sentAt, durationSeconds === null ? 'bans' : 'timeouts', context)
  }

  /** A counted change of a mode; its time is that of appending, which may be far from what is being heard. */
  mode({ run, receivedAt }: RoomState, at: number, outcome: Extract<ModeOutcome, { kind: 'changed' }>): void {
    const newest = this.#clock.runs.get(run)?.newest ?? null
    // Before the first message and while old records are caught up with nobody can say when it was.
    if (newest === null) return
    const isTimely = Math.abs(at - newest) <= MODE_APART_MS
    // In a quiet channel the newest message is old; then the ingestor says whether it has just heard of it.
    const isQuiet = run === LIVE_RUN && at > newest && Math.abs(at - receivedAt) <= MODE_APART_MS
    if (!isTimely && !isQuiet) return
    const detector = this.#detector(run, at)
    const context = this.#context(run)
    const { mode, value } = outcome
    const isOn = mode === 'followers-only' ? value >= 0 : value > 0
    if (!isOn) {
      detector.modeOff(at, context)
      return
    }
    detector.announce(at, 'mode', MODE_SECONDS, context, ({ row }) => {
      row.mode = mode
      row.modeValue = value
    })
  }

  /** Everything up to a time was heard live; true when that changed anything. */
  heard(to: number): boolean {
    const detector = this.#clock.runs.get(LIVE_RUN)?.detector ?? null
    if (!detector?.isOpen) return false
    detector.heardUntil(to - HEARD_MARGIN_MS, this.#context(LIVE_RUN))
    return true
  }

  /** Messages in ten seconds from which on a moment begins, heard live; null before that is known. */
  surgeAt(): number | null {
    return this.#clock.runs.get(LIVE_RUN)?.detector?.surgeAt(this.#clock.moments) ?? null
  }

  /** A run has come to its end. */
  finish(run: string): void {
    this.#clock.runs.get(run)?.detector?.finish(this.#context(run))
  }

  #detector(runName: string, at: number): Detector {
    const run = this.#clock.runs.get(runName)
    if (run === undefined) throw new Error(`A record of the run ${runName} was counted before it was judged.`)
    run.detector ??= Detector.begin(at, othersThan(run, this.#clock))
    return run.detector
  }

  #context(run: string): DetectorContext {
    let context = this.#contexts.get(run)
    if (context === undefined) {
      context = {
        run,
        thresholds: this.#clock.moments,
        position: 0,
        report: (moment, step) => this.#report(moment, step),
      }
      if (this.#contexts.size >= CONTEXTS_MAX) this.#contexts.clear()
      this.#contexts.set(run, context)
    }
    context.thresholds = this.#clock.moments
    context.position = this.#position
    return context
  }

  #report(moment: FoundMoment, step: MomentStep): void {
    const { channelId, channelLogin } = this.#clock
    let row = this.#rows.get(moment)
    if (row === undefined) {
      const partition = momentsPartition(channelId, moment.row.from)
      row = this.#cache.detached({ table: 'moments', partition, row: moment.id }, moment)
      this.#rows.set(moment, row)
    }
    this.#cache.touch(row)
    this.#changed?.moments.add(row)
    // What was imported is history: nobody is to be woken for it.
    if (step === 'changed' || moment.row.run !== LIVE_RUN) return
    this.#alerts.push({
      id: `${channelId}/${moment.id}`,
      what: step,
      channelId,
      channelLogin,
      position: this.#position,
      moment: moment.toStored(),
    })
  }
}

/** A mode's time of appending is this close to the newest send time, or to that of hearing it, while all is live. */
const MODE_APART_MS = 60_000
/** Runs of a channel that are met in turn: the live one and imports. */
const CONTEXTS_MAX = 8

function* othersThan(run: Run, { runs }: ChannelClock): Generator<Detector> {
  for (const other of runs.values()) if (other !== run && other.detector !== null) yield other.detector
}

/** Numbers in tags have at most nine digits, else they are as if absent (metrics.md). */
function atMostNineDigits(value: number | null): number {
  return value !== null && value >= 0 && value <= 999_999_999 ? value : 0
}
