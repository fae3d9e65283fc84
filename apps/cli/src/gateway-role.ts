/** The gateway as a role: stored rows and live views to browsers. */
import { createServer } from 'node:http'
import { type Gateway, startGateway, type WantedList } from '@smacktalk/gateway'
import { listen } from '@smacktalk/runtime'
import { dashboardFolder } from './dashboard-folder.ts'
import { giveSigns, type RoleParts, type RunningRole } from './role.ts'
import { VERSION } from './version.ts'

export interface GatewayRoleParts extends RoleParts {
  readonly wanted: WantedList
  /** Port of the pages; 0 is any free one. */
  readonly port: number
}

export interface GatewayRole extends RunningRole {
  /** The port in use. */
  readonly port: number
}

export async function openGatewayRole(parts: GatewayRoleParts): Promise<GatewayRole> {
  const { scope, log, store, kind, clock, logger, health, metrics, wanted, source, say } = parts
  const { settings } = parts.loaded
  let current = parts.loaded
  say('Starting the gateway ...')
  const serving = new AbortController()
  const gateway: Gateway = scope.use(
    'the gateway',
    await startGateway({
      log,
      store,
      clock,
      logger: logger.child({ role: 'gateway' }),
      settings: {
        host: settings.http.host,
        port: parts.port,
        adminToken: settings.adminToken,
        bots: () => current.settings.bots,
        optOut: () => current.settings.optOut,
        stopWords: settings.stopWords,
        backend: kind,
        hosts: settings.http.hosts,
      },
      wanted,
      sourceInfo: source,
      staticDirectory: dashboardFolder(),
      version: VERSION,
      signal: serving.signal,
      health,
      metrics,
    }),
  )
  const signs = giveSigns(parts, 'gateway', () => gateway.figures())
  return {
    port: gateway.port,
    running: [gateway.finished, signs],
    async applySettings(loaded) {
      current = loaded
    },
  }
}

/** Throws PortInUseError before data are changed and channels joined, not when the pages come last. */
export async function checkPort(host: string, port: number): Promise<void> {
  if (port === 0) return
  const server = createServer()
  await listen(server, host, port)
  await new Promise((resolve) => server.close(resolve))
}
