/** Waiting for the stream job: what is appended is counted only when it is folded and stored. */
import type { EventLog } from '@smacktalk/ports'

/** The stream job, as far as somebody who waits for it needs to know it. */
export interface Folding {
  /** Resolves when every partition is folded up to its end (an offset, by partition); rejects when the job ends before. */
  folded(ends: readonly number[]): Promise<void>
  /** Makes everything folded so far durable. */
  commit(): Promise<void>
  /** Records that may be appended and not folded; BEHIND_RECORDS_MAX by default. */
  readonly behindRecordsMax?: number
}

/** Where each partition of the chat ends now. */
export async function chatEnds(log: EventLog): Promise<number[]> {
  const ends: number[] = []
  for (let partition = 0; partition < log.partitions; partition++) {
    ends.push((await log.extent('chat', partition)).end)
  }
  return ends
}

/** Resolves when everything in the log at the time of the call is folded and stored. */
export async function settled(log: EventLog, folding: Folding): Promise<void> {
  await folding.folded(await chatEnds(log))
  await folding.commit()
}

/** Records between two marks. */
const MARK_RECORDS = 8_000
/**
 * Records that may be appended and not folded. Enough that each partition has a good batch to read, few enough
 * that an interrupted import is folded up within a second or two.
 */
const BEHIND_RECORDS_MAX = 64_000

/** Holds a writer back that is faster than the fold. */
export class BackPressure {
  readonly #log: EventLog
  readonly #folding: Folding
  #appended = 0
  #folded = 0
  #marks: { readonly appended: number; readonly ends: readonly number[] }[] = []

  constructor(log: EventLog, folding: Folding) {
    this.#log = log
    this.#folding = folding
  }

  /** After each append; resolves when the next may follow. */
  async appended(records: number): Promise<void> {
    this.#appended += records
    const marked = this.#marks.at(-1)?.appended ?? this.#folded
    if (this.#appended - marked >= MARK_RECORDS) {
      this.#marks.push({ appended: this.#appended, ends: await chatEnds(this.#log) })
    }
    const most = this.#folding.behindRecordsMax ?? BEHIND_RECORDS_MAX
    while (this.#appended - this.#folded > most) {
      const mark = this.#marks.shift()
      if (mark === undefined) return
      await this.#folding.folded(mark.ends)
      this.#folded = mark.appended
    }
  }
}
