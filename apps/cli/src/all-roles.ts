/** Every role in one process, for one source after the other. */
import { resolve } from 'node:path'
import {
  createLogger,
  createMetrics,
  Health,
  type LoadedSettings,
  type LoadOptions,
  loadSettings,
  type RootLogger,
  type SettingsChange,
  secretsOf,
  systemClock,
  watchSettings,
} from '@smacktalk/runtime'
import { openDemoOrigin, openTwitchOrigin } from './chat-origin.ts'
import type { SourceKind } from './configured-channels.ts'
import { readyText } from './ready-text.ts'
import { openRoles, type Roles } from './roles.ts'
import { chooseSource } from './source-choice.ts'
import type { Terminal } from './terminal.ts'
import { VERSION } from './version.ts'
import { ReachWatch } from './web-socket-reach.ts'

/** Runs until a signal; a change of the source closes all roles and opens them over the other data. */
export class AllRoles {
  readonly #options: LoadOptions
  readonly #terminal: Terminal
  readonly #logger: RootLogger
  readonly #clock = systemClock
  readonly #health = new Health(systemClock)
  readonly #metrics = createMetrics()
  #loaded: LoadedSettings
  #roles: Roles | null = null
  /** The port in use stays the same when the source changes, so that open pages find their way back. */
  #port: number

  /** Reads the settings; throws SettingsError. */
  constructor(options: LoadOptions, terminal: Terminal) {
    this.#options = options
    this.#terminal = terminal
    this.#loaded = loadSettings(options)
    const { settings, warnings } = this.#loaded
    this.#port = settings.http.port
    this.#logger = createLogger({ level: settings.log.level, secrets: secretsOf(settings) })
    for (const warning of warnings) terminal.say(warning)
  }

  /** What is being closed right now, should a stop take too long. */
  closing(): string | null {
    return this.#roles?.closing() ?? null
  }

  async run(signal: AbortSignal): Promise<void> {
    const { say } = this.#terminal
    say(`Smacktalk ${VERSION}`)
    using _watch = watchSettings(this.#options, this.#loaded, {
      changed: (change) => this.#apply(change),
      refused: (reason) => say(reason),
    })
    let source = await chooseSource(this.#loaded.settings, this.#terminal, signal)
    let chosen = false
    while (!signal.aborted) {
      const next = await this.#play(source, chosen, signal)
      if (next === null) break
      say(`Changing to ${next === 'demo' ? 'the demo world' : 'Twitch'} ...`)
      source = next
      chosen = true
    }
    say('Stopped.')
  }

  /** All roles over one source, until the signal (null) or until somebody asks for another source. */
  async #play(source: SourceKind, chosen: boolean, signal: AbortSignal): Promise<SourceKind | null> {
    const change = Promise.withResolvers<SourceKind | null>()
    const stop = (): void => change.resolve(null)
    signal.addEventListener('abort', stop, { once: true })
    const { settings } = this.#loaded
    await using reachWatch =
      source === 'demo' && settings.source === 'auto' ? this.#watchTwitch(chosen) : null
    await using roles = await openRoles({
      loaded: this.#loaded,
      source: {
        kind: source,
        twitchReachable: () => reachWatch?.reachable ?? source === 'twitch',
        switchTo: async (wish) => change.resolve(wish),
      },
      openOrigin: source === 'demo' ? openDemoOrigin : openTwitchOrigin,
      directory: resolve(this.#options.cwd, settings.dataDir, source),
      port: this.#port,
      clock: this.#clock,
      logger: this.#logger,
      health: this.#health,
      metrics: this.#metrics,
      signal,
      say: this.#terminal.say,
    })
    this.#port = roles.port
    this.#roles = roles
    // The file may have changed while the roles were opened.
    if (settings !== this.#loaded.settings) await roles.applySettings(this.#loaded)
    this.#terminal.say(readyText({ settings, source, port: roles.port, logins: roles.logins() }))
    try {
      if (signal.aborted) stop()
      return await Promise.race([change.promise, roles.failed])
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  #watchTwitch(atOnce: boolean): ReachWatch {
    return new ReachWatch(this.#loaded.settings.twitch.url, this.#clock, atOnce, (reachable) => {
      this.#terminal.say(
        reachable
          ? 'Twitch answers again: the page offers to change to it.'
          : 'Twitch no longer answers; the demo world goes on.',
      )
    })
  }

  #apply(change: SettingsChange): void {
    const { say } = this.#terminal
    this.#loaded = change
    for (const warning of change.warnings) say(warning)
    say(`${change.file.path} changed: ${change.changed.join(', ')}.`)
    if (change.afterRestart.length > 0) say(`After a restart only: ${change.afterRestart.join(', ')}.`)
    this.#logger.setLevel(change.settings.log.level)
    this.#roles?.applySettings(change).catch((error: unknown) => {
      this.#logger.error('The changed settings could not be applied', { error })
    })
  }
}
