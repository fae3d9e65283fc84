/** The ingestor as a role: chat lines of the wanted channels into the log. */
import { resolve } from 'node:path'
import { ANONYMOUS, CONNECTIONS_SHOWN_MAX } from '@smacktalk/contract'
import {
  type ChannelsToHear,
  createSettingsBook,
  type IngestGroup,
  type Ingestor,
  openIngestGroup,
  startIngestor,
} from '@smacktalk/ingestor'
import { instanceId, readWatched } from '@smacktalk/instances'
import { PipelineError } from '@smacktalk/ports'
import type { LoadedSettings, Settings } from '@smacktalk/runtime'
import { lockSpoolFolder } from '@smacktalk/spool'
import {
  createHistoryService,
  createJoinBudget,
  createJoinFile,
  type JoinMemory,
  openThirdPartyEmotes,
} from '@smacktalk/twitch'
import { type ChatOrigin, openDemoOrigin, openTwitchOrigin } from './chat-origin.ts'
import { configuredChannels } from './configured-channels.ts'
import { giveSigns, type RoleParts, type RunningRole } from './role.ts'
import { publishIngestorFigures } from './role-figures.ts'

export interface IngestorRoleParts extends RoleParts {
  readonly wanted: ChannelsToHear
  /** Names this ingestor in its records; two at once need two names. */
  readonly ingestorId: string
}

export async function openIngestorRole(parts: IngestorRoleParts): Promise<RunningRole> {
  const { scope, log, store, clock, logger, metrics, signal, say, wanted, ingestorId, source } = parts
  const { settings } = parts.loaded
  say('Starting the ingestor ...')
  const spool = parts.kind === 'cluster' ? spoolOf(parts) : null
  if (spool !== null) takeSpoolFolder(spool.directory, parts)
  // Two demo worlds would be two worlds: there an ingestor is alone.
  const isShared = parts.kind === 'cluster' && source.kind === 'twitch'
  const belonging = {
    ingestor: ingestorId,
    ingestGroup: isShared ? settings.ingestGroup : null,
    identity: isShared ? identityOf(settings) : null,
  }
  let ingestor: Ingestor | null = null
  // First of all, because others divide the JOINs with us from now on.
  const signs = giveSigns(parts, 'ingestor', () => {
    if (ingestor === null) return belonging
    const { wanted, joined, source, hops, troubles, emoteSources } = ingestor.figures()
    const { confirmed } = source
    const connections = source.connections.slice(0, CONNECTIONS_SHOWN_MAX)
    const lists = { connections, emoteSources: [...emoteSources], hops: [...hops], troubles: [...troubles] }
    return { ...belonging, wanted, joined, confirmed, ...lists }
  })
  const joinMemory = joinMemoryOf(parts)
  const group = isShared ? scope.use('the group of ingestors', await openGroup(parts, joinMemory)) : null
  const openOrigin = source.kind === 'demo' ? openDemoOrigin : openTwitchOrigin
  const origin = scope.use(
    'the source of chat',
    await openOrigin({
      ...{ settings, log, store, clock, logger: logger.child({ role: 'source' }), signal },
      joinBudget: group?.joinBudget ?? createJoinBudget(undefined, undefined, undefined, joinMemory),
    }),
  )
  const ingestorSettings = (loaded: LoadedSettings) => ({
    bots: loaded.settings.bots,
    optOut: loaded.settings.optOut,
    moments: loaded.settings.moments,
    channels: configuredChannels(loaded, source.kind, origin.logins),
  })
  const emotes = scope.use(
    'the emotes of other providers',
    await openThirdPartyEmotes({
      providers: providersOf(settings, origin),
      folder: resolve(settings.dataDir, source.kind, 'emotes'),
      refreshMs: settings.emotes.refreshMs,
      clock,
      log: logger.child({ role: 'emotes' }),
    }),
  )
  const running = scope.use(
    'the ingestor',
    await startIngestor({
      log,
      store,
      clock,
      logger: logger.child({ role: 'ingestor' }),
      settings: ingestorSettings(parts.loaded),
      wanted,
      group,
      openSource: origin.openSource,
      ingestorId,
      watched: () => readWatched(store),
      spool,
      backfillFrom: backfillSourceOf(parts),
      emotes,
    }),
  )
  ingestor = running
  // First of all at a stop, so that what this one hears others hear before it goes.
  if (group !== null) scope.defer('the group', () => group.leave(() => running.figures().wanted === 0))
  publishIngestorFigures(metrics, running)
  const past = importPast(origin, parts)
  const others = [origin.finished, past, emotes.finished, ...(group === null ? [] : [group.finished])]
  return {
    running: [running.finished, signs, ...others],
    applySettings: (loaded) => running.updateSettings(ingestorSettings(loaded)),
  }
}

