/** Waiting for a broker or a store that is not there yet: processes of a cluster start in any order. */
import { type Clock, PipelineError } from '@smacktalk/ports'

/** Between two tries. */
const RETRY_MS = 500
const RETRY_MS_MAX = 2_000
/** How often the same wait is told again. */
const REMIND_MS = 5_000
/** A try that takes longer is told of before it has failed: some have a patience of their own. */
const SLOW_TRY_MS = 2_000

export interface Wait {
  readonly what: string
  /** Null: it is there. */
  readonly reason: string | null
  /** Without it nothing goes on; otherwise the rest works meanwhile. */
  readonly isNeeded: boolean
}

/** How long to wait, and whom to tell. */
export interface Patience {
  /** Ends the wait. */
  readonly signal: AbortSignal
  /** Told at once and then every few seconds while it lasts, and when it is over. */
  readonly waiting: (wait: Wait) => void
}

export interface PatientOptions {
  readonly what: string
  readonly isNeeded: boolean
  readonly clock: Clock
  /** Null: the first failure is final. */
  readonly patience: Patience | null
  /** Failures that time or somebody else may mend. */
  readonly isPassing: (error: unknown) => boolean
}

/**
 * Opens until it works. Throws what cannot get better by waiting, and the signal's reason after an abort; what an
 * aborted try still opens is disposed.
 */
export async function patiently<T extends AsyncDisposable>(
  { what, isNeeded, clock, patience, isPassing }: PatientOptions,
  open: () => Promise<T>,
): Promise<T> {
  if (patience === null) return open()
  const { signal, waiting } = patience
  let remindedAt = Number.NEGATIVE_INFINITY
  const remind = (reason: string): void => {
    if (clock.now() - remindedAt < REMIND_MS) return
    remindedAt = clock.now()
    waiting({ what, reason, isNeeded })
  }
  for (let delayMs = RETRY_MS; ; delayMs = Math.min(2 * delayMs, RETRY_MS_MAX)) {
    signal.throwIfAborted()
    const trying = new AbortController()
    remindWhile(trying.signal, clock, () => remind('It has not answered yet.'))
    try {
      const opened = await unlessAborted(open(), signal)
      if (Number.isFinite(remindedAt)) waiting({ what, reason: null, isNeeded })
      return opened
    } catch (error) {
      if (signal.aborted || !isPassing(error)) throw error
      remind(reasonOf(error))
    } finally {
      trying.abort()
    }
    await clock.sleep(delayMs, signal)
  }
}

async function remindWhile(signal: AbortSignal, clock: Clock, remind: () => void): Promise<void> {
  await clock.sleep(SLOW_TRY_MS, signal)
  while (!signal.aborted) {
    remind()
    await clock.sleep(REMIND_MS, signal)
  }
}

async function unlessAborted<T extends AsyncDisposable>(
  opening: Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const aborted = Promise.withResolvers<never>()
  const abort = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([opening, aborted.promise])
  } catch (error) {
    // Nobody waits for it any longer: what it opens is closed, how it fails is of no account.
    if (signal.aborted) {
      opening.then(
        (late) => late[Symbol.asyncDispose](),
        () => undefined,
      )
    }
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof PipelineError) return `${error.message} ${error.hint}`
  return error instanceof Error ? error.message : String(error)
}
