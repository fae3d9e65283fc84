import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SettingsError } from '@smacktalk/ports'
import { expect, onTestFinished, test } from 'vitest'
import { type LoadOptions, loadSettings } from './load-settings.ts'
import { DEFAULT_CHANNELS } from './settings.ts'

function folder(file?: unknown): string {
  const path = mkdtempSync(join(tmpdir(), 'smacktalk-settings-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  if (file !== undefined) {
    writeFileSync(join(path, 'smacktalk.config.json'), typeof file === 'string' ? file : JSON.stringify(file))
  }
  return path
}

function load(file?: unknown, env: LoadOptions['env'] = {}, rest: Partial<LoadOptions> = {}) {
  return loadSettings({ cwd: folder(file), env, ...rest })
}

function problemsOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof SettingsError) return error.message
    throw error
  }
  throw new Error('No problem was found.')
}

const names = (loaded: ReturnType<typeof load>) => loaded.settings.channels.map(({ name }) => name)

test('without a file and variables the defaults hold', () => {
  const loaded = load()
  expect(names(loaded)).toEqual(DEFAULT_CHANNELS)
  expect(loaded.settings.http).toEqual({ host: '127.0.0.1', port: 3000, hosts: [] })
  expect(loaded.settings.twitch.token).toBeNull()
  expect(loaded.warnings).toEqual([])
  expect(loaded.file.present).toBe(false)
  expect(new Set(loaded.origins.values())).toEqual(new Set(['default']))
})

test('the file gives channels as names and as objects, and $schema is no setting', () => {
  const { settings, origins } = load({
    $schema: 'docs/smacktalk.schema.json',
    channels: [' #Alpha ', { name: 'beta', bots: ['HelperBot'], commandPrefix: '?' }],
    twitch: { watchdogMs: 5_000 },
  })
  expect(settings.channels).toEqual([
    { name: 'alpha', bots: [], commandPrefix: '!' },
    { name: 'beta', bots: ['helperbot'], commandPrefix: '?' },
  ])
  expect(settings.twitch.watchdogMs).toBe(5_000)
  expect(origins.get('twitch.watchdogMs')).toBe('file')
})

test('a variable wins over the file and the command line over both', () => {
  const file = { source: 'twitch', dataDir: 'from-file' }
  expect(load(file, { SMACKTALK_SOURCE: 'demo' }).settings.source).toBe('demo')
  const overridden = load(file, { SMACKTALK_SOURCE: 'demo' }, { overrides: { source: 'auto' } })
  expect(overridden.settings.source).toBe('auto')
  expect(overridden.origins.get('source')).toBe('command line')
  expect(overridden.settings.dataDir).toBe('from-file')
})

test('every variable is the path in upper snake case', () => {
  const { settings } = load(undefined, {
    SMACKTALK_HORIZON_MS: '120000',
    SMACKTALK_TWITCH_WATCHDOG_MS: '3000',
    SMACKTALK_DEMO_MESSAGES_PER_SECOND: '7',
    SMACKTALK_LOG_LEVEL: 'debug',
  })
  expect(settings.horizonMs).toBe(120_000)
  expect(settings.twitch.watchdogMs).toBe(3_000)
  expect(settings.demo.messagesPerSecond).toBe(7)
  expect(settings.log.level).toBe('debug')
})

test('the port comes from its own variable, then PORT, then PORT0', () => {
  expect(load(undefined, { PORT0: '31000' }).settings.http.port).toBe(31_000)
  expect(load(undefined, { PORT0: '31000', PORT: '8080' }).settings.http.port).toBe(8080)
  const all = { PORT0: '31000', PORT: '8080', SMACKTALK_HTTP_PORT: '0' }
  expect(load(undefined, all).settings.http.port).toBe(0)
})

test('an empty channel variable means no channels, and a warning says the file does not apply', () => {
  const loaded = load({ channels: ['alpha'] }, { SMACKTALK_CHANNELS: '' })
  expect(names(loaded)).toEqual([])
  expect(loaded.origins.get('channels')).toBe('environment')
  expect(loaded.warnings).toEqual([expect.stringContaining('SMACKTALK_CHANNELS is set')])
})

