/** A moment as its readers see it: REST, frames, alerts and exports say the same. */
import { isMomentCause, type MomentCause, type MomentRow } from './moments.ts'
import { LIVE_RUN } from './records.ts'

/** A share is of the messages of the moment and of the seconds just before it, 0 to 1. */
export interface MomentEvidence {
  questionShare: number | null
  /** The most frequent emote; its share is that of messages with it. */
  emote: { key: string; label: string; share: number } | null
  command: { key: string; share: number } | null
  /** Share of the most frequent text; what somebody repeats counts once. */
  sameTextShare: number | null
  /** `login` is null for somebody who asked not to be named. */
  raid: { login: string | null; viewers: number } | null
  gifts: { bombs: number; gifts: number } | null
  bans: number
  timeouts: number
  chatClears: number
  /** What was switched on: seconds of slow mode, minutes of followers-only mode, 1 otherwise. */
  mode: { mode: string; value: number } | null
}

export interface Moment {
  /** Unique in its channel; sorted as text it is sorted by its beginning. */
  id: string
  from: string
  /** Start of the second with most messages. */
  peakAt: string
  /** Null while it goes on. */
  to: string | null
  cause: MomentCause
  /** Its busiest ten seconds in times of the baseline; null without a baseline. */
  size: number | null
  /** Messages per minute just before it; null without a baseline. */
  baseline: number | null
  peakPerSecond: number
  /** Without bots and copies from other rooms. */
  messages: number
  /** Found in an import. */
  imported: boolean
  evidence: MomentEvidence
}

/** A moment of one of many channels. */
export interface ChannelMoment extends Moment {
  channelId: string
}

/** Whether somebody asked not to be named, by login or id. */
export type IsHidden = (login: string, userId: string | null) => boolean

/** `isHidden` tells who asked not to be named since it was counted. */
export function momentAnswer(id: string, row: MomentRow, isHidden: IsHidden = () => false): Moment {
  const shareOf = (count: number): number => (row.seen === 0 ? 0 : Math.min(1, rounded(count / row.seen)))
  const iso = (ms: number): string => new Date(ms).toISOString()
  const { raider, raiderId } = row
  return {
    id,
    from: iso(row.from),
    peakAt: iso(row.peakAt),
    to: row.to === null ? null : iso(row.to),
    cause: isMomentCause(row.cause) ? row.cause : 'unexplained',
    size: row.sizePercent === null ? null : row.sizePercent / 100,
    baseline: row.baselinePerHour === null ? null : rounded(row.baselinePerHour / 60),
    peakPerSecond: row.peak,
    messages: row.messages,
    imported: row.run !== LIVE_RUN,
    evidence: {
      questionShare: row.seen === 0 ? null : shareOf(row.questions),
      emote:
        row.emote === null
          ? null
          : { key: row.emote, label: row.emoteLabel ?? row.emote, share: shareOf(row.emoteMessages) },
      command: row.command === null ? null : { key: row.command, share: shareOf(row.commandMessages) },
      sameTextShare: row.seen <= row.repeats ? null : rounded(row.sameText / (row.seen - row.repeats)),
      raid:
        row.raids === 0
          ? null
          : {
              login: raider === null || isHidden(raider, raiderId) ? null : raider,
              viewers: row.raidViewers,
            },
      gifts: row.giftBombs === 0 ? null : { bombs: row.giftBombs, gifts: row.gifts },
      bans: row.bans,
      timeouts: row.timeouts,
      chatClears: row.chatClears,
      mode: row.mode === null ? null : { mode: row.mode, value: row.modeValue ?? 0 },
    },
  }
}

/** One line for people: what it was, with the figure that shows it. */
export function momentTitle({ cause, size, evidence }: Moment): string {
  const times = size === null ? '' : `, ×${size.toFixed(1)}`
  const percent = (share: number | null | undefined): string => `${Math.round((share ?? 0) * 100)} %`
  switch (cause) {
    case 'raid': {
      const { login = null, viewers = 0 } = evidence.raid ?? {}
      return `Raid${login === null ? '' : ` by ${login}`} with ${viewers} viewers`
    }
    case 'giftBurst':
      return `${evidence.gifts?.gifts ?? 0} gifted subscriptions`
    case 'banWave':
      return `Ban wave: ${evidence.bans} bans, ${evidence.timeouts} time-outs`
    case 'chatClear':
      return 'Chat cleared'
    case 'mode':
      return `Mode ${evidence.mode?.mode ?? ''} switched on`
    case 'commandWave':
      return `${evidence.command?.key ?? 'Commands'} in ${percent(evidence.command?.share)} of messages${times}`
    case 'emoteStorm':
      return `${evidence.emote?.label ?? 'Emotes'} in ${percent(evidence.emote?.share)} of messages${times}`
    case 'questionWave':
      return `Questions: ${percent(evidence.questionShare)} of messages${times}`
    case 'copyPasta':
      return `The same text in ${percent(evidence.sameTextShare)} of messages${times}`
    case 'unexplained':
      return `Chat surges${times}`
  }
}

/** Chapters as video sites read them: `hh:mm:ss title`, relative to `startMs`; those before it are left out. */
export function chapterList(moments: readonly Moment[], startMs: number): string {
  return moments
    .map((moment) => ({ moment, seconds: Math.floor((Date.parse(moment.from) - startMs) / 1_000) }))
    .filter(({ seconds }) => seconds >= 0)
    .sort((a, b) => a.seconds - b.seconds || (a.moment.id < b.moment.id ? -1 : 1))
    .map(({ moment, seconds }) => `${clock(seconds)} ${momentTitle(moment)}\n`)
    .join('')
}

function clock(seconds: number): string {
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60]
  return parts.map((part) => String(part).padStart(2, '0')).join(':')
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000
}
