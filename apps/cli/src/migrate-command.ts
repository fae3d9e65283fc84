import type { Command } from './command.ts'
import { DATA_OPTIONS, offlineSettings, quietLogger } from './offline-data.ts'
import { terminal } from './terminal.ts'

export const migrateCommand: Command = {
  name: 'migrate',
  summary: 'creates or upgrades topics, keyspace and tables of a cluster',
  options: DATA_OPTIONS,
  details: `It prints what it made or found, a line each. It may run twice and several times at once, and never deletes
anything. With --source demo it does the same for the demo world, which has topics and a keyspace of
its own.`,
  async run(values, signal) {
    const { migrateData } = await import('./migrate-data.ts')
    const { settings } = offlineSettings(values, terminal)
    await migrateData({ settings, logger: quietLogger(settings), terminal, signal })
  },
}
