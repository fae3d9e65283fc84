/** One role of a cluster in a process of its own. */
import { resolve } from 'node:path'
import { openBackend } from '@smacktalk/backend'
import type { Role } from '@smacktalk/contract'
import { wantedLater } from '@smacktalk/gateway'
import { wantedMeanwhile } from '@smacktalk/ingestor'
import { PROCESS_TOKEN } from '@smacktalk/instances'
import type { LoadOptions } from '@smacktalk/runtime'
import type { SourceKind } from './configured-channels.ts'
import { UsageError } from './failures.ts'
import { firstFailure } from './first-failure.ts'
import { fixedSource } from './fixed-source.ts'
import { checkPort, openGatewayRole } from './gateway-role.ts'
import { openIngestorRole } from './ingestor-role.ts'
import { NamedScope } from './named-scope.ts'
import { pageAddress } from './ready-text.ts'
import { followWantedChannels, type RoleParts, type RunningRole } from './role.ts'
import { dataSource } from './source-choice.ts'
import { openStreamJobRole } from './stream-job-role.ts'
import { Surroundings, unlessStopped } from './surroundings.ts'
import type { Terminal } from './terminal.ts'
import { VERSION } from './version.ts'

export class SingleRole {
  readonly #role: Role
  readonly #around: Surroundings
  readonly #scope = new NamedScope()
  #running: RunningRole | null = null

  /** Reads the settings; throws SettingsError, and UsageError where the role cannot run alone. */
  constructor(role: Role, options: LoadOptions, terminal: Terminal) {
    this.#role = role
    this.#around = new Surroundings(options, terminal)
    if (this.#around.loaded.settings.backend === 'cluster') return
    throw new UsageError(
      `A ${role} of its own needs the backend "cluster": embedded data belong to one process.`,
      'Set `backend` to cluster (SMACKTALK_BACKEND=cluster), or run `smacktalk all`.',
    )
  }

  /** What is being closed right now, should a stop take too long. */
  closing(): string | null {
    return this.#scope.closing
  }

  async run(signal: AbortSignal): Promise<void> {
    const { say } = this.#around.terminal
    say(`Smacktalk ${VERSION}, ${this.#role} ${PROCESS_TOKEN}`)
    using _watch = this.#around.watch((loaded) => this.#running?.applySettings(loaded))
    await using _health = await this.#around.serveHealth()
    await unlessStopped(signal, () => this.#play(signal))
    say('Stopped.')
  }

  async #play(signal: AbortSignal): Promise<void> {
    await using scope = this.#scope
    const { loaded, clock, health, terminal } = this.#around
    const started = health.condition('the start')
    const forRoles = this.#around.forRoles(signal)
    const source = fixedSource(dataSource(loaded.settings))
    if (this.#role === 'gateway') await checkPort(loaded.settings.http.host, loaded.settings.http.port)
    const backend = scope.use(
      'the connections to log and store',
      await openBackend(loaded.settings, {
        clock,
        logger: forRoles.logger.child({ role: 'backend' }),
        directory: resolve(this.#around.options.cwd, loaded.settings.dataDir),
        source: source.kind,
        clientId: `${this.#role}-${PROCESS_TOKEN}`,
        patience: forRoles.patience,
        mayBeLate: mayBeLate(this.#role, source.kind),
        ...(this.#role === 'ingestor' ? { needed: ['log'] as const } : {}),
      }),
    )
    const { log, store, kind } = backend
    const parts: RoleParts = { ...forRoles, scope, loaded, source, log, store, kind }
    const role = await this.#open(parts)
    this.#running = role
    // The file may have changed meanwhile.
    if (loaded !== this.#around.loaded) await role.applySettings(this.#around.loaded)
    started.met()
    terminal.say(`The ${this.#role} runs. Ctrl-C stops it.`)
    await Promise.race([aborted(signal), firstFailure([backend.failed, ...role.running])])
    started.unmet('stopping')
  }

  async #open(parts: RoleParts): Promise<RunningRole> {
    switch (this.#role) {
      case 'stream-job':
        return openStreamJobRole(parts)
      case 'ingestor': {
        const list = followWantedChannels(parts)
        const { clock, signal } = parts
        const logger = parts.logger.child({ role: 'wanted channels' })
        const wanted = await wantedMeanwhile({ list, clock, logger, signal })
        const ingestor = await openIngestorRole({ ...parts, wanted, ingestorId: PROCESS_TOKEN })
        const followed = list.then(({ finished }) => finished)
        return { ...ingestor, running: [followed, ...ingestor.running] }
      }
      case 'gateway': {
        const { http } = parts.loaded.settings
        // It serves what it has while the log is away, and says so.
        const wanted = followWantedChannels(parts)
        const gateway = await openGatewayRole({ ...parts, wanted: wantedLater(wanted), port: http.port })
        parts.say(`Open ${pageAddress(http.host, gateway.port)}`)
        const followed = wanted.then(({ finished }) => finished)
        return { ...gateway, running: [followed, ...gateway.running] }
      }
    }
  }
}

/**
 * A gateway serves its pages and says what is away. Hearing needs no store, and no log as long as there is room in the
 * spool, though an ingestor is not ready without one; the demo world does: in the store it is written whether its past
 * was imported. A job without log and store has nothing to do.
 */
function mayBeLate(role: Role, source: SourceKind): readonly ('log' | 'store')[] {
  if (role === 'gateway') return ['log', 'store']
  return role === 'ingestor' && source === 'twitch' ? ['log', 'store'] : []
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