test('an empty variable of any other kind is the same as none', () => {
  expect(load(undefined, { SMACKTALK_HORIZON_MS: '', PORT: ' ' }).settings).toEqual(load().settings)
})

test('every problem is reported at once, with suggestions', () => {
  const file = { chanels: ['a'], twitch: { urll: 'x', watchdogMs: 'soon' }, http: 3000 }
  const env = { SMACKTALK_HORZON_MS: '1', SMACKTALK_SOURCE: 'twich', PORT: '70000', OTHER: 'x' }
  const problems = problemsOf(() => load(file, env))
  expect(problems).toContain('7 settings cannot be used')
  expect(problems).toContain('"chanels" is no setting. Did you mean "channels"?')
  expect(problems).toContain('"twitch.urll" is no setting. Did you mean "twitch.url"?')
  expect(problems).toContain('twitch.watchdogMs: a whole number from')
  expect(problems).toContain('"http" must be an object')
  expect(problems).toContain('SMACKTALK_HORZON_MS is no setting. Did you mean "SMACKTALK_HORIZON_MS"?')
  expect(problems).toContain('SMACKTALK_SOURCE is "twich": one of auto, twitch, demo is needed.')
  expect(problems).toContain('PORT is "70000": a whole number from 0 to 65535 is needed.')
})

test('names that every object has are no settings', () => {
  expect(problemsOf(() => load('{"__proto__": 1, "toString": 2}'))).toContain('2 settings')
})

test.each([
  ['a name twice', ['alpha', '#Alpha'], '"alpha" is listed twice'],
  ['a name with a blank', ['not a name'], 'is not a channel name'],
  ['an unknown key', [{ name: 'alpha', bot: [] }], 'but not "bot"'],
  ['no name', [{ bots: [] }], 'a channel needs a name'],
  ['a number', [7], 'a name or an object'],
  ['a prefix with a blank', [{ name: 'alpha', commandPrefix: '! ' }], 'commandPrefix of "alpha"'],
  ['a bot that is no login', [{ name: 'alpha', bots: ['a b'] }], 'bots of "alpha"'],
  ['no list', 'alpha', 'a list of channels is needed'],
])('a channel list with %s is refused', (_what, channels, needed) => {
  expect(problemsOf(() => load({ channels }))).toContain(needed)
})

test('without more a cluster is looked for on this machine', () => {
  const { backend, kafka, cassandra } = load({ backend: 'cluster' }).settings
  expect(backend).toBe('cluster')
  expect(kafka).toMatchObject({ brokers: ['127.0.0.1:9092'], ssl: false, partitions: 64, replication: 1 })
  expect(cassandra).toMatchObject({ contactPoints: ['127.0.0.1:9042'], replication: '1', tls: false })
})

test('a cluster elsewhere is described by variables or by the file', () => {
  const { kafka, cassandra } = load(
    { kafka: { ssl: true, sasl: 'plain', username: 'app' }, cassandra: { replication: 3 } },
    {
      SMACKTALK_KAFKA_BROKERS: 'Broker-1:9092, [::1]:9093',
      SMACKTALK_KAFKA_PASSWORD: 'open-sesame',
      SMACKTALK_CASSANDRA_CONTACT_POINTS: 'node-1,node-2:9043',
      SMACKTALK_CASSANDRA_REPLICATION: 'dc1:3,dc2:2',
    },
  ).settings
  expect(kafka).toMatchObject({ brokers: ['broker-1:9092', '[::1]:9093'], ssl: true, username: 'app' })
  expect(cassandra).toMatchObject({ contactPoints: ['node-1', 'node-2:9043'], replication: 'dc1:3,dc2:2' })
  expect(load({ cassandra: { replication: 3 } }).settings.cassandra.replication).toBe('3')
})

