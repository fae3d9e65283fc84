/** Every role over one backend, opened and closed as one. */
import { createServer } from 'node:http'
import { openBackend } from '@smacktalk/backend'
import { type SourceInfo, startGateway } from '@smacktalk/gateway'
import { createSettingsBook, startIngestor } from '@smacktalk/ingestor'
import type { Clock } from '@smacktalk/ports'
import { type Health, type LoadedSettings, type Logger, listen, type Metrics } from '@smacktalk/runtime'
import { startStreamJob } from '@smacktalk/stream-job'
import { openWantedChannels } from '@smacktalk/wanted-channels'
import type { ChatOrigin, OpenOrigin } from './chat-origin.ts'
import { configuredChannels } from './configured-channels.ts'
import { dashboardFolder } from './dashboard-folder.ts'
import { foldSettings } from './fold-settings.ts'
import { NamedScope } from './named-scope.ts'
import { publishFigures } from './role-figures.ts'
import { VERSION } from './version.ts'

/** The data's lock makes sure that one process works on them, so its ingestor needs no name of its own. */
const INGESTOR_ID = 'all'

export interface RolesOptions {
  readonly loaded: LoadedSettings
  readonly source: SourceInfo
  /** Opens the way to the source's chat lines. */
  readonly openOrigin: OpenOrigin
  /** Folder of this source's data. */
  readonly directory: string
  /** Port of the pages; 0 is any free one. */
  readonly port: number
  readonly clock: Clock
  readonly logger: Logger
  readonly health: Health
  readonly metrics: Metrics
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
  const { clock, logger, metrics, say } = options
  const { settings } = options.loaded
  let current = options.loaded
  const named = (role: string): Logger => logger.child({ role })

  say(`Opening the data in ${options.directory} ...`)
  const backendOptions = { clock, logger: named('backend'), directory: options.directory }
  const backend = scope.use('the data', await openBackend(settings, backendOptions))
  const { log, store } = backend
  // After the lock: who starts the same twice is to hear of the data, not of the port; before anything is heard.
  await checkPort(settings.http.host, options.port)

  const following = new AbortController()
  const wantedOptions = { log, clock, signal: following.signal, logger: named('wanted channels') }
  const wanted = await openWantedChannels(wantedOptions)
  scope.defer('the list of channels', () => {
    following.abort()
    return wanted.finished
  })

  say('Starting the stream job ...')
  const fold = foldSettings(settings)
  const jobOptions = { log, store, clock, logger: named('stream job'), fold }
  const job = scope.use('the stream job', startStreamJob(jobOptions))

  say('Starting the ingestor ...')
  const origin = scope.use(
    'the source of chat',
    await options.openOrigin({
      settings,
      log,
      store,
      clock,
      logger: named('source'),
      signal: options.signal,
    }),
  )
  const ingestorSettings = (loaded: LoadedSettings) => ({
    bots: loaded.settings.bots,
    optOut: loaded.settings.optOut,
    channels: configuredChannels(loaded, options.source.kind, origin.logins),
  })
  const ingestor = scope.use(
    'the ingestor',
    await startIngestor({
      log,
      store,
      clock,
      logger: named('ingestor'),
      settings: ingestorSettings(options.loaded),
      wanted,
      openSource: origin.openSource,
      ingestorId: INGESTOR_ID,
    }),
  )
  publishFigures(metrics, job, ingestor)
  const past = importPast(scope, origin, options)

  say('Starting the gateway ...')
  const serving = new AbortController()
  const gateway = scope.use(
    'the gateway',
    await startGateway({
      log,
      store,
      clock,
      logger: named('gateway'),
      settings: {
        host: settings.http.host,
        port: options.port,
        adminToken: settings.adminToken,
        bots: () => current.settings.bots,
        stopWords: settings.stopWords,
        backend: backend.kind,
        hosts: settings.http.hosts,
      },
      wanted,
      sourceInfo: options.source,
      staticDirectory: dashboardFolder(),
      version: VERSION,
      signal: serving.signal,
      health: options.health,
      metrics,
    }),
  )

  const running = [wanted.finished, job.finished, origin.finished, past, ingestor.finished, gateway.finished]
  return {
    port: gateway.port,
    logins: () => wanted.all().map(({ login }) => login),
    failed: firstFailure(running),
    applySettings(loaded) {
      current = loaded
      return ingestor.updateSettings(ingestorSettings(loaded))
    },
    closing: () => scope.closing,
    [Symbol.asyncDispose]: () => scope[Symbol.asyncDispose](),
  }
}

/** Throws PortInUseError before data are changed and channels joined, not when the pages come last. */
async function checkPort(host: string, port: number): Promise<void> {
  if (port === 0) return
  const server = createServer()
  await listen(server, host, port)
  await new Promise((resolve) => server.close(resolve))
}

/** Goes on beside everything else, so that the page need not wait for it. */
async function importPast(scope: NamedScope, origin: ChatOrigin, options: RolesOptions): Promise<void> {
  if (origin.importPast === null) return
  const stopping = new AbortController()
  const { settings } = options.loaded
  const { of: settingsOf } = createSettingsBook({ ...settings, channels: [] })
  options.say('Importing the last two hours of the demo world in the background ...')
  const past = origin.importPast({ signal: stopping.signal, ingestorId: INGESTOR_ID, settingsOf })
  scope.defer('the import of the past', async () => {
    stopping.abort()
    await past
  })
  await past
  if (!stopping.signal.aborted) options.say('The last two hours of the demo world are imported.')
}

/** A role that ends well says nothing; the first that fails says why. */
function firstFailure(running: readonly Promise<void>[]): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  for (const role of running) role.catch(reject)
  return promise
}
