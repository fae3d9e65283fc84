import type { EventLog } from '@smacktalk/ports'

export interface LogUnderTest extends AsyncDisposable {
  readonly log: EventLog
  /** Closes the log and opens it again on the same data; the old one is not to be used any more. */
  reopen(): Promise<EventLog>
  /** Lets at least a millisecond pass by the clock that append times come from, and what is ready to run, run. */
  nextMillisecond(): Promise<void>
}

/** Long enough for a broker to hand out partitions; a fact that comes true ends the wait at once. */
export const WAIT = { timeout: 30_000, interval: 5 }

export const KEY = '1234'
