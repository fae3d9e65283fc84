/** The Java that runs the servers. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { MissingToolError } from './errors.ts'

const execute = promisify(execFile)

/** Kafka 4 needs at least 17; Cassandra 5.0 knows 11 and 17, and needs what later ones have taken away. */
const JAVA_MAJOR = 17
const INSTALL = `Install a Java ${JAVA_MAJOR} (Debian and Ubuntu: openjdk-17-jdk-headless, Homebrew: openjdk@17), and let JAVA_HOME name its folder when it is not the first on the PATH.`
/** Prints its version within a second; a machine under load needs more. */
const VERSION_MS = 30_000

/** `java` of JAVA_HOME, else of the PATH. */
export function javaCommand(env: NodeJS.ProcessEnv): string {
  const home = env['JAVA_HOME']
  return home === undefined || home === '' ? 'java' : join(home, 'bin', 'java')
}

/** The major version in what `java -version` prints, or null. Up to 8 they were called 1.8. */
export function majorVersion(printed: string): number | null {
  const found = /version "(?:1\.)?(\d+)/.exec(printed)?.[1]
  return found === undefined ? null : Number(found)
}

/**
 * The command that starts the right Java.
 * @throws {MissingToolError} when there is none, or another version.
 */
export async function findJava(env: NodeJS.ProcessEnv): Promise<string> {
  const java = javaCommand(env)
  const printed = await printedBy(java, ['-version'], env)
  const major = majorVersion(printed)
  if (major === JAVA_MAJOR) return java
  const what = major === null ? `says "${printed.trim().split('\n')[0]}"` : `is version ${major}`
  throw new MissingToolError(`Java ${JAVA_MAJOR} is needed, and ${java} ${what}.`, INSTALL)
}

async function printedBy(file: string, args: string[], env: NodeJS.ProcessEnv): Promise<string> {
  try {
    const { stdout, stderr } = await execute(file, args, { env, timeout: VERSION_MS })
    return stdout + stderr
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const what = code === 'ENOENT' ? 'is not there' : `does not start (${code})`
    throw new MissingToolError(`Java ${JAVA_MAJOR} is needed, and ${file} ${what}.`, INSTALL, error)
  }
}
