import {
  type ChannelMoment,
  type ChannelSummary,
  type Frame,
  type LiveSecond,
  type Point,
  type PointByClass,
  RECENT_SECONDS,
} from '@smacktalk/contract'
import { EMPTY_LINE, newestSecond, type SecondChange, type SecondLine, withSeconds } from './second-line.ts'

/** What the page knows of the thing it watches, absolute and as of one position. */
export interface LiveView {
  /** `overview`, or the id of the watched channel. */
  readonly watched: string
  readonly seq: number
  /** Only grows; of two frames the one with the higher position is newer. */
  readonly position: number
  /** Newest send time counted, ms; null before the first message. */
  readonly asOf: number | null
  /** Messages per second, mean of the last 5 full seconds. */
  readonly rate: number
  /** A watched channel's rate by class; undefined when all of it is plain. */
  readonly rateByClass: readonly number[] | undefined
  readonly total: SecondLine
  /** A watched channel's messages by class of the seconds in which not all are plain, by epoch second. */
  readonly classes: ReadonlyMap<number, readonly number[]>
  /** Overview only: messages per second by channel id. */
  readonly byChannel: ReadonlyMap<string, SecondLine>
  readonly minute: Point
  readonly day: Point
  /** A watched channel's figures of the day by class; names of which all is plain are not in it. */
  readonly dayByClass: PointByClass
  /** A watched channel's messages per minute that are usual at this hour; null while not known. */
  readonly usual: number | null
  /** A watched channel's messages per second from which on a moment begins; null while not known. */
  readonly momentFrom: number | null
  /** Overview only. */
  readonly channels: readonly ChannelSummary[] | null
  /** Those of the last hour, newest first; null while they are not known. */
  readonly moments: readonly ChannelMoment[] | null
}

/**
 * What a frame did: `applied`; `older` than what is shown; a `hole` before it, so that seconds may be missing; or
 * `foreign`, about something that is not watched any more. Only `applied` changes the view.
 */
export type Merged =
  | { outcome: 'applied'; view: LiveView }
  | { outcome: 'older' | 'hole' | 'foreign'; view: LiveView | null }

/** A channel whose newest second is this much older than the newest of all has left; its line is forgotten. */
const FORGET_AFTER_SECONDS = 600

const NO_CLASSES: ReadonlyMap<number, readonly number[]> = new Map()

/** Starts afresh from a snapshot. */
export function viewOf(frame: Frame): LiveView {
  return applied(frame, {
    watched: watchedOf(frame),
    seq: frame.seq,
    position: Number(frame.position),
    asOf: null,
    rate: 0,
    rateByClass: undefined,
    total: EMPTY_LINE,
    classes: NO_CLASSES,
    byChannel: new Map(),
    minute: frame.values.minute,
    day: frame.values.day,
    dayByClass: {},
    usual: null,
    momentFrom: null,
    channels: null,
    moments: null,
  })
}

/** Applies a tick: absolute values replace what is there, seconds that are not in it stay. */
export function mergeTick(view: LiveView | null, frame: Frame): Merged {
  if (view === null) return { outcome: 'hole', view }
  if (watchedOf(frame) !== view.watched) return { outcome: 'foreign', view }
  if (frame.seq !== view.seq + 1) return { outcome: 'hole', view }
  // Its number is used up although its content is passed over, or every later frame would seem to follow a hole.
  if (Number(frame.position) < view.position) return { outcome: 'older', view: { ...view, seq: frame.seq } }
  return { outcome: 'applied', view: applied(frame, view) }
}

/**
 * True when a snapshot would take the screen back to before what it shows. A position adds up all partitions, so two
 * gateways that are a moment apart may have the same one over different parts: what a day has counted must not fall
 * either.
 */
export function isBehind(view: LiveView | null, frame: Frame): boolean {
  if (view === null || view.watched !== watchedOf(frame)) return false
  const { day } = frame.values
  const fewer = day.t === view.day.t && (day.messages ?? 0) < (view.day.messages ?? 0)
  return Number(frame.position) < view.position || fewer
}

function watchedOf(frame: Frame): string {
  return frame.overview === true ? 'overview' : (frame.channel ?? '')
}

function applied(frame: Frame, before: LiveView): LiveView {
  const { values } = frame
  const changes = values.seconds.map(({ t, messages }): SecondChange => [Date.parse(t) / 1000, messages])
  const total = withSeconds(before.total, changes)
  return {
    watched: before.watched,
    seq: frame.seq,
    position: Number(frame.position),
    asOf: frame.asOf === null ? null : Date.parse(frame.asOf),
    rate: values.rate,
    rateByClass: values.rateByClass,
    total,
    classes: withClasses(before.classes, values.seconds, newestSecond(total)),
    byChannel: withChannels(before.byChannel, values.secondsByChannel, newestSecond(total)),
    minute: values.minute,
    day: values.day,
    dayByClass: values.dayByClass ?? {},
    usual: values.usual === undefined ? before.usual : values.usual,
    momentFrom: values.momentFrom === undefined ? before.momentFrom : values.momentFrom,
    channels: values.channels ?? before.channels,
    moments: values.moments ?? before.moments,
  }
}

/** A second that came without classes is all plain now; those that left the line are forgotten. */
function withClasses(
  before: ReadonlyMap<number, readonly number[]>,
  changed: readonly LiveSecond[],
  newest: number | null,
): ReadonlyMap<number, readonly number[]> {
  if (changed.every(({ byClass }) => byClass === undefined) && before.size === 0) return before
  const classes = new Map(before)
  for (const { t, byClass } of changed) {
    const second = Date.parse(t) / 1000
    if (byClass === undefined) classes.delete(second)
    else classes.set(second, byClass)
  }
  for (const second of classes.keys()) {
    if (newest !== null && second <= newest - RECENT_SECONDS) classes.delete(second)
  }
  return classes
}

function withChannels(
  before: ReadonlyMap<string, SecondLine>,
  changed: Record<string, [number, number][]> | undefined,
  newest: number | null,
): ReadonlyMap<string, SecondLine> {
  if (changed === undefined) return before
  const lines = new Map(before)
  for (const [id, seconds] of Object.entries(changed)) {
    lines.set(id, withSeconds(lines.get(id) ?? EMPTY_LINE, seconds))
  }
  for (const [id, line] of lines) {
    if (newest !== null && (newestSecond(line) ?? 0) < newest - FORGET_AFTER_SECONDS) lines.delete(id)
  }
  return lines
}
