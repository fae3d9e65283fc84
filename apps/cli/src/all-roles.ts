/** Every role in one process, for one source after the other. */
import { resolve } from 'node:path'
import type { LoadedSettings, LoadOptions } from '@smacktalk/runtime'
import { asPlayed, type SourceKind } from './configured-channels.ts'
import { fixedSource } from './fixed-source.ts'
import { readyText } from './ready-text.ts'
import { openRoles, type Roles } from './roles.ts'
import { chooseSource } from './source-choice.ts'
import { Surroundings, unlessStopped } from './surroundings.ts'
import type { Terminal } from './terminal.ts'
import { VERSION } from './version.ts'
import { ReachWatch } from './web-socket-reach.ts'

/** Runs until a signal; a change of the source closes all roles and opens them over the other data. */
export class AllRoles {
  readonly #around: Surroundings
  #roles: Roles | null = null
  /** Settings as the source of now plays them. */
  #played: (loaded: LoadedSettings) => LoadedSettings = (loaded) => loaded
  /** The port in use stays the same when the source changes, so that open pages find their way back. */
  #port: number

  /** Reads the settings; throws SettingsError. */
  constructor(options: LoadOptions, terminal: Terminal) {
    this.#around = new Surroundings(options, terminal)
    this.#port = this.#around.loaded.settings.http.port
  }

  /** What is being closed right now, should a stop take too long. */
  closing(): string | null {
    return this.#roles?.closing() ?? null
  }

  async run(signal: AbortSignal): Promise<void> {
    const { terminal } = this.#around
    terminal.say(`Smacktalk ${VERSION}`)
    using _watch = this.#around.watch((loaded) => this.#roles?.applySettings(this.#played(loaded)))
    await using _health = await this.#healthOfItsOwn()
    let source = await chooseSource(this.#around.loaded.settings, terminal, signal)
    let chosen = false
    await unlessStopped(signal, async () => {
      while (!signal.aborted) {
        const next = await this.#play(source, chosen, signal)
        if (next === null) break
        terminal.say(`Changing to ${next === 'demo' ? 'the demo world' : 'Twitch'} ...`)
        source = next
        chosen = true
      }
    })
    terminal.say('Stopped.')
  }

  /** In a cluster, whose servers may be waited for, health is asked for before the pages are served. */
  async #healthOfItsOwn(): Promise<AsyncDisposable | null> {
    return this.#around.loaded.settings.backend === 'cluster' ? this.#around.serveHealth() : null
  }

  /** All roles over one source, until the signal (null) or until somebody asks for another source. */
  async #play(source: SourceKind, chosen: boolean, signal: AbortSignal): Promise<SourceKind | null> {
    const change = Promise.withResolvers<SourceKind | null>()
    const stop = (): void => change.resolve(null)
    signal.addEventListener('abort', stop, { once: true })
    const { loaded, options, terminal } = this.#around
    const { settings } = loaded
    this.#played = (read) => asPlayed(read, source, chosen)
    await using reachWatch =
      source === 'demo' && settings.source !== 'demo' ? this.#watchTwitch(chosen) : null
    await using roles = await openRoles({
      ...this.#around.forRoles(signal),
      loaded: this.#played(loaded),
      source:
        settings.backend === 'cluster'
          ? fixedSource(source)
          : {
              kind: source,
              twitchReachable: () => reachWatch?.reachable ?? source === 'twitch',
              switchTo: async (wish) => change.resolve(wish),
            },
      directory: resolve(options.cwd, settings.dataDir, source),
      port: this.#port,
    })
    this.#port = roles.port
    this.#roles = roles
    // The file may have changed while the roles were opened.
    if (loaded !== this.#around.loaded) await roles.applySettings(this.#played(this.#around.loaded))
    terminal.say(readyText({ settings, source, port: roles.port, logins: roles.logins() }))
    try {
      if (signal.aborted) stop()
      return await Promise.race([change.promise, roles.failed])
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  #watchTwitch(atOnce: boolean): ReachWatch {
    const { loaded, clock, terminal } = this.#around
    return new ReachWatch(loaded.settings.twitch.url, clock, atOnce, (reachable) => {
      terminal.say(
        reachable
          ? 'Twitch answers again: the page offers to change to it.'
          : 'Twitch no longer answers; the demo world goes on.',
      )
    })
  }
}
