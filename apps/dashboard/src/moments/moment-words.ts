import type { Moment, MomentCause } from '@smacktalk/contract'
import type { MarkerKind } from '../events/marker.ts'
import { tameName } from '../format/names.ts'
import { count, percent, plural, ratio } from '../format/numbers.ts'
import { duration } from '../format/times.ts'

/** What a moment is called by its cause. */
export const CAUSE_WORDS: Readonly<Record<MomentCause, string>> = {
  raid: 'Raid',
  giftBurst: 'Gift burst',
  banWave: 'Ban wave',
  chatClear: 'Chat cleared',
  mode: 'Mode changed',
  commandWave: 'Command wave',
  emoteStorm: 'Emote storm',
  questionWave: 'Question wave',
  copyPasta: 'Copy-pasta',
  unexplained: 'Unexplained',
}

/** The glyph of a cause: what has one among the events keeps it. */
export const CAUSE_GLYPHS: Readonly<Record<MomentCause, MarkerKind>> = {
  raid: 'raid',
  giftBurst: 'subs',
  banWave: 'ban',
  chatClear: 'mode',
  mode: 'mode',
  commandWave: 'moment',
  emoteStorm: 'moment',
  questionWave: 'moment',
  copyPasta: 'moment',
  unexplained: 'moment',
}

/** The evidence of a moment in figures: `×3.2 for 38 s, owlHype in 61.0%`. */
export function momentDetail(moment: Moment, nowMs: number): string {
  const from = Date.parse(moment.from)
  const lengthMs = (moment.to === null ? nowMs : Date.parse(moment.to)) - from
  const size = moment.size === null ? '' : `${ratio(moment.size)} `
  const length = `${size}${moment.to === null ? 'since' : 'for'} ${duration(lengthMs)}`
  return [length, evidenceOf(moment)].filter((part) => part !== '').join(', ')
}

function evidenceOf({ cause, evidence }: Moment): string {
  switch (cause) {
    case 'raid': {
      const { login = null, viewers = 0 } = evidence.raid ?? {}
      return `${plural(viewers, 'viewer')}${login === null ? '' : ` from ${tameName(login)}`}`
    }
    case 'giftBurst':
      return plural(evidence.gifts?.gifts ?? 0, 'gift')
    case 'banWave':
      return `${plural(evidence.bans, 'ban')}, ${plural(evidence.timeouts, 'timeout')}`
    case 'mode':
      return evidence.mode === null ? '' : tameName(evidence.mode.mode)
    case 'commandWave':
      return shared(evidence.command?.key, evidence.command?.share)
    case 'emoteStorm':
      return shared(evidence.emote?.label, evidence.emote?.share)
    case 'questionWave':
      return `${percent(evidence.questionShare)} with “?”`
    case 'copyPasta':
      return `${percent(evidence.sameTextShare)} the same text`
    case 'chatClear':
      return evidence.chatClears > 1 ? `${count(evidence.chatClears)} times` : ''
    case 'unexplained':
      return ''
  }
}

function shared(label: string | undefined, share: number | undefined): string {
  return label === undefined ? '' : `${tameName(label)} in ${percent(share)}`
}
