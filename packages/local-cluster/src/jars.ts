/** The servers' jars, fetched through Maven into a folder that every checkout shares. */
import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FetchError, MissingToolError } from './errors.ts'
import { spawnGuarded } from './guarded-process.ts'

export interface ServerJars {
  readonly name: 'kafka' | 'cassandra'
  readonly version: string
  /** What a cold download comes to, for the person who waits, MB. */
  readonly megabytes: number
  /** Folder of the pom, when it is not called like the server. */
  readonly pom?: string
}

export const KAFKA_JARS: ServerJars = { name: 'kafka', version: '4.3.0', megabytes: 54 }
/** The one of the last DC/OS package (2.10.0-2.4.0), with the ZooKeeper it needs. */
export const DCOS_KAFKA_JARS: ServerJars = {
  name: 'kafka',
  version: '2.4.0',
  megabytes: 30,
  pom: 'kafka-2.4',
}
export const CASSANDRA_JARS: ServerJars = { name: 'cassandra', version: '5.0.8', megabytes: 67 }

export interface FetchOptions {
  readonly env: NodeJS.ProcessEnv
  /** Takes a line for a person. */
  say(line: string): void
  readonly signal?: AbortSignal | undefined
}

const LINES_OF_FAILURE = 15
/** A download that runs on says so this often, ms. */
const PROGRESS_MS = 3_000
/** What an interrupted fetch left is removed once nobody can be working on it any more, ms. */
const ABANDONED_MS = 6 * 3_600_000
const HEX_OF_POM = 8

/** `$XDG_CACHE_HOME/smacktalk/jars`, else below `~/.cache`. */
export function jarsFolder(env: NodeJS.ProcessEnv): string {
  const cache = env['XDG_CACHE_HOME']
  const base = cache === undefined || cache === '' ? join(homedir(), '.cache') : cache
  return join(base, 'smacktalk', 'jars')
}

export function pomFolder({ name, pom = name }: ServerJars): string {
  return fileURLToPath(new URL(`../jars/${pom}`, import.meta.url))
}

/**
 * The folder with every jar of a server. It appears by one rename, so what is there is whole; when two processes
 * fetch at once, the first one's stays. Its name ends in a hash of the pom: changed dependencies are another folder.
 * @throws {MissingToolError} without Maven.
 * @throws {FetchError} when Maven fails.
 */
export async function ensureJars(jars: ServerJars, options: FetchOptions): Promise<string> {
  const pom = await readFile(join(pomFolder(jars), 'pom.xml'))
  const hash = createHash('sha256').update(pom).digest('hex').slice(0, HEX_OF_POM)
  const all = jarsFolder(options.env)
  const folder = join(all, `${jars.name}-${jars.version}-${hash}`)
  if (existsSync(folder)) return folder
  await mkdir(all, { recursive: true })
  await removeAbandoned(all)
  const partial = join(all, `${jars.name}-${jars.version}-${randomUUID()}.part`)
  try {
    await copyDependencies(jars, partial, options)
    await putInPlace(partial, folder)
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
  return folder
}

async function putInPlace(partial: string, folder: string): Promise<void> {
  try {
    await rename(partial, folder)
  } catch (error) {
    // Another process was first: its jars are as good as ours.
    if (!existsSync(folder)) throw error
  }
}

async function removeAbandoned(all: string): Promise<void> {
  for (const name of await readdir(all)) {
    if (!name.endsWith('.part')) continue
    const path = join(all, name)
    const since = (await stat(path).catch(() => null))?.mtimeMs // gone meanwhile: somebody else removed it
    if (since !== undefined && Date.now() - since > ABANDONED_MS) {
      await rm(path, { recursive: true, force: true })
    }
  }
}

async function copyDependencies(jars: ServerJars, target: string, options: FetchOptions): Promise<void> {
  const { name, version, megabytes } = jars
  const { say, signal, env } = options
  signal?.throwIfAborted()
  const title = `${name[0]?.toUpperCase()}${name.slice(1)} ${version}`
  say(`Fetching ${title} through Maven (about ${megabytes} MB, once) ...`)
  const lines: string[] = []
  let fetched = 0
  const maven = spawnGuarded(
    'mvn',
    [
      '--batch-mode',
      '--file',
      join(pomFolder(jars), 'pom.xml'),
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
      `-DoutputDirectory=${target}`,
      '-Dstyle.color=never',
    ],
    {
      env,
      onLine(line) {
        lines.push(line)
        if (lines.length > LINES_OF_FAILURE) lines.shift()
        if (/Downloaded from .*\.jar /.test(line)) fetched += 1
      },
    },
  )
  const progress = setInterval(() => say(`  ${title}: ${fetched} jars downloaded ...`), PROGRESS_MS)
  const abort = (): void => void maven.signal('SIGKILL')
  signal?.addEventListener('abort', abort)
  try {
    const { code } = await maven.ended
    signal?.throwIfAborted()
    if (code === 0 && (await holdsJars(target))) return
    throw mavenFailure(title, code, lines)
  } finally {
    clearInterval(progress)
    signal?.removeEventListener('abort', abort)
  }
}

/** The shell's codes for a command that is not there or cannot be executed. */
const NOT_FOUND_CODES: readonly (number | null)[] = [126, 127]

function mavenFailure(title: string, code: number | null, lines: readonly string[]): Error {
  if (NOT_FOUND_CODES.includes(code)) {
    return new MissingToolError(
      `Maven is needed to fetch ${title}, and there is no mvn that starts on the PATH.`,
      'Install Maven (Debian and Ubuntu: maven, Homebrew: maven), then run the command again.',
    )
  }
  return new FetchError(
    `Maven could not fetch ${title} (exit code ${code}). It said:\n${lines.join('\n')}`,
    'A network or a mirror in the settings of Maven (~/.m2/settings.xml) may be missing; then run the command again.',
  )
}

async function holdsJars(folder: string): Promise<boolean> {
  return existsSync(folder) && (await readdir(folder)).some((name) => name.endsWith('.jar'))
}
