import { compact, count, estimate, figure, MISSING, percent } from '../format/numbers.ts'
import { duration } from '../format/times.ts'

/** Numbers by their names of the API: the totals of an answer, or the running day of a frame. */
export type Totals = Readonly<Record<string, unknown>>

/** One key figure, written. */
export interface FigureText {
  readonly title: string
  readonly value: string
  readonly note: string
  /** The names it is made of: when leaving out changes none of them, it is tagged. */
  readonly names: readonly string[]
  /** Names whose sum over the steps makes its small line; empty when sums would say something else. */
  readonly line: readonly string[]
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
 * copies and only an answer without those knows the whole.
 */
export function figureValues(totals: Totals, emoteShare: number | null): FigureText[] {
  const messages = read(totals, 'messages')
  const chatters = read(totals, 'chatters')
  const chattersError = read(totals, 'chattersError')
  const gifts = read(totals, 'gifts')
  const timeoutSeconds = read(totals, 'timeoutSeconds')
  return [
    {
      title: 'Messages',
      value: figure(messages),
      note: perChatter(messages, chatters),
      names: ['messages'],
      line: ['messages'],
    },
    {
      title: 'Chatters',
      value: estimate(chatters, chattersError),
      note: chattersNote(chatters, chattersError),
      names: ['chatters'],
      line: [],
    },
    {
      title: 'New chatters',
      value: figure(read(totals, 'newChatters')),
      note: 'wrote here for the first time',
      names: ['newChatters'],
      line: ['newChatters'],
    },
    {
      title: 'Emote share',
      value: percent(emoteShare),
      note: `${compact(read(totals, 'emoteMessages'))} messages with emotes`,
      names: ['emoteMessages'],
      line: ['emoteMessages'],
    },
    {
      title: 'Emote uses',
      value: figure(read(totals, 'emoteUses')),
      note: `${decimal(ratio(read(totals, 'emoteUses'), messages), 2)} a message`,
      names: ['emoteUses'],
      line: ['emoteUses'],
    },
    {
      title: 'Mean length',
      value: decimal(ratio(read(totals, 'characters'), messages), 1),
      note: 'characters a message',
      names: ['characters', 'messages'],
      line: [],
    },
    {
      title: 'Peak per second',
      value: count(read(totals, 'peakPerSecond')),
      note: 'most messages in one second',
      names: ['peakPerSecond'],
      line: [],
    },
    {
      title: 'Replies',
      value: figure(read(totals, 'replies')),
      note: 'answers to another message',
      names: ['replies'],
      line: ['replies'],
    },
    {
      title: 'Subs, bits, raids',
      value: three(sum(totals, 'subs', 'resubs', 'gifts'), read(totals, 'bits'), read(totals, 'raids')),
      note: gifts === null ? MISSING : `${count(gifts)} of the subs were gifts`,
      names: ['subs', 'resubs', 'gifts', 'bits', 'raids'],
      line: ['subs', 'resubs', 'gifts'],
      wide: true,
    },
    {
      title: 'Timeouts, bans, deletions',
      value: three(read(totals, 'timeouts'), read(totals, 'bans'), read(totals, 'deletions')),
      note: timeoutSeconds === null ? MISSING : `${duration(timeoutSeconds * 1000)} of timeout`,
      names: ['timeouts', 'bans', 'deletions'],
      line: ['timeouts', 'bans', 'deletions'],
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
      line: [],
      wide: true,
    },
    {
      title: 'Duplicates, late, dropped',
      value: three(read(totals, 'duplicates'), read(totals, 'late'), read(totals, 'dropped')),
      note: 'records not counted',
      names: ['duplicates', 'late', 'dropped'],
      line: [],
      wide: true,
    },
  ]
}

function perChatter(messages: number | null, chatters: number | null): string {
  const each = ratio(messages, chatters)
  if (messages === null) return MISSING
  return each === null ? 'in chat' : `${decimal(each, each < 10 ? 1 : 0)} a chatter`
}

function chattersNote(chatters: number | null, error: number | null): string {
  if (chatters === null) return MISSING
  return error !== null && error > 0 ? `±${count(chatters * error)}` : 'counted exactly'
}
