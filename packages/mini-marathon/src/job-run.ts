/** A Metronome job, run once. */
import { chown, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { LogTail, spawnGuarded } from '@smacktalk/local-cluster'
import type { Job } from './definition.ts'
import { jobEnvironment, type Overlay } from './environment.ts'
import { MachineError } from './errors.ts'
import type { Account } from './users.ts'

export interface JobOptions {
  readonly taskId: string
  readonly directory: string
  readonly checkout: string
  readonly path: string
  readonly overlay: Overlay
  readonly account: Account | null
  readonly signal: AbortSignal
}

/** @throws {MachineError} with its last lines unless it ends with 0; the signal's reason when that ended it. */
export async function runJob(job: Job, options: JobOptions): Promise<void> {
  const { taskId, directory, checkout, path, overlay, account, signal } = options
  const sandbox = join(directory, 'sandbox')
  await mkdir(sandbox, { recursive: true })
  if (account !== null) await chown(sandbox, account.uid, account.gid)
  const log = new LogTail(join(directory, 'log'))
  log.open()
  signal.throwIfAborted()
  const [file = '', ...args] = job.args
  const child = spawnGuarded(file, args, {
    cwd: checkout,
    env: jobEnvironment(job, { taskId, ports: [], sandbox, path }, overlay),
    onLine: (line) => log.add(line),
    ...(account ?? {}),
  })
  const abort = (): void => void child.signal('SIGTERM')
  signal.addEventListener('abort', abort)
  try {
    const ending = await child.ended
    signal.throwIfAborted()
    if (ending.code === 0) return
    throw new MachineError(
      `The job ${job.id} ended with ${ending.signal ?? `exit code ${ending.code}`}. It said:\n${log.text()}`,
      'Do Kafka and Cassandra run? `npm run cluster` starts both; --env says where others are.',
    )
  } finally {
    signal.removeEventListener('abort', abort)
    log.close()
  }
}
