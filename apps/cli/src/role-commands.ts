/** The commands that play one role of a cluster. */
import type { Role } from '@smacktalk/contract'
import { settingsHelp } from '@smacktalk/runtime'
import type { Command } from './command.ts'
import type { Options } from './options.ts'
import type { SingleRole } from './single-role.ts'
import { terminal } from './terminal.ts'

const CONFIG: Options = {
  config: { type: 'string', value: '<file>', help: 'settings file instead of smacktalk.config.json' },
  source: {
    type: 'string',
    value: '<name>',
    help: 'setting source; demo has topics and a keyspace of its own',
  },
  'health-port': {
    type: 'string',
    value: '<number>',
    help: 'setting health.port; 0 is any free one, printed',
  },
}

/** Setting by option, as the command line says it. */
const SETTING_OF: Readonly<Record<string, string>> = {
  source: 'source',
  port: 'http.port',
  'health-port': 'health.port',
}

function roleCommand(role: Role, summary: string, details: string, options: Options = {}): Command {
  let running: SingleRole | null = null
  return {
    name: role,
    summary,
    options: { ...CONFIG, ...options },
    details: `${details}
Any number of them may run; \`smacktalk migrate\` makes what they need. A broker or a store that is away is waited
for, so the roles may be started in any order; /healthz, /readyz and /metrics answer from the beginning.
Ctrl-C and SIGTERM stop it within 10 s, once more at once. Exit code 1 means that it cannot go on: start it again.

Settings, their variables and defaults; an option wins over a variable, a variable over the file.

${settingsHelp()}`,
    async run(values, signal) {
      const { SingleRole } = await import('./single-role.ts')
      const overrides = Object.fromEntries(
        Object.entries(SETTING_OF).map(([option, path]) => [path, values[option]]),
      )
      const options = { env: process.env, cwd: process.cwd(), config: values['config'], overrides }
      running = new SingleRole(role, options, terminal)
      await running.run(signal)
    },
    stopping: () => running?.closing() ?? null,
  }
}

export const roleCommands: readonly Command[] = [
  roleCommand(
    'ingestor',
    'a role of a cluster: chat into the log',
    'It joins the wanted channels and writes what it hears into the log. Two in the same channels are harmless: what\nboth heard counts once.',
  ),
  roleCommand(
    'stream-job',
    'a role of a cluster: the log into rows and views',
    'It shares the partitions of the log with the other stream jobs, and takes over those of one that stops or dies.',
  ),
  roleCommand(
    'gateway',
    'a role of a cluster: rows and views to browsers',
    'It serves the pages, the API under /api/v1 and Socket.IO. Each of them shows the same, so they may stand behind\nany balancer.',
    { port: { type: 'string', value: '<number>', help: 'setting http.port; 0 is any free one' } },
  ),
]
