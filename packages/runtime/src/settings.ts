/** The table of every setting. What is added here appears in the help, the README, the schema and the checks. */
import {
  DEFAULT_BOTS,
  DEFAULT_STOP_WORDS,
  EMOTE_PROVIDERS,
  type EmoteProvider,
  isEmoteProvider,
} from '@smacktalk/contract'
import { cassandraSettings, clusterConflicts, kafkaSettings } from './cluster-settings.ts'
import { momentSettings } from './moment-settings.ts'
import {
  type ChannelSetting,
  channels,
  choice,
  integer,
  LOGIN_ITEM_SCHEMA,
  list,
  loginItem,
  secret,
  text,
  WORD_ITEM_SCHEMA,
  wordItem,
} from './setting-kinds.ts'
import type { Parsed, ValuesOf } from './settings-table.ts'

/** Public channels of events and round-the-clock programmes: something is usually on in one of them. */
export const DEFAULT_CHANNELS: readonly string[] = [
  'gamesdonequick',
  'esl_csgo',
  'chess',
  'twitchrivals',
  'monstercat',
]

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
const PORT_MAX = 65_535
const HOST = /^[A-Za-z0-9.:_-]+$/
/** Part of the name of a consumer group, beside that of the stream jobs. */
const INGEST_GROUP = /^ingest-[a-z0-9-]{1,20}$/

export const settingsTable = {
  channels: channels({
    default: DEFAULT_CHANNELS,
    live: true,
    help: 'channels to be in: names, or objects with `name`, `bots` and `commandPrefix`; the variable holds names',
  }),
  source: choice({
    values: ['auto', 'twitch', 'demo'],
    default: 'auto',
    help: 'where chat comes from; `auto` is Twitch, or, with the embedded backend, the demo world when Twitch cannot be reached within 10 s',
  }),
  twitch: {
    url: text({
      default: 'wss://irc-ws.chat.twitch.tv:443',
      check: webSocketAddress,
      schema: { pattern: '^wss?://' },
      help: 'address of an IRC-over-WebSocket server',
    }),
    username: text({
      default: '',
      shownDefault: 'anonymous',
      check: (name) =>
        name === '' || loginItem(name).ok ? null : 'a login is needed: 1 to 25 of a-z, 0-9 and _',
      help: 'account to log in with; needs `twitch.token` too',
    }),
    token: secret({ shownDefault: 'none', help: 'OAuth token of that account' }),
    watchdogMs: integer({
      min: 300,
      max: 10 * MINUTE_MS,
      default: 15_000,
      help: 'silence after which a connection is dead; a PING goes out after two thirds of it',
    }),
  },
  history: {
    url: text({
      default: '',
      shownDefault: 'none: gaps stay gaps',
      check: (address) => (address === '' ? null : webAddress(address)),
      schema: { pattern: '^(https?://.*)?$' },
      help: "address of a recent-messages service, up to the channel's name; asked once after a gap for what was not heard, at most one `horizonMs` back",
    }),
  },
  backend: choice({
    values: ['embedded', 'cluster'],
    default: 'embedded',
    help: 'where log and rows are kept; `embedded` is a file in `dataDir`, `cluster` is Kafka and Cassandra',
  }),
  dataDir: text({
    default: 'data',
    check: (path) => (path === '' || path.includes('\0') ? 'the path of a folder is needed' : null),
    help: 'folder of the data; Twitch and the demo world have a folder each in it',
  }),
  ingestGroup: text({
    default: 'ingest-a',
    check: (name) =>
      INGEST_GROUP.test(name) ? null : '`ingest-` and up to 20 of a-z, 0-9 and - are needed, as in ingest-b',
    schema: { pattern: INGEST_GROUP.source },
    help: 'ingestors of one group share the channels of a cluster; two groups, `ingest-a` and `ingest-b`, hear each channel twice, so one may fail without a gap',
  }),
  kafka: kafkaSettings,
  cassandra: cassandraSettings,
  http: {
    host: text({
      default: '127.0.0.1',
      check: (host) => (HOST.test(host) ? null : 'a host name or an IP address is needed'),
      help: 'address the pages, health and metrics are served on; `0.0.0.0` for every interface, as in a container',
    }),
    port: integer({
      min: 0,
      max: PORT_MAX,
      default: 3000,
      otherVariables: ['PORT', 'PORT0'],
      help: 'port of the pages; 0 is any free one, printed at the start',
    }),
    hosts: list({
      default: [],
      shownDefault: 'none',
      item: hostItem,
      itemSchema: { type: 'string', pattern: HOST.source },
      help: 'host names of this service besides the loopback ones, under which changes without a token are taken',
    }),
  },
  health: {
    port: integer({
      min: 0,
      max: PORT_MAX,
      default: 0,
      help: 'port of `/healthz`, `/readyz` and `/metrics` of a role that runs alone; 0 is any free one, printed',
    }),
  },
  bots: list({
    default: DEFAULT_BOTS,
    shownDefault: DEFAULT_BOTS.join(', '),
    item: loginItem,
    itemSchema: LOGIN_ITEM_SCHEMA,
    live: true,
    help: 'logins counted as bots in every channel',
  }),
  stopWords: list({
    default: [...DEFAULT_STOP_WORDS],
    shownDefault: 'the common English words at `/api/v1/stop-words`',
    item: wordItem,
    itemSchema: WORD_ITEM_SCHEMA,
    help: 'words left out of top words, instead of the built-in list',
  }),
  emotes: {
    providers: list({
      default: EMOTE_PROVIDERS,
      shownDefault: EMOTE_PROVIDERS.join(', '),
      item: providerItem,
      itemSchema: { type: 'string', enum: EMOTE_PROVIDERS },
      help: 'services whose emotes are recognised in live chat; where two have the same code, the first counts; empty for none',
    }),
    bttvUrl: providerAddress('https://api.betterttv.net', 'BTTV'),
    ffzUrl: providerAddress('https://api.frankerfacez.com', 'FFZ'),
    sevenTvUrl: providerAddress('https://7tv.io', '7TV'),
    refreshMs: integer({
      min: 1_000,
      max: 7 * DAY_MS,
      default: HOUR_MS,
      help: 'how old a set of emotes gets before its service is asked again',
    }),
  },
  optOut: list({
    default: [],
    shownDefault: 'nobody',
    item: loginItem,
    itemSchema: LOGIN_ITEM_SCHEMA,
    live: true,
    help: 'ids or logins of people who are counted without a name',
  }),
  moments: momentSettings,
  adminToken: secret({
    shownDefault: 'none: changes from this machine only',
    help: 'token that allows changes from elsewhere',
  }),
  horizonMs: integer({
    min: MINUTE_MS,
    max: DAY_MS,
    default: 15 * MINUTE_MS,
    help: 'how long a message is remembered; what is older is late',
  }),
  spoolMs: integer({
    min: MINUTE_MS,
    max: 7 * DAY_MS,
    default: 6 * HOUR_MS,
    help: 'how old a live message may be when it reaches the log',
  }),
  spoolBytes: integer({
    min: 1024 * 1024,
    max: 1024 ** 4,
    default: 1024 ** 3,
    help: 'how much an ingestor of a cluster keeps on its disk while the log takes nothing; then the oldest go',
  }),
  logRetentionMs: integer({
    min: HOUR_MS,
    max: 90 * DAY_MS,
    default: DAY_MS,
    help: 'how long the log keeps records, texts included; must exceed `spoolMs` + `horizonMs`',
  }),
  cacheRows: integer({
    min: 10_000,
    max: 50_000_000,
    default: 500_000,
    help: 'rows that a stream job keeps in memory over all its partitions, some 500 bytes each; others are read again when needed',
  }),
  rowRetentionDays: integer({
    min: 1,
    max: 3_650,
    default: 400,
    help: 'how many days counted numbers are kept',
  }),
  log: {
    level: choice({
      values: ['error', 'warn', 'info', 'debug'],
      default: 'info',
      live: true,
      help: 'least important lines to print',
    }),
  },
  demo: {
    seed: integer({
      min: 0,
      max: 2 ** 32 - 1,
      default: 1,
      help: 'the demo world that is played; the same number is the same world',
    }),
    messagesPerSecond: integer({
      min: 0,
      max: 20_000,
      default: 40,
      help: 'messages per second over all channels of the demo world, on average',
    }),
  },
} as const

