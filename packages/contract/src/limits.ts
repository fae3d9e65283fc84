/** Largest sizes that cross a package border, each with its reason. */

/** Partitions of the chat log on every backing: the same count gives the same positions (architecture.md). */
export const LOG_PARTITIONS = 64

/** A Twitch line is at most a few KB; far beyond that it is no chat but an attack on memory. */
export const LINE_CHARACTERS_MAX = 65_536

/** Emotes of other providers in one message; 500 code points have no room for more tokens. */
export const THIRD_PARTY_EMOTES_MAX = 250

/** Seconds kept in the live ring of a channel: the live charts reach back ten minutes (metrics.md, Live). */
export const RECENT_SECONDS = 600

/** Points a series may have (interface.md); beyond it the request is refused, never clamped. */
export const SERIES_POINTS_MAX = 10_000

/** Distinct chatters counted exactly in one row; beyond it the HyperLogLog takes over (metrics.md). */
export const EXACT_CHATTERS_MAX = 512

/** Covered intervals kept per channel and day; beyond it the shortest is forgotten, so coverage is never overstated. */
export const COVERED_INTERVALS_MAX = 1_000

/** Names remembered per channel: renames are rare, and the newest ones matter. */
export const CHANNEL_NAMES_MAX = 20

/** Distinct keys of a top list that are counted exactly, and the capacity of SpaceSaving beyond (metrics.md). */
export const TOP_CAPACITY = 1_000

/** Emotes kept per person and day, and how many of them are shown (metrics.md, Per user). */
export const FAVOURITES_CAPACITY = 64
export const FAVOURITES_SHOWN = 20

/** Logins remembered of people who opted out by id, per channel: few opt out, and fewer are renamed. */
export const HIDDEN_LOGINS_MAX = 1_000

/** Logins kept of one person and day: Twitch lets people rename themselves every two months. */
export const DAY_LOGINS_MAX = 8
