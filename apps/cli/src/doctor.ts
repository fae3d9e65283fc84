/** Looks at one part after the other and says at once what it finds. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Backend, type Finding, fail, ok, openBackend, probeBackend, warn } from '@smacktalk/backend'
import { PROCESS_TOKEN } from '@smacktalk/instances'
import { DataLockedError, PipelineError, SettingsError } from '@smacktalk/ports'
import {
  type LoadedSettings,
  type LoadOptions,
  loadSettings,
  type Settings,
  systemClock,
} from '@smacktalk/runtime'
import type { SourceKind } from './configured-channels.ts'
import { checkData } from './doctor-data.ts'
import { checkProduct } from './doctor-product.ts'
import { findingText } from './doctor-text.ts'
import { quietLogger } from './offline-data.ts'
import { dataSource } from './source-choice.ts'
import type { Terminal } from './terminal.ts'
import { reach } from './web-socket-reach.ts'

/** Something is wrong that a person should mend. */
export class UnwellError extends PipelineError {
  override readonly name = 'UnwellError'
  override readonly retriable = false

  constructor(failed: number) {
    super(
      failed === 1 ? 'One check has failed.' : `${failed} checks have failed.`,
      'What to do stands behind each FAIL.',
    )
  }
}

export interface DoctorOptions {
  readonly terminal: Terminal
  /** Takes a finding's line. */
  readonly print: (line: string) => void
  readonly signal: AbortSignal
}

/** Throws UnwellError when a check failed. */
export async function runDoctor(
  options: LoadOptions,
  { terminal, print, signal }: DoctorOptions,
): Promise<void> {
  let failed = 0
  const tell = (findings: readonly Finding[]): void => {
    for (const finding of findings) {
      if (finding.verdict === 'fail') failed++
      print(findingText(finding))
    }
  }
  const loaded = readSettings(options, tell)
  if (loaded !== null) {
    const { settings } = loaded
    terminal.say(`Looking at everything the ${settings.backend} backend needs ...`)
    tell([await checkTwitch(settings, signal)])
    await checkBackend(settings, options.cwd, tell, signal)
  }
  if (failed > 0) throw new UnwellError(failed)
}

/** Null when they cannot be used: then nothing else can be looked at. */
function readSettings(
  options: LoadOptions,
  tell: (findings: readonly Finding[]) => void,
): LoadedSettings | null {
  try {
    const loaded = loadSettings(options)
    const { file, origins, settings, warnings } = loaded
    const set = [...origins.values()]
    const from = (origin: string): number => set.filter((one) => one === origin).length
    const place = file.present ? `${from('file')} from ${file.path}` : `no ${file.path}`
    const says = `${set.length} settings: ${place}, ${from('environment')} from variables; backend ${settings.backend}, source ${settings.source}.`
    tell([ok('settings', says), ...warnings.map((warning) => warn('settings', warning, ''))])
    return loaded
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    tell([fail('settings', error.message, error.hint)])
    return null
  }
}

async function checkTwitch(settings: Settings, signal: AbortSignal): Promise<Finding> {
  const { source, backend, twitch } = settings
  if (source === 'demo') return ok('twitch', 'Not needed: the source is the demo world.')
  const reached = await reach(twitch.url, signal)
  if (reached.ok) return ok('twitch', `${twitch.url} answers.`)
  const says = `${twitch.url} cannot be reached (${reached.reason}).`
  if (source === 'auto' && backend === 'embedded') {
    return warn('twitch', says, 'Until it can, the demo world is shown.')
  }
  return fail('twitch', says, 'Check the network, a firewall in between, and the setting twitch.url.')
}

async function checkBackend(
  settings: Settings,
  cwd: string,
  tell: (findings: readonly Finding[]) => void,
  signal: AbortSignal,
): Promise<void> {
  const chosen = dataSource(settings)
  await checkSource(settings, chosen, resolve(cwd, settings.dataDir, chosen), tell, signal)
  if (settings.backend === 'cluster' || settings.source !== 'auto') return
  // The demo world may have been shown instead.
  const demo = resolve(cwd, settings.dataDir, 'demo')
  if (existsSync(demo)) await checkSource(settings, 'demo', demo, tell, signal)
}

async function checkSource(
  settings: Settings,
  source: SourceKind,
  directory: string,
  tell: (findings: readonly Finding[]) => void,
  signal: AbortSignal,
): Promise<void> {
  const logger = quietLogger(settings)
  const options = { clock: systemClock, logger, directory, source, clientId: `doctor-${PROCESS_TOKEN}` }
  const found = await probeBackend(settings, options)
  tell(found)
  // What cannot be reached or is not there cannot be opened either.
  const isThere =
    settings.backend === 'cluster' ? !found.some(isFailed) : found.every(({ verdict }) => verdict === 'ok')
  if (!isThere) return
  let backend: Backend
  try {
    backend = await openBackend(settings, options)
  } catch (error) {
    if (error instanceof DataLockedError) tell(await checkProduct(settings, error.message))
    else if (error instanceof PipelineError) tell([fail('data', error.message, error.hint)])
    else throw error
    return
  }
  await using opened = backend
  tell(await checkData(opened, systemClock, signal))
}

function isFailed({ verdict }: Finding): boolean {
  return verdict === 'fail'
}
