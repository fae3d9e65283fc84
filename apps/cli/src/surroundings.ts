/** What every process that plays roles has: settings that are read again when they change, a log, health, figures. */
import type { Patience } from '@smacktalk/backend'
import {
  type Condition,
  createLogger,
  createMetrics,
  Health,
  type LoadedSettings,
  type LoadOptions,
  loadSettings,
  openHealthServer,
  type RootLogger,
  type SettingsChange,
  secretsOf,
  systemClock,
  watchSettings,
} from '@smacktalk/runtime'
import type { Terminal } from './terminal.ts'

export class Surroundings {
  readonly options: LoadOptions
  readonly terminal: Terminal
  readonly clock = systemClock
  readonly health = new Health(systemClock)
  readonly metrics = createMetrics()
  readonly logger: RootLogger
  #loaded: LoadedSettings

  /** Reads the settings; throws SettingsError. */
  constructor(options: LoadOptions, terminal: Terminal) {
    this.options = options
    this.terminal = terminal
    this.#loaded = loadSettings(options)
    const { settings, warnings } = this.#loaded
    this.logger = createLogger({ level: settings.log.level, secrets: secretsOf(settings) })
    for (const warning of warnings) terminal.say(warning)
  }

  /** The settings in force. */
  get loaded(): LoadedSettings {
    return this.#loaded
  }

  /** Reads the file again whenever it changes; `apply` hands what it says to what runs, if anything does yet. */
  watch(apply: (loaded: LoadedSettings) => Promise<void> | undefined): Disposable {
    return watchSettings(this.options, this.#loaded, {
      changed: (change) => this.#change(change, apply),
      refused: (reason) => this.terminal.say(reason),
    })
  }

  /** Health and metrics on a port of their own, from before anything else is open until disposed. */
  async serveHealth(): Promise<AsyncDisposable> {
    const { http, health } = this.#loaded.settings
    const server = await openHealthServer({
      host: http.host,
      port: health.port,
      health: this.health,
      metrics: this.metrics,
      logger: this.logger,
    })
    this.terminal.say(`Health and metrics: ${server.url}/healthz, /readyz, /metrics`)
    return server
  }

  /** What roles take over from here as it is. */
  forRoles(signal: AbortSignal) {
    const { clock, logger, health, metrics, terminal } = this
    return { clock, logger, health, metrics, signal, say: terminal.say, patience: this.#patience(signal) }
  }

  /** Servers that are away are waited for, with a line each few seconds, and unreadiness. */
  #patience(signal: AbortSignal): Patience {
    const { terminal, health } = this
    const conditions = new Map<string, Condition>()
    return {
      signal,
      waiting({ what, reason, isNeeded }) {
        terminal.say(reason === null ? `${what} answers.` : `Waiting for ${what}. ${reason}`)
        if (!isNeeded) return
        const condition = conditions.get(what) ?? health.condition(what)
        conditions.set(what, condition)
        if (reason === null) condition.met()
        else condition.unmet(reason)
      },
    }
  }

  #change(change: SettingsChange, apply: (loaded: LoadedSettings) => Promise<void> | undefined): void {
    const { say } = this.terminal
    this.#loaded = change
    for (const warning of change.warnings) say(warning)
    say(`${change.file.path} changed: ${change.changed.join(', ')}.`)
    if (change.afterRestart.length > 0) say(`After a restart only: ${change.afterRestart.join(', ')}.`)
    this.logger.setLevel(change.settings.log.level)
    apply(change)?.catch((error: unknown) => {
      this.logger.error('The changed settings could not be applied', { error })
    })
  }
}

/** Runs; that the signal ended what was still being opened is no failure. */
export async function unlessStopped(signal: AbortSignal, run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error
  }
}
