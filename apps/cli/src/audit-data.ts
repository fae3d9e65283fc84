/** An audit: over embedded data of a product that does not run, or over a cluster at work. */
import { type AuditOutcome, channelIdByLogin, isKnownChannel, runAudit, storeAudit } from '@smacktalk/audit'
import type { Backend } from '@smacktalk/backend'
import { parseChannelName } from '@smacktalk/contract'
import { PipelineError } from '@smacktalk/ports'
import { type Settings, systemClock } from '@smacktalk/runtime'
import { UsageError } from './failures.ts'
import { foldSettings } from './fold-settings.ts'
import type { NamedScope } from './named-scope.ts'
import { openOfflineData } from './offline-data.ts'
import { ProgressDisplay } from './progress-display.ts'
import type { Terminal } from './terminal.ts'

/** The rows do not say what the log says. */
export class DifferencesError extends PipelineError {
  override readonly name = 'DifferencesError'
  override readonly retriable = false

  constructor(differences: number) {
    super(
      `The rows differ from the log in ${differences} ${differences === 1 ? 'number' : 'numbers'}.`,
      'Keep a copy of the data: it shows what has gone wrong.',
    )
  }
}

export interface AuditDataOptions {
  readonly settings: Settings
  /** What was typed for a channel; null for all. */
  readonly channel: string | null
  readonly scope: NamedScope
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

/** Compares, and keeps the result when all channels were looked at. */
export async function auditData(options: AuditDataOptions): Promise<AuditOutcome> {
  const { settings, channel, scope, terminal, signal } = options
  const { backend, place } = await openOfflineData(settings, scope)
  const { log, store } = backend
  const channelId = channel === null ? null : await channelIdOf(backend, channel)
  terminal.say(`Recounting the log in ${place} ...`)
  const display = new ProgressDisplay('Recounting', process.stderr, systemClock)
  const { horizonMs, spoolMs, sightingsMax } = foldSettings(settings)
  try {
    const outcome = await runAudit({
      log,
      store,
      signal,
      horizonMs,
      spoolMs,
      sightingsMax,
      ...(channelId === null ? {} : { channelId }),
      onRecords: (done, total) => display.show({ done, total, count: { number: done, unit: 'records' } }),
    })
    if (channelId === null) await storeAudit(store, outcome, systemClock.now())
    return outcome
  } finally {
    display.clear()
  }
}

const ID = /^id:(\d{1,20})$/

/** A login, older ones too, or `id:` and an id. Throws UsageError for a channel that the data do not know. */
async function channelIdOf({ log, store }: Backend, typed: string): Promise<string> {
  const id = ID.exec(typed)?.[1]
  if (id !== undefined && (await isKnownChannel(log, store, id))) return id
  const parsed = parseChannelName(typed)
  const found = parsed.ok ? await channelIdByLogin(store, parsed.login) : null
  if (found !== null) return found
  throw new UsageError(
    `No channel "${typed}" has been counted here.`,
    'Give its name as on Twitch, or id: and its number.',
  )
}
