/** Days of a person added up. */
import type { UserCounts, UserDayRow } from '@smacktalk/contract'

const COUNTS = [
  'characters',
  'emoteUses',
  'commands',
  'replies',
  'bits',
  'timeouts',
  'bans',
  'deletions',
] as const satisfies readonly (keyof UserDayRow & keyof UserCounts)[]

export class UserSum {
  readonly counts: UserCounts = {
    messages: 0,
    characters: 0,
    emoteUses: 0,
    commands: 0,
    replies: 0,
    bits: 0,
    timeouts: 0,
    bans: 0,
    deletions: 0,
  }
  /** Of messages, ms. */
  firstAt: number | null = null
  lastAt: number | null = null
  /** As last seen. */
  badges = ''
  #badgesAt = -1

  add(row: UserDayRow): void {
    this.counts.messages += messagesOf(row)
    for (const name of COUNTS) this.counts[name] += row[name]
    if (row.firstAt !== null) this.firstAt = Math.min(this.firstAt ?? row.firstAt, row.firstAt)
    if (row.lastAt === null) return
    this.lastAt = Math.max(this.lastAt ?? row.lastAt, row.lastAt)
    if (row.lastAt <= this.#badgesAt) return
    this.badges = row.badges
    this.#badgesAt = row.lastAt
  }

  /** When the first and the last message was sent, ISO 8601. */
  times(): { firstAt: string | null; lastAt: string | null } {
    return { firstAt: isoTime(this.firstAt), lastAt: isoTime(this.lastAt) }
  }
}

export function messagesOf(row: UserDayRow): number {
  return row.messages.reduce((sum, count) => sum + count, 0)
}

function isoTime(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString()
}
