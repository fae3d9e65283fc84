/** A real log and store in a folder of their own, and what the log holds. */
import type { AnyRecord } from '@smacktalk/contract'
import { type Embedded, openEmbedded } from '@smacktalk/embedded'
import { systemClock } from '@smacktalk/runtime'
import { decodeRecord } from '@smacktalk/wire'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from './temporary-folder.ts'

export type LoggedRecord = AnyRecord & { readonly partition: number; readonly offset: number }

/** Closed and removed when the running test ends. */
export async function openTemporaryLog(): Promise<Embedded> {
  const folder = temporaryFolder()
  const embedded = await openEmbedded({
    directory: folder.path,
    clock: systemClock,
    logRetentionMs: 86_400_000,
    rowRetentionDays: 400,
  })
  onTestFinished(async () => {
    await embedded[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
  })
  return embedded
}

/** Everything in the chat log; records of one channel stand in their order. */
export async function recordsIn({ log }: Embedded): Promise<LoggedRecord[]> {
  const records: LoggedRecord[] = []
  for (let partition = 0; partition < log.partitions; partition++) {
    const { low, end } = await log.extent('chat', partition)
    for await (const batch of log.read('chat', partition, low, end)) {
      for (const { offset, value } of batch) records.push({ ...decodeRecord(value), partition, offset })
    }
  }
  return records
}

/** Waits until a fact holds; the test's own time limit ends a wait for what never comes. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await systemClock.sleep(5)
}
