/** What a soak must show: heard + marked as a gap = sent, per channel and second, and no gap without a reason. */
import { SECOND_MS } from '@smacktalk/contract'

/** Half open, epoch ms. */
export interface Interval {
  readonly from: number
  readonly to: number
}

export interface SaidMessage {
  readonly id: string
  readonly login: string
  readonly sentAt: number
}

export interface MarkedGap extends Interval {
  readonly cause: string
}

/** Something that was done to the chat; no channels: to all of them. */
export interface Fault extends Interval {
  readonly kind: string
  readonly login: string | null
}

export interface Soaked {
  readonly said: readonly SaidMessage[]
  /** Ids of messages that the log holds. */
  readonly logged: ReadonlySet<string>
  /** Messages counted, by login. */
  readonly totals: ReadonlyMap<string, number>
  readonly gaps: ReadonlyMap<string, readonly MarkedGap[]>
  /** The longest way of a line: what was on it when the connection ended was said a moment before the gap. */
  readonly wayMs: number
}

/** One sentence for each second in which what was sent is neither counted nor marked. */
export function unaccounted({ said, logged, gaps, wayMs }: Soaked): string[] {
  const seconds = new Map<string, { sent: number; heard: number; marked: number }>()
  for (const { id, login, sentAt } of said) {
    const key = `${login} at ${new Date(Math.floor(sentAt / SECOND_MS) * SECOND_MS).toISOString()}`
    const second = seconds.get(key) ?? { sent: 0, heard: 0, marked: 0 }
    seconds.set(key, second)
    second.sent++
    if (logged.has(id)) second.heard++
    else if (gaps.get(login)?.some(({ from, to }) => sentAt >= from - wayMs && sentAt < to)) second.marked++
  }
  const faulty = [...seconds].filter(([, { sent, heard, marked }]) => heard + marked !== sent)
  return faulty.map(([key, { sent, heard, marked }]) => `${key}: ${heard} + ${marked} of ${sent}`)
}

/** Channels whose total is not the number of different messages that were heard. */
export function miscounted({ said, logged, totals }: Soaked): string[] {
  const heard = new Map([...totals.keys()].map((login) => [login, 0]))
  for (const { id, login } of said) if (logged.has(id)) heard.set(login, (heard.get(login) ?? 0) + 1)
  const wrong = [...heard].filter(([login, messages]) => totals.get(login) !== messages)
  return wrong.map(([login, messages]) => `${login}: ${totals.get(login)} counted, ${messages} heard`)
}

/**
 * Gaps that no fault explains: a gap begins at the last proof of life, which may be older than the fault by a
 * silence, and ends when the channel is joined again, which takes a while after the fault.
 */
export function unexplained(
  gaps: Soaked['gaps'],
  faults: readonly Fault[],
  { silenceMs, returnMs }: { silenceMs: number; returnMs: number },
): string[] {
  const found: string[] = []
  for (const [login, marked] of gaps) {
    const own = faults.filter((fault) => fault.login === null || fault.login === login)
    const allowed = merged(own.map(({ from, to }) => ({ from: from - silenceMs, to: to + returnMs })))
    for (const gap of marked) {
      if (allowed.some(({ from, to }) => gap.from >= from && gap.to <= to)) continue
      found.push(`${login}: ${inWords(gap)} (${gap.cause})`)
    }
  }
  return found
}

export function merged(intervals: readonly Interval[]): Interval[] {
  const found: { from: number; to: number }[] = []
  for (const { from, to } of [...intervals].sort((a, b) => a.from - b.from)) {
    const last = found.at(-1)
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to)
    else found.push({ from, to })
  }
  return found
}

/** Time in the first and not in the second, ms. */
export function outside(intervals: readonly Interval[], others: readonly Interval[]): Interval[] {
  const left: Interval[] = []
  for (const { from, to } of merged(intervals)) {
    let at = from
    for (const other of merged(others)) {
      if (other.to <= at || other.from >= to) continue
      if (other.from > at) left.push({ from: at, to: other.from })
      at = other.to
    }
    if (at < to) left.push({ from: at, to })
  }
  return left
}

export function inWords({ from, to }: Interval): string {
  return `${new Date(from).toISOString()} for ${to - from} ms`
}
