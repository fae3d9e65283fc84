/** Data for commands that run to an end: embedded ones of a product that does not run, or those of a cluster. */
import { resolve } from 'node:path'
import { type Backend, openBackend } from '@smacktalk/backend'
import { PROCESS_TOKEN } from '@smacktalk/instances'
import {
  createLogger,
  type LoadedSettings,
  type Logger,
  loadSettings,
  type Settings,
  secretsOf,
  systemClock,
} from '@smacktalk/runtime'
import type { NamedScope } from './named-scope.ts'
import type { Options, OptionValues } from './options.ts'
import { dataSource } from './source-choice.ts'
import type { Terminal } from './terminal.ts'

export const DATA_OPTIONS: Options = {
  config: { type: 'string', value: '<file>', help: 'settings file instead of smacktalk.config.json' },
  source: { type: 'string', value: '<name>', help: 'demo: the data of the demo world; else those of Twitch' },
  'data-dir': { type: 'string', value: '<folder>', help: 'setting dataDir' },
}

export interface OfflineData {
  readonly settings: Settings
  readonly backend: Backend
  readonly logger: Logger
  /** Embedded: folder of the data. */
  readonly directory: string
  /** Where the data are, for a person. */
  readonly place: string
}

/** The settings that the options and the surroundings give. Throws SettingsError. */
export function offlineSettings(values: OptionValues, terminal: Terminal): LoadedSettings {
  const overrides = { source: values['source'], dataDir: values['data-dir'] }
  const loaded = loadSettings({ env: process.env, cwd: process.cwd(), config: values['config'], overrides })
  for (const warning of loaded.warnings) terminal.say(warning)
  return loaded
}

/** Standard output is for what the command answers, so that log lines go elsewhere, and only those that matter. */
export function quietLogger(settings: Settings): Logger {
  const write = (line: string): void => {
    process.stderr.write(line)
  }
  const level = settings.log.level === 'info' ? 'warn' : settings.log.level
  return createLogger({ level, secrets: secretsOf(settings), write })
}

/** Embedded: where the data of the source are. */
export function dataFolder(settings: Settings): string {
  return resolve(settings.dataDir, dataSource(settings))
}

/**
 * Opens the data until the scope closes. Throws DataLockedError while a product works on the same embedded data, unless
 * they are only to be read.
 */
export async function openOfflineData(
  settings: Settings,
  scope: NamedScope,
  { readOnly = false } = {},
): Promise<OfflineData> {
  const logger = quietLogger(settings)
  const source = dataSource(settings)
  const directory = dataFolder(settings)
  const clientId = `command-${PROCESS_TOKEN}`
  const options = { clock: systemClock, logger, directory, source, clientId, readOnly }
  const backend = scope.use('the data', await openBackend(settings, options))
  const place = backend.kind === 'embedded' ? directory : `Kafka at ${settings.kafka.brokers.join(', ')}`
  return { settings, backend, logger, directory, place }
}
