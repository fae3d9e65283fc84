import type { ChannelEvent } from '@smacktalk/contract'
import { tameName } from '../format/names.ts'
import { count, plural } from '../format/numbers.ts'
import { duration } from '../format/times.ts'
import type { MarkerKind } from './marker.ts'

/** An event as the page writes it. */
export interface EventWords {
  readonly kind: MarkerKind
  /** One of many: a single sub, ban, notice. */
  readonly minor: boolean
  /** `Raid`, `Timeout`: what happened. */
  readonly title: string
  /** Figures and names, short; may be empty. */
  readonly detail: string
  /** For a marker, where every letter counts: `Raid 842`. */
  readonly short: string
}

const MODES: Readonly<Record<string, string>> = {
  'emote-only': 'Emote-only mode',
  'followers-only': 'Followers-only mode',
  r9k: 'Unique-chat mode',
  slow: 'Slow mode',
  'subs-only': 'Subscribers-only mode',
}

const PLANS: Readonly<Record<string, string>> = { '1000': 'Tier 1', '2000': 'Tier 2', '3000': 'Tier 3' }

/** Twitch's names of its notices (notice-kinds of contract) as people call them. */
const NOTICES: Readonly<Record<string, string>> = {
  anongiftpaidupgrade: 'Gifted sub continued',
  bitsbadgetier: 'Bits badge',
  charitydonation: 'Charity donation',
  communitypayforward: 'Gift passed on',
  extendsub: 'Sub extended',
  giftpaidupgrade: 'Gifted sub continued',
  'highlighted-message': 'Highlighted message',
  primecommunitygiftreceived: 'Prime gift received',
  primepaidupgrade: 'Prime sub continued',
  rewardgift: 'Reward gift',
  ritual: 'Ritual',
  sharedchatnotice: 'Notice of a shared chat',
  socialsharingbadge: 'Sharing badge',
  standardpayforward: 'Gift passed on',
  unraid: 'Raid called off',
  viewermilestone: 'Viewer milestone',
  watchstreak: 'Watch streak',
}

/** The words of an event, whatever its kind; people who are not to be named have none. */
export function eventWords(event: ChannelEvent): EventWords {
  const { amount, months } = event
  const who = event.displayName === null ? '' : tameName(event.displayName)
  const whom = event.targetLogin === null ? '' : tameName(event.targetLogin)
  const plan = event.plan === null ? '' : (PLANS[event.plan] ?? event.plan)
  switch (event.kind) {
    case 'raid':
      return words('raid', 'Raid', [who, amount === null ? '' : plural(amount, 'viewer')], raidShort(amount))
    case 'sub':
      return words('subs', 'New sub', [who, plan])
    case 'resub':
      return words('subs', 'Resub', [who, months === null ? '' : plural(months, 'month'), plan])
    case 'gift':
      return words('subs', 'Gifted sub', [who, whom === '' ? '' : `for ${whom}`, plan])
    case 'giftBomb':
      return words(
        'subs',
        'Gift burst',
        [who, amount === null ? '' : plural(amount, 'sub'), plan],
        amount === null ? 'Gifts' : plural(amount, 'gift'),
      )
    case 'announcement':
      return words('notice', 'Announcement', [who])
    case 'timeout':
      return words('ban', 'Timeout', [whom, amount === null ? '' : duration(amount * 1_000)])
    case 'ban':
      return words('ban', 'Ban', [whom])
    case 'deletion':
      return words('ban', 'Message deleted', [whom])
    case 'chatClear':
      return words('mode', 'Chat cleared', [])
    case 'mode':
      return modeWords(event)
    case 'sharedModeration':
      return words('ban', 'Moderated in shared chat', [whom])
    case 'notice':
      return noticeWords(event.notice ?? '', who)
    default:
      // A newer server may know more kinds than this page.
      return words('notice', tameName(event.kind), [who])
  }
}

/** A kind without words here keeps Twitch's name. */
function noticeWords(notice: string, who: string): EventWords {
  const title = Object.hasOwn(NOTICES, notice) ? NOTICES[notice] : undefined
  return title === undefined ? words('notice', 'Notice', [who, notice]) : words('notice', title, [who])
}

/** Several gifts of one person, told by one of them. */
export function giftsWords(event: ChannelEvent, gifts: number): EventWords {
  return eventWords({ ...event, kind: 'gift', targetLogin: `${count(gifts)} people` })
}

function raidShort(amount: number | null): string {
  return amount === null ? 'Raid' : `Raid ${count(amount)}`
}

/** `amount` of a mode is its value: off is 0, of followers-only -1 (metrics.md). */
function modeWords({ mode, amount }: ChannelEvent): EventWords {
  const name = MODES[mode ?? ''] ?? 'Mode'
  const off = amount === null || amount < 0 || (amount === 0 && mode !== 'followers-only')
  const value =
    mode === 'slow' && !off && amount !== null
      ? `, ${amount} s`
      : mode === 'followers-only' && !off && amount !== null && amount > 0
        ? `, ${plural(amount, 'minute')}`
        : ''
  return words('mode', `${name} ${off ? 'off' : `on${value}`}`, [], off ? `${name} off` : name)
}

/** What stands out of the many events of a lively chat, beside changes of the room. */
const MAJOR: ReadonlySet<string> = new Set(['Raid', 'Gift burst', 'Announcement'])

function words(kind: MarkerKind, title: string, details: readonly string[], short = title): EventWords {
  const detail = details.filter((part) => part !== '').join(', ')
  const minor = !MAJOR.has(title) && kind !== 'mode'
  return { kind, minor, title, detail, short }
}
