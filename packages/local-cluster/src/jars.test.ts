import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { CASSANDRA_JARS, ensureJars, jarsFolder, KAFKA_JARS, pomFolder } from './jars.ts'

/** Stands for Maven: writes a jar into the folder it is told, then does what the test wants. */
const COPIES = `
for word in "$@"; do case "$word" in -DoutputDirectory=*) target="\${word#-DoutputDirectory=}";; esac; done
echo called >> "$0.calls"
mkdir -p "$target"
echo 'Downloaded from central: x/some.jar (1 MB at 1 MB/s)'
echo jar > "$target/some.jar"
`

function withMaven(script: string) {
  const folder = temporaryFolder()
  onTestFinished(() => folder[Symbol.dispose]())
  const bin = join(folder.path, 'bin')
  mkdirSync(bin)
  const maven = join(bin, 'mvn')
  writeFileSync(maven, `#!/bin/sh\n${script}`)
  chmodSync(maven, 0o755)
  const env = { XDG_CACHE_HOME: join(folder.path, 'cache'), PATH: `${bin}${delimiter}${process.env['PATH']}` }
  const said: string[] = []
  const fetch = (signal?: AbortSignal) =>
    ensureJars(KAFKA_JARS, { env, say: (line) => said.push(line), signal })
  const calls = (): number => readFileSync(`${maven}.calls`, 'utf8').trim().split('\n').length
  return { fetch, said, calls, all: jarsFolder(env), env }
}

test('jars are fetched once, with a line that says so, into a folder named after server and version', async () => {
  const { fetch, said, calls, all } = withMaven(COPIES)
  const folder = await fetch()
  expect(readdirSync(folder)).toEqual(['some.jar'])
  expect(folder).toMatch(/\/smacktalk\/jars\/kafka-4\.3\.0-[0-9a-f]{8}$/)
  expect(said).toEqual(['Fetching Kafka 4.3.0 through Maven (about 54 MB, once) ...'])
  expect(await fetch()).toBe(folder)
  expect(calls()).toBe(1)
  expect(readdirSync(all)).toHaveLength(1)
})

test('two fetches at once end with one whole folder', async () => {
  const { fetch, all } = withMaven(COPIES)
  const [one, other] = await Promise.all([fetch(), fetch()])
  expect(one).toBe(other)
  expect(readdirSync(one)).toEqual(['some.jar'])
  expect(readdirSync(all)).toHaveLength(1)
})

test('a Maven that fails half way leaves nothing that could be taken for whole, and its words are shown', async () => {
  const { fetch, all } = withMaven(`${COPIES}\necho '[ERROR] the network is away'\nexit 1\n`)
  await expect(fetch()).rejects.toThrow('[ERROR] the network is away')
  expect(readdirSync(all)).toEqual([])
})

test('a Maven that succeeds without a jar has failed', async () => {
  const { fetch } = withMaven('exit 0')
  await expect(fetch()).rejects.toThrow('could not fetch Kafka 4.3.0')
})

test.each(['before Maven is started', 'while Maven works'])(
  'a fetch that is called off %s ends and leaves nothing',
  async (moment) => {
    const { fetch, all, calls } = withMaven(`${COPIES}\nexec sleep 1000\n`)
    const stop = new AbortController()
    const fetching = fetch(stop.signal)
    if (moment === 'while Maven works') await vi.waitFor(() => expect(calls()).toBe(1))
    stop.abort()
    await expect(fetching).rejects.toThrow('aborted')
    expect(readdirSync(all)).toEqual([])
  },
)

test('without Maven the error says what to install', async () => {
  const { all, env } = withMaven('')
  const failure = await ensureJars(KAFKA_JARS, { env: { ...env, PATH: '' }, say: () => undefined }).catch(
    (error: unknown) => error,
  )
  expect(failure).toMatchObject({ name: 'MissingToolError', hint: expect.stringContaining('Install Maven') })
  expect(readdirSync(all)).toEqual([])
})

test.each([KAFKA_JARS, CASSANDRA_JARS])('the pom of $name asks for version $version exactly', (jars) => {
  const pom = readFileSync(join(pomFolder(jars), 'pom.xml'), 'utf8')
  const versions = [...pom.matchAll(/<version>([^<]*)<\/version>/g)].map(([, version]) => version)
  expect(versions.filter((version) => version === jars.version).length).toBeGreaterThanOrEqual(2)
  for (const version of versions) expect(version).toMatch(/^\d+(\.\d+)+$/)
})
