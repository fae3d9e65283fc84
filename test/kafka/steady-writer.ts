/** Appends numbered texts without end, several calls at a time, and keeps account of what became of each. */
import { type EventLog, type OutgoingRecord, PipelineError } from '@smacktalk/ports'
import { textsOf } from '../conformance/records.ts'

/** Calls under way at once, and records per call. */
const CALLS = 4
const RECORDS = 40

export interface SteadyWriter {
  /** Texts the log has acknowledged. */
  readonly acknowledged: ReadonlySet<string>
  /** Texts of calls that were rejected: they may be in the log, once. */
  readonly rejected: ReadonlySet<string>
  stop(): Promise<void>
}

export function writeSteadily(log: EventLog, keys: readonly string[]): SteadyWriter {
  const acknowledged = new Set<string>()
  const rejected = new Set<string>()
  let next = 0
  let stopped = false
  const caller = async (): Promise<void> => {
    while (!stopped) {
      const records = Array.from({ length: RECORDS }, (): OutgoingRecord => {
        const text = String(next++)
        return { key: keys[Number(text) % keys.length] ?? '', value: Buffer.from(text) }
      })
      const texts = records.map(({ value }) => Buffer.from(value).toString())
      try {
        await log.append('chat', records)
        for (const text of texts) acknowledged.add(text)
      } catch (error) {
        if (!(error instanceof PipelineError && error.retriable)) throw error
        for (const text of texts) rejected.add(text)
      }
    }
  }
  const calls = Promise.all(Array.from({ length: CALLS }, caller))
  return {
    acknowledged,
    rejected,
    async stop() {
      stopped = true
      await calls
    },
  }
}

/** Every text in the log, with how often it is there. */
export async function textsInLog(log: EventLog): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  for (let partition = 0; partition < log.partitions; partition++) {
    const { low, end } = await log.extent('chat', partition)
    for await (const batch of log.read('chat', partition, low, end)) {
      for (const text of textsOf(batch)) counts.set(text, (counts.get(text) ?? 0) + 1)
    }
  }
  return counts
}
