/** An import: lines into the log, folded and stored, then what it covers and its end. */
import { type Account, NO_CHANNEL } from '@smacktalk/contract'
import { type Clock, type EventLog, PipelineError, type RowStore } from '@smacktalk/ports'
import type { Logger } from '@smacktalk/runtime'
import type { WantedChannels } from '@smacktalk/wanted-channels'
import { appendWithRetry } from './append-with-retry.ts'
import type { EncodedPiece } from './encoded-piece.ts'
import { BackPressure, type Folding, settled } from './folding.ts'
import { endOfImport } from './import-end.ts'
import { ImportInterruptedError } from './import-errors.ts'
import { openProgress, type ProgressRow } from './import-progress.ts'
import { emptyAccount, newestLogin, readAppended, runInChannels, sumAccounts } from './run-state.ts'
import { RunWriter } from './run-writer.ts'
import type { SettingsBook } from './settings-book.ts'

/** One transaction of the embedded log. */
const RECORDS_PER_APPEND = 1_000
const PROGRESS_MS = 1_000
/** Stands in its records where a live one has its ingestor. */
export const IMPORT_INGESTOR_ID = 'import'

export interface ImportOptions {
  readonly log: EventLog
  readonly store: RowStore
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly folding: Folding
  readonly wanted: Pick<WantedChannels, 'listImported'>
  readonly book: Pick<SettingsBook, 'ensure'>
  /** Name of the run, `import:...`: the same lines under the same name are the same import. */
  readonly run: string
  /** Names of the files for its row. */
  readonly files: readonly string[]
  /** All lines, encoded for this run, in pieces, from the first one on. */
  readonly pieces: AsyncIterable<EncodedPiece>
  /** Told after each piece how much has been read, in lines and in bytes of content. */
  readonly onRead?: (lines: number, bytes: number) => void
}

export interface ImportOutcome {
  /** True when it was finished before: nothing was read and nothing added. */
  readonly already: boolean
  /** How the records of the whole run ended, those of interrupted tries included. */
  readonly account: Account
  readonly ignored: number
  readonly lines: number
  /** Channels met. */
  readonly channels: number
  /** Channels among them that the list had no room for. */
  readonly unlisted: number
}

/**
 * Resolves when everything is folded and stored. An earlier try that was interrupted or killed is gone on with: what
 * it has appended is not appended again, so the log is the same as after one try. Throws ImportInterruptedError after
 * the signal, and what `pieces`, log, store or fold throw.
 */
export async function importRun(options: ImportOptions): Promise<ImportOutcome> {
  const { log, store, clock, logger, signal, folding, run } = options
  const progress = await openProgress(store, clock, run)
  if (progress.before?.state === 'finished') {
    return { already: true, account: emptyAccount(), ignored: 0, lines: 0, channels: 0, unlisted: 0 }
  }
  await settled(log, folding)
  const appended = await readAppended(options, run)
  const writer = new RunWriter(options.book, appended)
  /** What has been read. */
  let lines = 0
  let ignored = 0
  const pressure = new BackPressure(log, folding)
  /** What is in the log. */
  const reached = { line: progress.before?.line ?? 0, ignored: progress.before?.ignored ?? 0 }
  const note = progressNotes(progress, options, reached)
  await note('running')

  const append = async (): Promise<void> => {
    const batch = writer.takeBatch()
    if (batch.length > 0) {
      const written = await appendWithRetry({ log, clock, logger, signal }, 'chat', batch)
      if (!written) throw signal.reason
      await pressure.appended(batch.length)
    }
    // An interrupted try came further until its lines have been read again.
    if (lines < reached.line) return
    reached.line = lines
    reached.ignored = ignored
  }

  try {
    let notedAt = clock.now()
    for await (const piece of options.pieces) {
      for (const record of piece.records) writer.add(record)
      lines = piece.lines
      ignored = piece.ignored
      if (writer.waiting >= RECORDS_PER_APPEND) await append()
      options.onRead?.(lines, piece.bytes)
      if (clock.now() - notedAt < PROGRESS_MS) continue
      notedAt = clock.now()
      await append()
      await note('running')
    }
    await append()
  } catch (error) {
    await note('running')
    throw signal.aborted ? interrupted(reached.line) : error
  }
  await settled(log, folding)

  const met = await endChannels(options, writer, append)
  await settled(log, folding)
  // Listed before the row says that it is finished: whoever is killed in between does it once more.
  const unlisted = await options.wanted.listImported(met.logins)
  await note('finished', met.account)
  return { already: false, account: met.account, ignored, lines, channels: met.channels, unlisted }
}

/** Writes the last records of every channel; gives back what the run has come to. */
async function endChannels(
  options: ImportOptions,
  writer: RunWriter,
  append: () => Promise<void>,
): Promise<{ account: Account; channels: number; logins: string[] }> {
  const { run, store } = options
  let account = emptyAccount()
  let channels = 0
  const logins: string[] = []
  for await (const { channelId, login, clock } of runInChannels(options, run)) {
    account = sumAccounts(account, clock.account)
    if (channelId === NO_CHANNEL) continue
    channels++
    const { oldest, newest } = clock
    const extent = oldest === null || newest === null ? { from: 0, to: 0 } : { from: oldest, to: newest + 1 }
    for (const record of endOfImport({ channelId, login, run, ingestorId: IMPORT_INGESTOR_ID, ...extent })) {
      writer.put(channelId, record)
    }
    const name = await newestLogin(store, channelId)
    if (name !== null) logins.push(name)
    if (writer.waiting >= RECORDS_PER_APPEND) await append()
  }
  await append()
  return { account, channels, logins }
}

/** How the progress row is written: everything in it but the state is known here. */
function progressNotes(
  progress: ProgressRow,
  { clock, logger, files }: ImportOptions,
  reached: Readonly<{ line: number; ignored: number }>,
) {
  const startedAt = progress.before?.startedAt ?? clock.now()
  return async (state: 'running' | 'finished', account: Account | null = null): Promise<void> => {
    const finishedAt = state === 'finished' ? clock.now() : null
    try {
      await progress.write({ files: [...files], state, ...reached, startedAt, finishedAt, account })
    } catch (error) {
      // Only the end must be known; how far it is can be told later.
      if (state === 'finished' || !(error instanceof PipelineError && error.retriable)) throw error
      logger.warn({ err: error, hint: error.hint }, 'how far the import is could not be stored')
    }
  }
}

function interrupted(line: number): ImportInterruptedError {
  return new ImportInterruptedError(
    `The import was interrupted after line ${line}.`,
    'Run the same command again: it goes on from there.',
  )
}
