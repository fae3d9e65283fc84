/** What a role is given and what it gives back; the same whether it runs alone or beside the others. */
import type { Backend } from '@smacktalk/backend'
import type { Role } from '@smacktalk/contract'
import type { SourceInfo } from '@smacktalk/gateway'
import { announce, type InstanceFigures, instanceId } from '@smacktalk/instances'
import type { Clock, EventLog, PipelineError, RowStore } from '@smacktalk/ports'
import type { Health, LoadedSettings, Logger, Metrics } from '@smacktalk/runtime'
import { openWantedChannels, type WantedChannels } from '@smacktalk/wanted-channels'
import type { NamedScope } from './named-scope.ts'
import { VERSION } from './version.ts'

export interface RoleParts {
  /** Closes what a role opens, in reverse order. */
  readonly scope: NamedScope
  /** The settings at the start. */
  readonly loaded: LoadedSettings
  readonly source: SourceInfo
  readonly kind: Backend['kind']
  readonly log: EventLog
  readonly store: RowStore
  readonly clock: Clock
  readonly logger: Logger
  readonly health: Health
  readonly metrics: Metrics
  /** Aborted when somebody stops the program; what is not open yet then opens as briefly as it can. */
  readonly signal: AbortSignal
  /** One line for a person, before each step that may take a moment. */
  say(line: string): void
}

export interface RunningRole {
  /** Each resolves at a stop and rejects with what made going on impossible. */
  readonly running: readonly Promise<void>[]
  applySettings(loaded: LoadedSettings): Promise<void>
}

/** The list of wanted channels, followed until the scope closes. */
export async function followWantedChannels(parts: RoleParts): Promise<WantedChannels> {
  const { scope, log, clock, logger, signal } = parts
  const following = new AbortController()
  const wanted = await openWantedChannels({
    log,
    clock,
    // A stop ends the wait for a log that is away.
    signal: AbortSignal.any([following.signal, signal]),
    logger: logger.child({ role: 'wanted channels' }),
  })
  scope.defer('the list of channels', () => {
    following.abort()
    return wanted.finished
  })
  signal.throwIfAborted()
  return wanted
}

/** Says every second that the role is alive; gives back when that has become impossible. */
export function giveSigns(
  parts: RoleParts,
  role: Role,
  figures: () => InstanceFigures,
  onSign: (trouble: PipelineError | null) => void = () => {},
): Promise<void> {
  const { scope, store, clock, logger } = parts
  const announcement = announce({
    store,
    clock,
    logger: logger.child({ role: 'sign of life' }),
    id: instanceId(role),
    role,
    version: VERSION,
    figures,
    onSign,
  })
  scope.use('the sign of life', announcement)
  return announcement.finished
}
