/** A broker starts only on a data folder that carries the id of its cluster. */
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ServerEndedError } from './errors.ts'
import { spawnGuarded } from './guarded-process.ts'
import { dataFolder, formatArguments } from './kafka-files.ts'

const CLUSTER_ID_BYTES = 16

/** The id of the cluster whose brokers keep their data here; a new one the first time. */
export async function clusterIdIn(directory: string): Promise<string> {
  await mkdir(directory, { recursive: true })
  const file = join(directory, 'kafka-cluster-id')
  try {
    await writeFile(file, randomClusterId(), { flag: 'wx' })
  } catch (error) {
    // It is there from an earlier start.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return readFile(file, 'utf8')
}

/** 16 bytes as Kafka writes its ids; one that begins with a dash would be taken for an option. */
function randomClusterId(): string {
  const id = randomBytes(CLUSTER_ID_BYTES).toString('base64url')
  return id.startsWith('-') ? `a${id.slice(1)}` : id
}

export interface FormatOptions {
  readonly java: string
  readonly jars: string
  /** Of the broker. */
  readonly directory: string
  readonly clusterId: string
  readonly signal?: AbortSignal | undefined
}

/** Once per broker, about a second. */
export async function formatData(options: FormatOptions): Promise<void> {
  const { java, jars, directory, clusterId, signal } = options
  await mkdir(dataFolder(directory), { recursive: true })
  signal?.throwIfAborted()
  const lines: string[] = []
  const tool = spawnGuarded(java, formatArguments(jars, directory, clusterId), {
    onLine: (line) => lines.push(line),
  })
  const abort = (): void => void tool.signal('SIGKILL')
  signal?.addEventListener('abort', abort)
  const { code } = await tool.ended
  signal?.removeEventListener('abort', abort)
  signal?.throwIfAborted()
  if (code === 0) return
  throw new ServerEndedError(
    `Kafka's data folder could not be prepared (exit code ${code}):\n${lines.join('\n')}`,
    `Is there room, and permission to write, in ${directory}?`,
  )
}
