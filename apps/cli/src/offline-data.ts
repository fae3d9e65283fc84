/** The data of a product that does not run, for commands that work on it alone. */
import { resolve } from 'node:path'
import { type Backend, openBackend } from '@smacktalk/backend'
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
  readonly directory: string
}

/** The settings that the options and the surroundings give. Throws SettingsError. */
export function offlineSettings(values: OptionValues, terminal: Terminal): LoadedSettings {
  const overrides = { source: values['source'], dataDir: values['data-dir'] }
  const loaded = loadSettings({ env: process.env, cwd: process.cwd(), config: values['config'], overrides })
  for (const warning of loaded.warnings) terminal.say(warning)
  return loaded
}

/** Opens the data until the scope closes. Throws DataLockedError while a product works on them. */
export async function openOfflineData(settings: Settings, scope: NamedScope): Promise<OfflineData> {
  // Standard output is for what the command answers.
  const write = (line: string): void => {
    process.stderr.write(line)
  }
  const level = settings.log.level === 'info' ? 'warn' : settings.log.level
  const logger = createLogger({ level, secrets: secretsOf(settings), write })
  const directory = resolve(settings.dataDir, settings.source === 'demo' ? 'demo' : 'twitch')
  const options = { clock: systemClock, logger, directory }
  return { settings, logger, directory, backend: scope.use('the data', await openBackend(settings, options)) }
}
