/** What is known of the way of records, and how long something may last before it is a trouble. */
import type { Role, Trouble, TroublePart } from '@smacktalk/contract'
import type { Outage } from './probe.ts'
import type { LostGroup, Member } from './roster.ts'

/** Counting that is later than this is worth a word; some seconds are normal while a job catches up. */
export const LATE_MS = 5_000

/** Nothing at all counted for so long although channels are heard: coverage ticks alone come every five seconds. */
export const VIEWS_SILENT_MS = 8_000
/** While the store is away a job soon waits for it; then this much is enough. */
export const VIEWS_SILENT_STORE_MS = 3_000

/** What processes report of an outage is told no more by then: their rows are a second old. */
export const REPORTS_OLD_MS = 3_000

/** A role nobody has ever heard of is missed only after this: processes of a cluster start one after the other. */
export const FIRST_SIGN_MS = 10_000

/** Joining takes a moment, and so does finding another server of Twitch's. */
export const DEAF_MS = 10_000

/** Partitions without an owner for less are being shared anew, as whenever a job comes or goes. */
export const SHARING_MS = 5_000

/** What counts as known of the processes; null parts are not known. */
export interface Facts {
  readonly nowMs: number
  readonly backend: 'embedded' | 'cluster'
  readonly source: 'twitch' | 'demo'
  readonly log: Outage | null
  readonly store: Outage | null
  /** Why views do not arrive, although the log answers. */
  readonly following: Outage | null
  /** Null while the store is away: then nobody can know. */
  readonly members: readonly Member[] | null
  /** The row of this very gateway, once it has been seen. */
  readonly own: Member | null
  /** Groups of ingestors that fell silent as a whole. */
  readonly lostGroups: readonly LostGroup[]
  readonly last: (role: Role) => Pick<Member, 'instance' | 'heardAt'> | null
  /** For how long rows of processes have been looked at. */
  readonly watchedMs: number
  readonly partitions: number
  /** Partition of each listed channel; partitions may come several times. */
  readonly channelPartitions: readonly number[]
  /** Since when there have been partitions that nobody works on; null when there are none. */
  readonly unownedSince: number | null
  /** Since when log, store and following have been without an outage, as far back as this gateway knows. */
  readonly calmSince: number
  /** When something counted arrived last; null before the first time. */
  readonly viewAt: number | null
  /** Since when nothing has been counted although some channel is heard; null when nothing is to be expected. */
  readonly quietSince: number | null
  /** Since when no channel has been heard although some are to be; null when one is, or none is wanted. */
  readonly deafSince: number | null
  /** Keys of what was found a moment ago. */
  readonly ongoing: ReadonlySet<string>
}

/** A trouble before it has been given its beginning. */
export interface Finding {
  /** The same for the same trouble as it goes on. */
  readonly key: string
  readonly part: TroublePart
  readonly severity: Trouble['severity']
  /** Null: since it was first found. */
  readonly since: number | null
  readonly text: string
  readonly advice: string
  /** Live figures stand still because of it. */
  readonly standsStill: boolean
}
