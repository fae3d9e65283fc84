import { migrateBackend } from '@smacktalk/backend'
import { type Logger, type Settings, systemClock } from '@smacktalk/runtime'
import { dataSource } from './source-choice.ts'
import type { Terminal } from './terminal.ts'

export interface MigrateOptions {
  readonly settings: Settings
  readonly logger: Logger
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

export async function migrateData({ settings, logger, terminal }: MigrateOptions): Promise<void> {
  if (settings.backend === 'embedded') {
    terminal.say('There is nothing to do: embedded data are made and upgraded when the product starts.')
    return
  }
  const source = dataSource(settings)
  const { brokers } = settings.kafka
  const { contactPoints } = settings.cassandra
  terminal.say(`Looking at Kafka (${brokers.join(', ')}) and Cassandra (${contactPoints.join(', ')}) ...`)
  const done = await migrateBackend(settings, { clock: systemClock, logger, directory: '', source })
  for (const line of done) process.stdout.write(`${line}\n`)
  terminal.say('Everything is in place.')
}
