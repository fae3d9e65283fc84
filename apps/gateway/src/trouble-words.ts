/** What processes say of themselves, read and put into clauses. */
import type { TroublePart } from '@smacktalk/contract'

/** What a sentence of a process is about: its troubles are with Twitch, the log or the store. */
export function aboutOf(sentence: string): TroublePart | null {
  if (/\btwitch\b/i.test(sentence)) return 'twitch'
  if (/\b(log|kafka|brokers?|views?)\b/i.test(sentence)) return 'log'
  if (/\b(store|cassandra|rows?)\b/i.test(sentence)) return 'store'
  return null
}

/** A process may call what it reports of `it`. */
export function clauseOf(sentence: string, about: TroublePart): string {
  const named = sentence.replace(/^it\b/, about === 'store' ? 'The store' : 'The log')
  return named.charAt(0).toUpperCase() + named.slice(1).replace(/\.$/, '')
}

/** A sentence without its numbers, which change as it goes on. */
export function wordsOf(sentence: string): string {
  return sentence.replace(/[\d.,]+/g, '#')
}

/** `40 s`, `12 min`, `3 h`: in steps, so that it is not told anew every second. */
export function lengthOf(ms: number): string {
  const seconds = Math.max(5, Math.round(ms / 5_000) * 5)
  if (seconds < 120) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`
}
