/**
 * What an overlay shows, all of it from its address, so that a browser source in OBS needs no storage and comes back
 * the same after a restart. What is unknown or out of bounds in an address falls back to the default: an overlay
 * never shows an error on stream.
 */
import { parseChannelName } from '@smacktalk/contract'

export const OVERLAY_KINDS = ['rate', 'emotes', 'chatters', 'moment', 'goal'] as const
export type OverlayKind = (typeof OVERLAY_KINDS)[number]

export const OVERLAY_SPANS = ['hour', 'day'] as const
/** The running hour or the running day, both UTC: top lists are kept by these (metrics.md, Top lists). */
export type OverlaySpan = (typeof OVERLAY_SPANS)[number]

export const OVERLAY_COLORS = ['signal', 'channel', 'white'] as const
export type OverlayColor = (typeof OVERLAY_COLORS)[number]

export const GOAL_COUNTS = [
  'messages',
  'chatters',
  'newChatters',
  'subs',
  'gifts',
  'bits',
  'emoteUses',
] as const
export type GoalCount = (typeof GOAL_COUNTS)[number]

/** A number an address may hold: its bounds and what holds without it. */
export interface Bounds {
  readonly least: number
  readonly most: number
  readonly usual: number
}

export const OVERLAY_BOUNDS = {
  /** Seconds of the rate meter's line; the live ring holds ten minutes. */
  line: { least: 30, most: 300, usual: 90 },
  /** Percent: from a corner of a small scene to a wall of its own. */
  size: { least: 50, most: 300, usual: 100 },
  /** Places of a list: ten fit above each other in 1080 lines at full size. */
  places: { least: 1, most: 10, usual: 5 },
  /** What a goal counts up to. */
  goal: { least: 1, most: 999_999_999, usual: 10_000 },
} as const satisfies Record<string, Bounds>

/** Longest title of a goal, characters: one line at full size. */
export const TITLE_CHARACTERS_MAX = 40

export interface OverlayOptions {
  /** A login or `id:123`; empty means none was named. */
  readonly channel: string
  readonly plate: boolean
  readonly line: number
  readonly size: number
  readonly color: OverlayColor
  readonly span: OverlaySpan
  readonly places: number
  readonly bots: boolean
  /** Whether emotes have their pictures, which come from Twitch, BTTV, FFZ and 7TV. */
  readonly pictures: boolean
  readonly count: GoalCount
  readonly goal: number
  readonly title: string
  /** A goal counts from the start of this UTC hour, ISO 8601; empty: from the start of the UTC day. */
  readonly since: string
}

export const DEFAULT_OVERLAY: OverlayOptions = {
  channel: '',
  plate: true,
  line: OVERLAY_BOUNDS.line.usual,
  size: OVERLAY_BOUNDS.size.usual,
  color: 'signal',
  span: 'day',
  places: OVERLAY_BOUNDS.places.usual,
  bots: false,
  pictures: true,
  count: 'messages',
  goal: OVERLAY_BOUNDS.goal.usual,
  title: '',
  since: '',
}

/** What each overlay can be told, in the order of the form and of the address. */
export const OPTIONS_OF: Readonly<Record<OverlayKind, readonly (keyof OverlayOptions)[]>> = {
  rate: ['channel', 'plate', 'line', 'size', 'color'],
  emotes: ['channel', 'plate', 'span', 'places', 'pictures', 'size', 'color'],
  chatters: ['channel', 'plate', 'span', 'places', 'bots', 'size', 'color'],
  moment: ['channel', 'plate', 'size'],
  goal: ['channel', 'plate', 'count', 'goal', 'title', 'since', 'size', 'color'],
}

/** Reads the query of an overlay's address. */
export function readOverlay(search: string): OverlayOptions {
  const query = new URLSearchParams(search)
  const bounded = (name: keyof typeof OVERLAY_BOUNDS): number => within(OVERLAY_BOUNDS[name], query.get(name))
  return {
    channel: readOverlayChannel(query.get('channel') ?? ''),
    plate: flag(query.get('plate'), DEFAULT_OVERLAY.plate),
    line: bounded('line'),
    size: bounded('size'),
    color: oneOf(OVERLAY_COLORS, query.get('color'), DEFAULT_OVERLAY.color),
    span: oneOf(OVERLAY_SPANS, query.get('span'), DEFAULT_OVERLAY.span),
    places: bounded('places'),
    bots: flag(query.get('bots'), DEFAULT_OVERLAY.bots),
    pictures: flag(query.get('pictures'), DEFAULT_OVERLAY.pictures),
    count: oneOf(GOAL_COUNTS, query.get('count'), DEFAULT_OVERLAY.count),
    goal: bounded('goal'),
    title: (query.get('title') ?? '').slice(0, TITLE_CHARACTERS_MAX),
    since: readTime(query.get('since')),
  }
}

/** The address of an overlay: only what it can be told, and only what is not at its default; the channel always. */
export function overlayAddress(kind: OverlayKind, options: OverlayOptions): string {
  const query = new URLSearchParams()
  for (const name of OPTIONS_OF[kind]) {
    const value = options[name]
    if (name !== 'channel' && value === DEFAULT_OVERLAY[name]) continue
    query.set(name, typeof value === 'boolean' ? (value ? '1' : '0') : String(value))
  }
  return `/overlay/${kind}?${query.toString().replaceAll('%3A', ':')}`
}

/** The overlay that a path names; null when it names none. */
export function overlayKindOf(path: string): OverlayKind | null {
  const name = /^\/overlay\/([a-z]+)\/?$/.exec(path)?.[1]
  return OVERLAY_KINDS.find((kind) => kind === name) ?? null
}

/** A number as typed or as in an address, moved into its bounds; the usual one when it is none. */
export function within({ least, most, usual }: Bounds, text: string | null): number {
  const value = text === null || text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) ? Math.min(most, Math.max(least, Math.round(value))) : usual
}

function flag(text: string | null, usual: boolean): boolean {
  return text === null ? usual : text === '1' || text === 'true'
}

function oneOf<T extends string>(known: readonly T[], text: string | null, usual: T): T {
  return known.find((each) => each === text) ?? usual
}

/** A login, or `id:123` for a channel that may be renamed; empty when the text names no channel. */
export function readOverlayChannel(text: string): string {
  const trimmed = text.trim()
  if (/^id:\d{1,20}$/.test(trimmed)) return trimmed
  const parsed = parseChannelName(trimmed)
  return parsed.ok ? parsed.login : ''
}

function readTime(text: string | null): string {
  const atMs = Date.parse(text ?? '')
  return Number.isNaN(atMs) ? '' : new Date(atMs).toISOString()
}
