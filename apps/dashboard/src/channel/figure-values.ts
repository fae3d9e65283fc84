import { compact, count, estimate, figure, growth, MISSING, percent, rate } from '../format/numbers.ts'
import { duration } from '../format/times.ts'

/** Numbers by their names of the API: the totals of an answer, or the running day of a frame. */
export type Totals = Readonly<Record<string, unknown>>

/**
 * How the small line of a figure is made of the points in a step: the sum of its names, the mean of the points (what
 * is distinct cannot be summed), the highest, or one name in parts of another.
 */
export type FigureLine =
  | { readonly by: 'sum' | 'mean' | 'highest'; readonly names: readonly string[] }
  | { readonly by: 'ratio'; readonly names: readonly [part: string, whole: string] }

const sumOf = (...names: string[]): FigureLine => ({ by: 'sum', names })

/** The same figures in the time before, to compare with. */
export interface Before {
  /** `the hour before`. */
  readonly spoken: string
  readonly messages: number
}

/** One key figure, written. */
export interface FigureText {
  readonly title: string
  readonly value: string
  readonly note: string
  /** The names it is made of: when leaving out changes none of them, it is tagged. */
  readonly names: readonly string[]
  readonly line: FigureLine
  /** Three figures in one need more room. */
  readonly wide?: true
}

function read(totals: Totals, name: string): number | null {
  const value = totals[name]
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

/** The sum of several; null when none is known. */
function sum(totals: Totals, ...names: string[]): number | null {
  const known = names.map((name) => read(totals, name)).filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((all, value) => all + value, 0)
}

function ratio(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole === 0 ? null : part / whole
}

const decimal = (value: number | null, digits: number): string =>
  value === null ? MISSING : value.toFixed(digits)

/** Three figures in one, in a tight place. */
const three = (...values: (number | null)[]): string => values.map(compact).join(' · ')

/**
 * The key figures of a channel. `emoteShare` comes beside the totals, because emotes are not counted in shared
 * copies and only an answer without those knows the whole. `before` is null while there is nothing to compare with.
 */
export function figureValues(totals: Totals, emoteShare: number | null, before: Before | null): FigureText[] {
  const messages = read(totals, 'messages')
  const chatters = read(totals, 'chatters')
  const chattersError = read(totals, 'chattersError')
  const gifts = read(totals, 'gifts')
  const timeoutSeconds = read(totals, 'timeoutSeconds')
  return [
    {
      title: 'Messages',
      value: figure(messages),
      note: messagesNote(messages, read(totals, 'coveredMs'), before),
      names: ['messages'],
      line: sumOf('messages'),
    },
    {
      title: 'Chatters',
      value: estimate(chatters, chattersError),
      note: chattersNote(chatters, chattersError, messages),
      names: ['chatters'],
      line: { by: 'mean', names: ['chatters'] },
    },
    {
      title: 'New chatters',
      value: figure(read(totals, 'newChatters')),
      note: 'wrote here for the first time',
      names: ['newChatters'],
      line: sumOf('newChatters'),
    },
    {
      title: 'Emote share',
      value: percent(emoteShare),
      note: `${compact(read(totals, 'emoteMessages'))} messages with emotes`,
      names: ['emoteMessages'],
      line: sumOf('emoteMessages'),
    },
    {
      title: 'Emote uses',
      value: figure(read(totals, 'emoteUses')),
      note: `${decimal(ratio(read(totals, 'emoteUses'), messages), 2)} a message`,
      names: ['emoteUses'],
      line: sumOf('emoteUses'),
    },
    {
      title: 'Mean length',
      value: decimal(ratio(read(totals, 'characters'), messages), 1),
      note: 'characters a message',
      names: ['characters', 'messages'],
      line: { by: 'ratio', names: ['characters', 'messages'] },
    },
    {
      title: 'Peak per second',
      value: count(read(totals, 'peakPerSecond')),
      note: 'most messages in one second',
      names: ['peakPerSecond'],
      line: { by: 'highest', names: ['peakPerSecond'] },
    },
    {
      title: 'Replies',
      value: figure(read(totals, 'replies')),
      note: 'answers to another message',
      names: ['replies'],
      line: sumOf('replies'),
    },
    {
      title: 'Subs, bits, raids',
      value: three(sum(totals, 'subs', 'resubs', 'gifts'), read(totals, 'bits'), read(totals, 'raids')),
      note: gifts === null ? MISSING : `${count(gifts)} of the subs were gifts`,
      names: ['subs', 'resubs', 'gifts', 'bits', 'raids'],
      line: sumOf('subs', 'resubs', 'gifts'),
      wide: true,
    },
    {
      title: 'Timeouts, bans, deletions',
      value: three(read(totals, 'timeouts'), read(totals, 'bans'), read(totals, 'deletions')),
      note: timeoutSeconds === null ? MISSING : `${duration(timeoutSeconds * 1000)} of timeout`,
      names: ['timeouts', 'bans', 'deletions'],
      line: sumOf('timeouts', 'bans', 'deletions'),
      wide: true,
    },
    {
      title: 'By subscribers, mods, VIPs',
      value: three(
        read(totals, 'subscriberMessages'),
        read(totals, 'moderatorMessages'),
        read(totals, 'vipMessages'),
      ),
      note: 'messages',
      names: ['subscriberMessages', 'moderatorMessages', 'vipMessages'],
      line: sumOf('subscriberMessages', 'moderatorMessages', 'vipMessages'),
      wide: true,
    },
    {
      title: 'Duplicates, late, dropped',
      value: three(read(totals, 'duplicates'), read(totals, 'late'), read(totals, 'dropped')),
      note: 'records not counted',
      names: ['duplicates', 'late', 'dropped'],
      line: sumOf('duplicates', 'late', 'dropped'),
      wide: true,
    },
  ]
}

/** `+38% on the hour before`; without a time to compare with the mean of the covered time. */
function messagesNote(messages: number | null, coveredMs: number | null, before: Before | null): string {
  if (messages === null) return MISSING
  const grown = before === null ? null : ratio(messages - before.messages, before.messages)
  if (before !== null && grown !== null) return `${growth(grown)} on ${before.spoken}`
  const mean = ratio(messages, coveredMs === null ? null : coveredMs / 1000)
  return mean === null ? 'in chat' : `${rate(mean)} a second on average`
}

/** `±85, 79 messages each`. */
function chattersNote(chatters: number | null, error: number | null, messages: number | null): string {
  if (chatters === null) return MISSING
  const sure = error !== null && error > 0 ? `±${count(chatters * error)}` : 'exact'
  const each = ratio(messages, chatters)
  return each === null ? sure : `${sure}, ${decimal(each, each < 10 ? 1 : 0)} messages each`
}