export type Settings = ValuesOf<typeof settingsTable>
export type { ChannelSetting }

/** Rules between settings; a sentence for each that is broken. */
export function settingsConflicts(settings: Settings): string[] {
  const conflicts: string[] = []
  const { spoolMs, horizonMs, logRetentionMs, moments, twitch } = settings
  if (logRetentionMs <= spoolMs + horizonMs) {
    conflicts.push(
      `logRetentionMs is ${logRetentionMs}, but must exceed spoolMs + horizonMs, which is ${spoolMs + horizonMs}: ` +
        'a restart reads that far back.',
    )
  }
  if (moments.calmPercent > moments.surgePercent) {
    conflicts.push(
      `moments.calmPercent is ${moments.calmPercent}, but must not exceed moments.surgePercent, which is ${moments.surgePercent}: ` +
        'a surge would be over as it begins.',
    )
  }
  if (twitch.username !== '' && twitch.token === null) {
    conflicts.push('twitch.username is set without twitch.token: set both, or none to read anonymously.')
  }
  if (twitch.username === '' && twitch.token !== null) {
    conflicts.push('twitch.token is set without twitch.username: set both, or none to read anonymously.')
  }
  return [...conflicts, ...clusterConflicts(settings)]
}

/** Every secret text in force, so that the log can leave them out. */
export function secretsOf(settings: Settings): string[] {
  const { twitch, adminToken, kafka, cassandra } = settings
  return [twitch.token, adminToken, kafka.password, cassandra.password].filter((value) => value !== null)
}

function hostItem(host: string): Parsed<string> {
  return HOST.test(host.trim())
    ? { ok: true, value: host.trim().toLowerCase() }
    : { ok: false, needed: 'host names without a port are needed' }
}

function webAddress(address: string): string | null {
  const url = URL.parse(address)
  const fits =
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    url.hash === '' &&
    url.search === '' &&
    url.username === ''
  return fits ? null : 'an address that starts with https:// or http://, without a query, is needed'
}

function providerItem(name: string): Parsed<EmoteProvider> {
  const provider = name.trim().toLowerCase()
  return isEmoteProvider(provider)
    ? { ok: true, value: provider }
    : { ok: false, needed: `a list of ${EMOTE_PROVIDERS.join(', ')} is needed` }
}

function providerAddress(address: string, name: string) {
  return text({
    default: address,
    check: webAddress,
    schema: { pattern: '^https?://' },
    help: `where ${name} is asked for emotes, up to the version in its paths`,
  })
}

function webSocketAddress(address: string): string | null {
  const url = URL.parse(address)
  const fits = url !== null && (url.protocol === 'ws:' || url.protocol === 'wss:') && url.hash === ''
  return fits ? null : 'an address that starts with ws:// or wss:// is needed'
}