function openGroup(parts: IngestorRoleParts, joinMemory: JoinMemory): Promise<IngestGroup> {
  const { log, store, clock, logger, ingestorId } = parts
  const { settings } = parts.loaded
  return openIngestGroup({
    ...{ log, store, clock, ingestorId, joinMemory },
    logger: logger.child({ role: 'ingest group' }),
    group: settings.ingestGroup,
    identity: identityOf(settings),
    instanceId: instanceId('ingestor'),
  })
}

/** Whom Twitch counts our JOINs for. */
function identityOf({ twitch }: Settings): string {
  return twitch.token === null ? ANONYMOUS : twitch.username.toLowerCase()
}

/** JOINs of a process that was here a moment ago count with ours. */
function joinMemoryOf({ loaded: { settings }, source, logger }: RoleParts): JoinMemory {
  return createJoinFile({
    path: resolve(settings.dataDir, source.kind, 'joins.json'),
    of: `${settings.twitch.url} ${identityOf(settings)}`,
    log: logger.child({ role: 'source' }),
  })
}

/** Who is asked for what was not heard; nobody knows the demo world's past. */
function backfillSourceOf({ loaded: { settings }, source }: RoleParts) {
  const { history } = settings
  // What is older than either is late when it comes (metrics.md), and would be asked for in vain.
  const horizonMs = Math.min(settings.horizonMs, settings.spoolMs)
  return history.url === '' || source.kind === 'demo'
    ? null
    : { ask: createHistoryService(history.url), horizonMs }
}

/** The demo world has providers of its own. */
function providersOf({ emotes }: Settings, { emotesUrl }: ChatOrigin) {
  const { providers, bttvUrl, ffzUrl, sevenTvUrl } = emotes
  const own = { bttv: bttvUrl, ffz: ffzUrl, '7tv': sevenTvUrl }
  return providers.map((provider) => ({ provider, url: emotesUrl ?? own[provider].replace(/\/$/, '') }))
}

/** Where records wait that the cluster's log does not take. The embedded log lies on the same disk and needs none. */
function spoolOf({ loaded: { settings }, source }: RoleParts) {
  const { dataDir, spoolMs, spoolBytes, logRetentionMs, kafka } = settings
  return {
    directory: resolve(dataDir, source.kind, 'spool', `${kafka.topicPrefix}chat`),
    spoolMs,
    bytesMax: spoolBytes,
    logRetentionMs,
  }
}

/**
 * Throws DataLockedError when another ingestor has it. A folder that cannot be used at all is told by the spool as soon
 * as it is needed, and hearing goes on without it.
 */
function takeSpoolFolder(directory: string, { scope, logger }: RoleParts): void {
  try {
    const lock = lockSpoolFolder(directory)
    scope.defer('the spool folder', () => lock[Symbol.dispose]())
  } catch (error) {
    if (!(error instanceof PipelineError && error.retriable)) throw error
    logger.warn({ err: error, hint: error.hint }, 'the spool folder cannot be used now')
  }
}

/** Goes on beside everything else, so that nobody need wait for it. */
async function importPast(origin: ChatOrigin, parts: IngestorRoleParts): Promise<void> {
  if (origin.importPast === null) return
  const stopping = new AbortController()
  const { scope, ingestorId, say } = parts
  const { of: settingsOf } = createSettingsBook({ ...parts.loaded.settings, channels: [] })
  say('Importing the last two hours of the demo world in the background ...')
  const past = origin.importPast({ signal: stopping.signal, ingestorId, settingsOf })
  scope.defer('the import of the past', async () => {
    stopping.abort()
    await past
  })
  await past
  if (!stopping.signal.aborted) say('The last two hours of the demo world are imported.')
}
