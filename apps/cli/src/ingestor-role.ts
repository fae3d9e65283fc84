/** The ingestor as a role: chat lines of the wanted channels into the log. */
import { resolve } from 'node:path'
import { CONNECTIONS_SHOWN_MAX } from '@smacktalk/contract'
import { createSettingsBook, startIngestor } from '@smacktalk/ingestor'
import { readWatched } from '@smacktalk/instances'
import type { LoadedSettings } from '@smacktalk/runtime'
import type { WantedChannels } from '@smacktalk/wanted-channels'
import { type ChatOrigin, openDemoOrigin, openTwitchOrigin } from './chat-origin.ts'
import { configuredChannels } from './configured-channels.ts'
import { giveSigns, type RoleParts, type RunningRole } from './role.ts'
import { publishIngestorFigures } from './role-figures.ts'

export interface IngestorRoleParts extends RoleParts {
  readonly wanted: WantedChannels
  /** Names this ingestor in its records; two at once need two names. */
  readonly ingestorId: string
}

export async function openIngestorRole(parts: IngestorRoleParts): Promise<RunningRole> {
  const { scope, log, store, clock, logger, metrics, signal, say, wanted, ingestorId, source } = parts
  const { settings } = parts.loaded
  say('Starting the ingestor ...')
  const openOrigin = source.kind === 'demo' ? openDemoOrigin : openTwitchOrigin
  const origin = scope.use(
    'the source of chat',
    await openOrigin({ settings, log, store, clock, logger: logger.child({ role: 'source' }), signal }),
  )
  const ingestorSettings = (loaded: LoadedSettings) => ({
    bots: loaded.settings.bots,
    optOut: loaded.settings.optOut,
    channels: configuredChannels(loaded, source.kind, origin.logins),
  })
  const ingestor = scope.use(
    'the ingestor',
    await startIngestor({
      log,
      store,
      clock,
      logger: logger.child({ role: 'ingestor' }),
      settings: ingestorSettings(parts.loaded),
      wanted,
      openSource: origin.openSource,
      ingestorId,
      watched: () => readWatched(store),
      spool: parts.kind === 'cluster' ? spoolOf(parts) : null,
    }),
  )
  publishIngestorFigures(metrics, ingestor)
  const signs = giveSigns(parts, 'ingestor', () => {
    const { wanted, joined, source, hops, troubles } = ingestor.figures()
    const { confirmed } = source
    const connections = source.connections.slice(0, CONNECTIONS_SHOWN_MAX)
    return { wanted, joined, confirmed, connections, hops: [...hops], troubles: [...troubles] }
  })
  const past = importPast(origin, parts)
  return {
    running: [origin.finished, past, ingestor.finished, signs],
    applySettings: (loaded) => ingestor.updateSettings(ingestorSettings(loaded)),
  }
}

/**
 * Where records wait that the cluster's log does not take: a folder per source and log, shared by the ingestors of a
 * machine, so that a new one takes over what a dead one left. The embedded log lies on the same disk and needs none.
 */
function spoolOf({ loaded: { settings }, source }: RoleParts) {
  const { dataDir, spoolMs, logRetentionMs, kafka } = settings
  return {
    directory: resolve(dataDir, source.kind, 'spool', `${kafka.topicPrefix}chat`),
    spoolMs,
    logRetentionMs,
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
