import type { ChannelState, ChannelSummary } from '@smacktalk/contract'
import type { ReactNode } from 'react'
import { duration } from '../format/times.ts'

/** The word of each state; the glyph differs in shape too, so colour only supports it. */
export const STATE_WORDS: Readonly<Record<ChannelState, string>> = {
  queued: 'Queued',
  joining: 'Joining',
  joined: 'Joined',
  lost: 'Gap',
  suspended: 'Suspended',
  refused: 'Refused',
  'not-found': 'Not found',
  paused: 'Paused',
}

const GLYPHS: Readonly<Record<ChannelState, ReactNode>> = {
  joined: (
    <>
      <circle cx="6" cy="6" r="4.500" fill="currentColor" />
      <path d="m4 6.100 1.400 1.400L8.200 4.700" fill="none" stroke="var(--surface)" strokeWidth="1.400" />
    </>
  ),
  joining: (
    <circle
      className="spin"
      cx="6"
      cy="6"
      r="4"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.600"
      strokeDasharray="17 9"
    />
  ),
  queued: (
    <circle
      cx="6"
      cy="6"
      r="4"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.600"
      strokeDasharray="2 2.200"
    />
  ),
  lost: (
    <>
      <path d="M6 1 11.200 10.400H.8Z" fill="currentColor" />
      <path d="M6 4.400v2.800M6 8.300v.9" stroke="var(--surface)" strokeWidth="1.300" />
    </>
  ),
  suspended: <Barred />,
  refused: <Barred />,
  'not-found': (
    <path d="m2.500 2.500 7 7M9.500 2.500l-7 7" stroke="currentColor" strokeWidth="2.200" fill="none" />
  ),
  paused: <path d="M3.200 1.500v9M8.800 1.500v9" stroke="currentColor" strokeWidth="2.600" />,
}

function Barred() {
  return (
    <>
      <rect x="1.500" y="1.500" width="9" height="9" rx="2" fill="currentColor" />
      <path d="M3.800 6h4.400" stroke="var(--surface)" strokeWidth="1.600" />
    </>
  )
}

export function StateGlyph({ state }: { state: ChannelState }) {
  return (
    <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
      {GLYPHS[state]}
    </svg>
  )
}

type Standing = Pick<ChannelSummary, 'state' | 'reason' | 'since' | 'place' | 'etaMs'>

/** A state in words with what is known about it: `Joining, 3 s`, `Queued, 2nd, about 4 s`, `Gap 1 min 12 s`. */
export function stateText({ state, since, place, etaMs }: Standing, nowMs: number): string {
  const lasted = duration(nowMs - Date.parse(since))
  switch (state) {
    case 'joining':
      return `Joining, ${lasted}`
    case 'queued': {
      const position = place === null ? '' : `, ${ordinal(place)}`
      return `Queued${position}${etaMs === null ? '' : `, about ${duration(Math.max(1000, etaMs))}`}`
    }
    case 'lost':
      return `Gap ${lasted}`
    case 'suspended':
      return 'Suspended by Twitch'
    case 'refused':
      return 'Refused by Twitch'
    case 'not-found':
      return 'No such channel'
    case 'paused':
      return 'Paused, imported only'
    case 'joined':
      return 'Joined'
  }
}

function ordinal(place: number): string {
  const tens = place % 100
  if (tens >= 11 && tens <= 13) return `${place}th`
  return `${place}${['th', 'st', 'nd', 'rd'][place % 10] ?? 'th'}`
}

/** Glyph and words of a channel's state; a reason is told on hover. */
export function ChannelStateMark({ channel, nowMs }: { channel: Standing; nowMs: number }) {
  return (
    <span className={`state state-${channel.state}`} title={channel.reason ?? undefined}>
      <StateGlyph state={channel.state} />
      <span className="ellipsis">{stateText(channel, nowMs)}</span>
    </span>
  )
}
