// Prepares a checkout: the locked dependencies (with the pinned Node among them) and the built dashboard.
// Runs on any Node from 18 on, with built-ins only; a second run that finds nothing changed takes a moment.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(fileURLToPath(import.meta.url))
process.chdir(root)

/** Files whose content decides what is in the built dashboard. */
const DASHBOARD_SOURCES = ['apps/dashboard', 'packages/contract/src', 'packages/tooling', 'package-lock.json']
const NOT_SOURCES = new Set(['node_modules', 'dist'])

/** The Node that everything runs on; npm puts the one that fits the machine here. */
const PINNED_NODE = join(root, 'node_modules/.bin/node')
const NODE_MAJOR = 26

function say(text) {
  process.stderr.write(`${text}\n`)
}

function hashTree(hash, path) {
  if (!existsSync(path)) return
  if (statSync(path).isDirectory()) {
    for (const name of readdirSync(path).sort()) {
      if (!NOT_SOURCES.has(name)) hashTree(hash, join(path, name))
    }
    return
  }
  hash.update(path).update('\0').update(readFileSync(path)).update('\0')
}

/** Runs `step` when the stamp file does not hold `wanted`; the stamp is written last, so a broken run repeats. */
function unlessStamped(stamp, wanted, step) {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  step()
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, wanted)
}

function run(what, file, args) {
  try {
    // Standard output is for what the command behind the set-up answers.
    execFileSync(file, args, { stdio: ['ignore', 2, 'inherit'] })
  } catch (error) {
    say(`Set-up failed while ${what}. The lines above say why; run the command again when it is mended.`)
    process.exit(typeof error.status === 'number' ? error.status : 1)
  }
}

/** Where no pinned Node fits the machine, its own has to be new enough: say so now, not by a syntax error. */
function checkNode() {
  let version = ''
  try {
    version = execFileSync(existsSync(PINNED_NODE) ? PINNED_NODE : process.execPath, ['--version'])
      .toString()
      .trim()
  } catch (error) {
    version = `one that does not start (${error instanceof Error ? error.message : error})`
  }
  const major = Number(/^v(\d+)\./.exec(version)?.[1])
  if (major >= NODE_MAJOR) return
  say(
    `Smacktalk needs Node ${NODE_MAJOR}, and what is here for ${process.platform}-${process.arch} is ${version}.\n` +
      `Install Node ${NODE_MAJOR} or newer from your system's packages or nodejs.org, then run the command again.`,
  )
  process.exit(1)
}

const lock = createHash('sha256').update(readFileSync('package-lock.json'))
const installed = lock.update(`${process.platform} ${process.arch}`).digest('hex')
unlessStamped('node_modules/.smacktalk-installed', installed, () => {
  say('Installing dependencies (once, about a minute) ...')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  run('installing dependencies', npm, [
    'ci',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ])
  checkNode()
})

const sources = createHash('sha256')
for (const path of DASHBOARD_SOURCES) hashTree(sources, path)
unlessStamped('apps/dashboard/dist/.smacktalk-built', sources.digest('hex'), () => {
  say('Building the dashboard ...')
  run('building the dashboard', existsSync(PINNED_NODE) ? PINNED_NODE : process.execPath, [
    'node_modules/vite/bin/vite.js',
    'build',
    'apps/dashboard',
    '--logLevel',
    'warn',
  ])
})