test.each([
  ['a broker without a port', { kafka: { brokers: ['broker-1'] } }, 'with their ports'],
  ['no brokers', { kafka: { brokers: [] } }, 'at least one broker'],
  ['a port beyond all', { cassandra: { contactPoints: ['node:70000'] } }, 'with a port if'],
  ['a keyspace in capitals', { cassandra: { keyspace: 'Chat' } }, 'in lower case'],
  ['no copies', { cassandra: { replication: '0' } }, 'a number of copies'],
  ['a word for yes', { kafka: { ssl: 'yes' } }, 'true or false'],
  ['a log-in without a password', { kafka: { sasl: 'plain', username: 'app' } }, 'kafka.password are needed'],
  ['an account without a log-in', { kafka: { username: 'app' } }, 'without kafka.sasl'],
  ['half an account', { cassandra: { username: 'app' } }, 'belong together'],
  ['an authority without TLS', { cassandra: { tlsCaFile: 'ca.pem' } }, 'without cassandra.tls'],
])('%s is refused', (_what, file, needed) => {
  expect(problemsOf(() => load(file))).toContain(needed)
})

test('a flag is true or false, in a variable 1 or 0 too', () => {
  const flagOf = (word: string) => load(undefined, { SMACKTALK_KAFKA_SSL: word }).settings.kafka.ssl
  expect([' TRUE ', '1', 'false', '0', ''].map(flagOf)).toEqual([true, true, false, false, false])
  expect(problemsOf(() => flagOf('on'))).toContain('SMACKTALK_KAFKA_SSL is "on": true or false is needed')
})

test('the log must keep more than the spool and the horizon together', () => {
  const at = { spoolMs: 3_600_000, horizonMs: 900_000 }
  expect(problemsOf(() => load({ ...at, logRetentionMs: 4_500_000 }))).toContain('must exceed')
  expect(load({ ...at, logRetentionMs: 4_500_001 }).settings.logRetentionMs).toBe(4_500_001)
})

test('a token comes from a file, without its line end, and is never shown', () => {
  const cwd = folder()
  writeFileSync(join(cwd, 'token'), 'oauth:abc123\n')
  const env = { SMACKTALK_TWITCH_USERNAME: 'somebody', SMACKTALK_TWITCH_TOKEN_FILE: 'token' }
  expect(loadSettings({ cwd, env }).settings.twitch.token).toBe('oauth:abc123')
  const twice = { ...env, SMACKTALK_TWITCH_TOKEN: 'oauth: broken' }
  const problems = problemsOf(() => loadSettings({ cwd, env: twice }))
  expect(problems).toContain('both set')
  expect(problems).not.toContain('broken')
  const missing = { ...env, SMACKTALK_TWITCH_TOKEN_FILE: 'nowhere' }
  expect(problemsOf(() => loadSettings({ cwd, env: missing }))).toContain('cannot be read (ENOENT)')
})

test('a username without a token is refused', () => {
  expect(problemsOf(() => load({ twitch: { username: 'somebody' } }))).toContain('without twitch.token')
  expect(problemsOf(() => load({ moments: { surgePercent: 120 } }))).toContain('moments.calmPercent is 125')
})

test('a file that was named must be there, the usual one need not', () => {
  expect(problemsOf(() => load(undefined, { SMACKTALK_CONFIG: 'mine.json' }))).toContain('does not exist')
  expect(problemsOf(() => load(undefined, {}, { config: 'mine.json' }))).toContain('does not exist')
})

test('a named file is read instead of the usual one', () => {
  const cwd = folder({ source: 'demo' })
  writeFileSync(join(cwd, 'mine.json'), '\uFEFF{ "source": "twitch" }')
  expect(loadSettings({ cwd, env: { SMACKTALK_CONFIG: 'mine.json' } }).settings.source).toBe('twitch')
})

test.each(['{ "channels": [', '[]', 'null', '""'])('a file that holds %s is refused', (content) => {
  expect(problemsOf(() => load(content))).toMatch(/is not valid JSON|must hold an object/)
})

test('the settings cannot be changed by anyone', () => {
  const { settings } = load({ channels: ['alpha'] })
  expect(Object.isFrozen(settings)).toBe(true)
  expect(Object.isFrozen(settings.twitch)).toBe(true)
  expect(Object.isFrozen(settings.channels[0])).toBe(true)
})
