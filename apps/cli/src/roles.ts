/** Every role over one backend, opened and closed as one. */
import { openBackend, type Patience } from '@smacktalk/backend'
import type { SourceInfo } from '@smacktalk/gateway'
import { PROCESS_TOKEN } from '@smacktalk/instances'
import type { Clock } from '@smacktalk/ports'
import type { Health, LoadedSettings, Logger, Metrics } from '@smacktalk/runtime'
import { firstFailure } from './first-failure.ts'
import { checkPort, openGatewayRole } from './gateway-role.ts'
import { openIngestorRole } from './ingestor-role.ts'
import { NamedScope } from './named-scope.ts'
import { followWantedChannels, type RoleParts } from './role.ts'
import { openStreamJobRole } from './stream-job-role.ts'

/** The lock of embedded data makes sure that one process works on them, so its ingestor needs no name of its own. */
const EMBEDDED_INGESTOR_ID = 'all'

export interface RolesOptions {
  readonly loaded: LoadedSettings
  readonly source: SourceInfo
  /** Folder of this source's data, when they are embedded. */
  readonly directory: string
  /** Port of the pages; 0 is any free one. */
  readonly port: number
  readonly clock: Clock
  readonly logger: Logger
  readonly health: Health
  readonly metrics: Metrics
  readonly patience: Patience
  /** Aborted when somebody stops the program; what is not open yet then opens as briefly as it can. */
  readonly signal: AbortSignal
  /** One line for a person, before each step that may take a moment. */
  say(line: string): void
}

/** Closes in reverse order of opening when disposed. */
export interface Roles extends AsyncDisposable {
  readonly port: number
  /** Wanted channels at this moment. */
  logins(): string[]
  /** Rejects when a role cannot go on; never resolves. */
  readonly failed: Promise<never>
  applySettings(loaded: LoadedSettings): Promise<void>
  /** What is being closed right now. */
  closing(): string | null
}

/** Opens backend, stream job, ingestor and gateway, in this order. */
export async function openRoles(options: RolesOptions): Promise<Roles> {
  const scope = new NamedScope()
  try {
    return await openInto(scope, options)
  } catch (error) {
    await scope[Symbol.asyncDispose]()
    throw error
  }
}

async function openInto(scope: NamedScope, options: RolesOptions): Promise<Roles> {
  const { loaded, source, directory, port, clock, logger, patience, say } = options
  const { settings } = loaded
  const isEmbedded = settings.backend === 'embedded'
  say(isEmbedded ? `Opening the data in ${directory} ...` : 'Opening the data in Kafka and Cassandra ...')
  const backend = scope.use(
    'the data',
    await openBackend(settings, {
      clock,
      logger: logger.child({ role: 'backend' }),
      directory,
      source: source.kind,
      clientId: `all-${PROCESS_TOKEN}`,
      patience,
    }),
  )
  // After the lock: who starts the same twice is to hear of the data, not of the port; before anything is heard.
  await checkPort(settings.http.host, port)

  const { log, store, kind } = backend
  const parts: RoleParts = { ...options, scope, log, store, kind }
  const wanted = await followWantedChannels(parts)
  const job = await openStreamJobRole(parts)
  const ingestorId = isEmbedded ? EMBEDDED_INGESTOR_ID : PROCESS_TOKEN
  const ingestor = await openIngestorRole({ ...parts, wanted, ingestorId })
  const gateway = await openGatewayRole({ ...parts, wanted, port })

  const roles = [job, ingestor, gateway]
  return {
    port: gateway.port,
    logins: () => wanted.all().map(({ login }) => login),
    failed: firstFailure([backend.failed, wanted.finished, ...roles.flatMap(({ running }) => running)]),
    async applySettings(loaded) {
      for (const role of roles) await role.applySettings(loaded)
    },
    closing: () => scope.closing,
    [Symbol.asyncDispose]: () => scope[Symbol.asyncDispose](),
  }
}
