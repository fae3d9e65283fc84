/** When something in a chat is a moment (docs/moments.md). Channels are told through the log, so a replay agrees. */
import { DEFAULT_MOMENT_THRESHOLDS as DEFAULTS } from '@smacktalk/contract'
import { integer } from './setting-kinds.ts'

export const momentSettings = {
  surgePercent: integer({
    min: 100,
    max: 10_000,
    default: DEFAULTS.surgePercent,
    live: true,
    help: 'a surge has at least this many percent of the messages of the baseline',
  }),
  surgeDeviations: integer({
    min: 0,
    max: 10_000,
    default: DEFAULTS.surgeDeviations,
    live: true,
    help: 'and lies this many hundredths of a robust standard deviation above it',
  }),
  surgeMessages: integer({
    min: 1,
    max: 1_000_000,
    default: DEFAULTS.surgeMessages,
    live: true,
    help: 'and has at least this many messages within ten seconds',
  }),
  warmUpSeconds: integer({
    min: 10,
    max: 3_600,
    default: DEFAULTS.warmUpSeconds,
    live: true,
    help: 'seconds a channel is listened to before surges are told from the usual',
  }),
  calmPercent: integer({
    min: 100,
    max: 10_000,
    default: DEFAULTS.calmPercent,
    live: true,
    help: 'a surge is over below this many percent of the baseline',
  }),
  causePercent: integer({
    min: 1,
    max: 100,
    default: DEFAULTS.causePercent,
    live: true,
    help: 'share of the messages that makes an emote, a question, a text or a command the cause of a moment',
  }),
  raidViewers: integer({
    min: 1,
    max: 1_000_000,
    default: DEFAULTS.raidViewers,
    live: true,
    help: 'viewers that make a raid a moment of its own',
  }),
  gifts: integer({
    min: 1,
    max: 1_000_000,
    default: DEFAULTS.gifts,
    live: true,
    help: 'subscriptions that make a mass gift a moment of its own',
  }),
  removals: integer({
    min: 2,
    max: 1_000_000,
    default: DEFAULTS.removals,
    live: true,
    help: 'time-outs and bans within ten seconds that make a ban wave',
  }),
} as const
