/** The words of `npm run marathon:local -- ...`. */
import { parseArgs } from 'node:util'
import { ArgumentError } from './errors.ts'

export interface Arguments {
  readonly help: boolean
  /** 0 is any free one. */
  readonly port: number
  readonly group: string
  /** Null: none is run first. */
  readonly job: string | null
  readonly env: Readonly<Record<string, string>>
  readonly keepUser: boolean
  readonly dataDir: string
}

const DEFAULTS = {
  port: '8080',
  group: 'marathon/group.json',
  job: 'marathon/jobs/migrate.json',
  'data-dir': 'data/marathon',
}

/** What `npm run cluster` has, in place of names that only a DC/OS cluster resolves. One broker keeps one copy. */
export const LOCAL_SERVERS: Readonly<Record<string, string>> = {
  SMACKTALK_KAFKA_BROKERS: '127.0.0.1:9092',
  SMACKTALK_KAFKA_REPLICATION: '1',
  SMACKTALK_CASSANDRA_CONTACT_POINTS: '127.0.0.1:9042',
  SMACKTALK_CASSANDRA_REPLICATION: '1',
}

export const HELP = `Runs the group of marathon/ on this machine, without Mesos and without images.

Usage: npm run marathon:local -- [options]

Options
  --env NAME=VALUE   a variable for every task; may be repeated
  --group <file>     the group that is started (default ${DEFAULTS.group})
  --job <file>       a job that is run before (default ${DEFAULTS.job}); none: no job
  --port <port>      of the REST interface on the loopback address (default ${DEFAULTS.port})
  --data-dir <dir>   logs and sandboxes of tasks, made anew (default ${DEFAULTS['data-dir']})
  --keep-user        root only: tasks run as root, not as the files say
  --help             this text

Where the files name servers of a cluster, those of \`npm run cluster\` are used, unless --env says others:
${Object.entries(LOCAL_SERVERS)
  .map(([name, value]) => `  ${name}=${value}`)
  .join('\n')}

No Twitch at hand: \`npm run smacktalk -- simulator\` in another terminal, and
  --env SMACKTALK_TWITCH_URL=ws://127.0.0.1:6667

While it runs
  curl http://127.0.0.1:8080/                                    what runs
  curl http://127.0.0.1:8080/v2/apps                             the same for programs
  curl -X PUT http://127.0.0.1:8080/v2/apps/smacktalk/stream-job -d '{"instances": 3}'
  curl -X PUT http://127.0.0.1:8080/v2/groups -d @marathon/group.json
  curl -X DELETE http://127.0.0.1:8080/v2/groups/smacktalk
  curl http://127.0.0.1:8080/v2/deployments
  kill -9 <process of a task>                                    it comes back

Ctrl-C stops every task: SIGTERM, then SIGKILL after the app's kill grace; once more stops at once.`

/** @throws {ArgumentError} that names the word. */
export function readArguments(words: readonly string[]): Arguments {
  const { values } = parse(words)
  const port = /^\d{1,5}$/.test(values.port) ? Number(values.port) : Number.NaN
  if (!(port <= 65_535)) throw new ArgumentError(`--port is "${values.port}".`, 'Use 0 to 65535.')
  return {
    help: values.help,
    port,
    group: values.group,
    job: values.job === 'none' ? null : values.job,
    env: Object.fromEntries(values.env.map(variable)),
    keepUser: values['keep-user'],
    dataDir: values['data-dir'],
  }
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: false,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        port: { type: 'string', default: DEFAULTS.port },
        group: { type: 'string', default: DEFAULTS.group },
        job: { type: 'string', default: DEFAULTS.job },
        'data-dir': { type: 'string', default: DEFAULTS['data-dir'] },
        env: { type: 'string', multiple: true, default: [] },
        'keep-user': { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error)
    throw new ArgumentError(what, '`npm run marathon:local -- --help` lists the options.', error)
  }
}

function variable(text: string): [string, string] {
  const [, name = '', value = ''] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(text) ?? []
  if (name === '') throw new ArgumentError(`--env is "${text}".`, 'Use NAME=VALUE.')
  return [name, value]
}
