import { isDropReason, NO_CHANNEL, type StatusAnswer } from '@smacktalk/contract'
import { type Clock, type EventLog, PipelineError } from '@smacktalk/ports'
import type { PipelineWatch } from './pipeline-watch.ts'
import { SharedAnswers } from './request-gate.ts'
import type { RowReader } from './row-reader.ts'

type Account = StatusAnswer['account']
type Accounted = Pick<StatusAnswer, 'account' | 'accountAt' | 'droppedWithoutChannel'>

/** Everybody who asks within this time shares one reading. */
const ACCOUNT_FRESH_MS = 1_000

/** The status tells what is wrong, so it does not wait longer for the store than this. */
const ACCOUNT_WAIT_MS = 1_000

/** The account of all records; while the store does not answer, the one that was read last. */
export class Accounts {
  readonly #reader: RowReader
  readonly #log: Pick<EventLog, 'partitions'>
  readonly #clock: Clock
  readonly #pipeline: Pick<PipelineWatch, 'storeOutage'>
  readonly #shared: SharedAnswers<Accounted>
  #newest: Accounted = {
    account: { records: 0, messages: 0, events: 0, duplicates: 0, late: 0, dropped: 0 },
    accountAt: null,
    droppedWithoutChannel: {},
  }

  constructor(sources: {
    reader: RowReader
    log: Pick<EventLog, 'partitions'>
    clock: Clock
    pipeline: Pick<PipelineWatch, 'storeOutage'>
  }) {
    this.#reader = sources.reader
    this.#log = sources.log
    this.#clock = sources.clock
    this.#pipeline = sources.pipeline
    this.#shared = new SharedAnswers(ACCOUNT_FRESH_MS, () => sources.clock.now())
  }

  async read(): Promise<Accounted> {
    if (this.#pipeline.storeOutage !== null) return this.#newest
    const reading = this.#shared.get('', async () => {
      const account = await readAccount(this.#reader, this.#log.partitions)
      return { ...account, accountAt: new Date(this.#clock.now()).toISOString() }
    })
    const done = new AbortController()
    const late = this.#clock.sleep(ACCOUNT_WAIT_MS, done.signal).then(() => this.#newest)
    try {
      this.#newest = await Promise.race([reading, late])
    } catch (error) {
      // What is wrong stands in the same answer.
      if (!(error instanceof PipelineError && error.retriable)) throw error
    } finally {
      done.abort()
    }
    return this.#newest
  }
}

/** Adds up the account of every channel from the clock rows, as of the last commits. */
export async function readAccount(
  reader: RowReader,
  logPartitions: number,
): Promise<Pick<StatusAnswer, 'account' | 'droppedWithoutChannel'>> {
  const account: Account = { records: 0, messages: 0, events: 0, duplicates: 0, late: 0, dropped: 0 }
  const droppedWithoutChannel: Record<string, number> = {}
  for await (const clock of reader.clocks(logPartitions)) {
    account.messages += clock.account.messages
    account.events += clock.account.events
    account.duplicates += clock.account.duplicates
    account.late += clock.account.late
    for (const { name, count } of clock.account.dropped) {
      account.dropped += count
      if (clock.channelId !== NO_CHANNEL) continue
      const reason = isDropReason(name) ? name : 'other'
      droppedWithoutChannel[reason] = (droppedWithoutChannel[reason] ?? 0) + count
    }
  }
  const { messages, events, duplicates, late, dropped } = account
  account.records = messages + events + duplicates + late + dropped
  return { account, droppedWithoutChannel }
}
