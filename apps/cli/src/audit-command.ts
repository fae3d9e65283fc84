import type { Command } from './command.ts'
import type { NamedScope } from './named-scope.ts'
import { DATA_OPTIONS, offlineSettings } from './offline-data.ts'
import { terminal } from './terminal.ts'

let open: NamedScope | null = null

export const auditCommand: Command = {
  name: 'audit',
  summary: 'recounts the log independently and compares with the rows',
  options: {
    channel: { type: 'string', value: '<name>', help: 'only this channel; id:<number> is its id' },
    ...DATA_OPTIONS,
  },
  details: `It reads what the log still holds and counts it in a way of its own. Compared are the minutes, hours and days
from one horizon after the start of the log, up to what is folded and stored, and the totals of each channel where
nothing of its log is gone. What cannot be told for certain from that is left out, and said to be. Top lists, words
and people are not compared. The result is kept and shown with its age. With embedded data stop a running product
first; a cluster may work on, and what its jobs have not made durable yet is left out.

Exit code 1 means that a number differs.`,
  async run(values, signal) {
    const { NamedScope } = await import('./named-scope.ts')
    const { auditData, DifferencesError } = await import('./audit-data.ts')
    const { auditText } = await import('./audit-text.ts')
    const { settings } = offlineSettings(values, terminal)
    const outcome = await (async () => {
      await using scope = new NamedScope()
      open = scope
      return await auditData({ settings, channel: values['channel'] ?? null, scope, terminal, signal })
    })()
    process.stdout.write(auditText(outcome))
    if (outcome.differences > 0) throw new DifferencesError(outcome.differences)
  },
  stopping: () => open?.closing ?? null,
}
