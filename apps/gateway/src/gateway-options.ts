/** What the gateway is given: everything it uses from outside, so that tests bring their own. */
import type { InstanceFigures } from '@smacktalk/instances'
import type { Clock, EventLog, RowStore } from '@smacktalk/ports'
import type { Health, Logger, Metrics } from '@smacktalk/runtime'
import type { WantedChannels } from '@smacktalk/wanted-channels'

export interface GatewaySettings {
  readonly host: string
  /** 0 is any free one. */
  readonly port: number
  /** Null: changes are allowed from the loopback address only (interface.md). */
  readonly adminToken: string | null
  /** Logins counted as bots in every channel, for `/status`; a function is asked each time, as they may change. */
  readonly bots: readonly string[] | (() => readonly string[])
  /** Ids and logins of people who are not to be named, asked each time; beside those of the channels' settings. */
  readonly optOut?: () => readonly string[]
  readonly backend: 'embedded' | 'cluster'
  /** Words left out of top words; the fold's. Those of the contract by default. */
  readonly stopWords?: readonly string[]
  /** Host names besides loopback under which changes without a token are taken. */
  readonly hosts?: readonly string[]
}

/** The list of wanted channels, shared with the ingestors. */
export type WantedList = Pick<WantedChannels, 'all' | 'imported' | 'add' | 'remove'>

export type SourceKind = 'twitch' | 'demo'

export interface SourceInfo {
  readonly kind: SourceKind
  /** Whether Twitch answers, so that demo data need not be shown any longer. */
  twitchReachable(): boolean
  /**
   * Changes the source; may end and replace this gateway, so nobody inside it waits for that. Null where a gateway
   * cannot: in a cluster, where ingestors are other processes.
   */
  readonly switchTo: ((source: SourceKind) => Promise<void>) | null
}

export interface GatewayOptions {
  readonly log: EventLog
  readonly store: RowStore
  readonly clock: Clock
  readonly logger: Logger
  readonly settings: GatewaySettings
  readonly wanted: WantedList
  readonly sourceInfo: SourceInfo
  /** The built dashboard; without it only the API is served. */
  readonly staticDirectory: string | null
  readonly version: string
  readonly signal: AbortSignal
  /** Shared by the roles of one process; the gateway makes its own when there are none. */
  readonly health?: Health
  readonly metrics?: Metrics
}

export interface Gateway extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** What only it knows of its row in `instances`. */
  figures(): Required<Pick<InstanceFigures, 'troubles' | 'hops' | 'clients'>>
  /** Resolves when the gateway has stopped; rejects when it cannot go on (the reason is logged too). */
  readonly finished: Promise<void>
}
