import { settingsHelp } from '@smacktalk/runtime'
import type { AllRoles } from './all-roles.ts'
import type { Command } from './command.ts'
import { terminal } from './terminal.ts'

let running: AllRoles | null = null

export const allCommand: Command = {
  name: 'all',
  summary: 'every role in one process; what `npm start` runs',
  options: {
    config: { type: 'string', value: '<file>', help: 'settings file instead of smacktalk.config.json' },
    source: { type: 'string', value: '<name>', help: 'setting source: auto, twitch or demo' },
    port: { type: 'string', value: '<number>', help: 'setting http.port; 0 is any free one' },
    'data-dir': { type: 'string', value: '<folder>', help: 'setting dataDir' },
  },
  details: `Settings, their variables and defaults; an option wins over a variable, a variable over the file.
Ctrl-C stops within 10 s, once more at once.

${settingsHelp()}`,
  async run(values, signal) {
    const { AllRoles } = await import('./all-roles.ts')
    const { config, source, port } = values
    const overrides = { source, 'http.port': port, dataDir: values['data-dir'] }
    running = new AllRoles({ env: process.env, cwd: process.cwd(), config, overrides }, terminal)
    await running.run(signal)
  },
  stopping: () => running?.closing() ?? null,
}
