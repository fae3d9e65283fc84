/** The folder of a cluster: one process at a time, and always the same number of brokers. */
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ClusterFolderError } from './errors.ts'
import type { BrokerCount } from './start-kafka.ts'

/** Says that the folder is ours, and what is in it. */
const MARK = 'cluster.json'
/** Holds the process id of the one that runs. */
const CLAIM = 'running.pid'

export interface FolderOptions {
  readonly directory: string
  readonly brokers: BrokerCount
  /** Deletes what an earlier cluster left. */
  readonly fresh: boolean
}

/**
 * Makes the folder and takes it; disposing gives it back and leaves the data.
 * @throws {ClusterFolderError} when another process has it, or it is not what is wanted.
 */
export async function claimFolder(options: FolderOptions): Promise<AsyncDisposable> {
  const { directory, brokers, fresh } = options
  await mkdir(directory, { recursive: true })
  if (!existsSync(join(directory, MARK)) && (await readdir(directory)).length > 0) {
    throw new ClusterFolderError(
      `${directory} holds something else than a cluster.`,
      'Name an empty or a new folder.',
    )
  }
  await claim(directory)
  try {
    if (fresh) await empty(directory)
    await checkMark(directory, brokers)
  } catch (error) {
    await rm(join(directory, CLAIM), { force: true })
    throw error
  }
  return { [Symbol.asyncDispose]: () => rm(join(directory, CLAIM), { force: true }) }
}

async function claim(directory: string): Promise<void> {
  const file = join(directory, CLAIM)
  // The mark comes first: a folder with a claim alone would be taken for something else.
  if (!existsSync(join(directory, MARK))) await writeFile(join(directory, MARK), '{}\n')
  for (const first of [true, false]) {
    try {
      await writeFile(file, `${process.pid}\n`, { flag: 'wx' })
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !first) throw error
    }
    const holder = Number(await readFile(file, 'utf8'))
    if (holder !== process.pid && isAlive(holder)) {
      throw new ClusterFolderError(
        `The cluster in ${directory} runs already (process ${holder}).`,
        `Stop it, or name another folder. If process ${holder} is something else, delete ${file}.`,
      )
    }
    // Left by a process that was killed.
    await rm(file, { force: true })
  }
}

/** True when there is such a process, ours or not. */
function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function empty(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (name !== CLAIM && name !== MARK) await rm(join(directory, name), { recursive: true, force: true })
  }
  await writeFile(join(directory, MARK), '{}\n')
}

async function checkMark(directory: string, brokers: BrokerCount): Promise<void> {
  const file = join(directory, MARK)
  const held = brokersOf(await readFile(file, 'utf8'))
  if (held !== null && held !== brokers) {
    throw new ClusterFolderError(
      `${directory} holds the data of ${held} Kafka broker${held === 1 ? '' : 's'}, and ${brokers} are wanted.`,
      `Use --brokers ${held}, another --data-dir, or --fresh to begin without data.`,
    )
  }
  await writeFile(file, `${JSON.stringify({ brokers })}\n`)
}

/** Null while it does not say. */
function brokersOf(mark: string): number | null {
  try {
    const value: unknown = JSON.parse(mark)
    const brokers = typeof value === 'object' && value !== null && 'brokers' in value ? value.brokers : null
    return typeof brokers === 'number' ? brokers : null
  } catch {
    // Cut short by a crash of the machine: as good as empty.
    return null
  }
}
