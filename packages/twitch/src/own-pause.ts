/**
 * A process that stood still (suspended, or its machine asleep) first reads what has been waiting: lines from before,
 * which prove nothing of the time since, in which the server may have let go of us. So it asks, and the answer counts.
 */
import type { IrcLine } from './irc-line.ts'

/** Not having run for so long is a pause; shorter ones no connection dies of. */
export const PAUSE_MS = 2_000

/** The PING after a pause; its answer says when it was asked. @param now epoch ms */
export function questionAt(now: number): string {
  return `PING :alive-${Math.floor(now)}`
}

/** When the question that a line answers was asked, whole epoch ms; null for any other line. */
export function askedAt(line: IrcLine | null): number | null {
  if (line?.command !== 'PONG') return null
  const at = /^alive-(\d{1,15})$/.exec(line.params.at(-1) ?? '')?.[1]
  return at === undefined ? null : Number(at)
}
