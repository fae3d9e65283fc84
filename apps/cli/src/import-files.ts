/** Everything an import needs, opened and closed around it. */

import { createReadStream } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename } from 'node:path'
import {
  createSettingsBook,
  type Folding,
  IMPORT_INGESTOR_ID,
  type ImportFile,
  type ImportOutcome,
  importRun,
  inspectFile,
  keepStream,
  type LookedThrough,
  lookThrough,
  readApart,
  runOf,
  storedFolding,
} from '@smacktalk/ingestor'
import { type LoadedSettings, systemClock } from '@smacktalk/runtime'
import { startStreamJob } from '@smacktalk/stream-job'
import { openWantedChannels } from '@smacktalk/wanted-channels'
import { UsageError } from './failures.ts'
import { foldSettings } from './fold-settings.ts'
import type { NamedScope } from './named-scope.ts'
import { type OfflineData, openOfflineData } from './offline-data.ts'
import { ProgressDisplay, size } from './progress-display.ts'
import type { Terminal } from './terminal.ts'

export const STANDARD_INPUT = '-'

export interface ImportFilesOptions {
  readonly loaded: LoadedSettings
  /** In the order of import; `-` is the standard input. */
  readonly paths: readonly string[]
  readonly scope: NamedScope
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

export interface ImportedFiles extends ImportOutcome {
  readonly run: string
  readonly tookMs: number
}

/** Imports the files as one run. Nothing is appended before every file has been read once without a fault. */
export async function importFiles(options: ImportFilesOptions): Promise<ImportedFiles> {
  const { loaded, paths, scope, terminal } = options
  if (paths.filter((path) => path === STANDARD_INPUT).length > 1) {
    throw new UsageError('The standard input can be read only once.', 'Give "-" once.')
  }
  // A name that is wrong is told before anything is opened.
  const found = new Map<string, ImportFile | null>()
  for (const path of paths) found.set(path, path === STANDARD_INPUT ? null : await inspectFile(path))
  const data = await openOfflineData(loaded.settings, scope)
  const files: ImportFile[] = []
  for (const path of paths) files.push(found.get(path) ?? (await keep(path, data, options)))

  const looked = await lookThroughAll(files, options)
  const run = runOf(looked.map(({ content }) => content))
  const names = files.map(({ name }) => name)
  terminal.say(`Importing ${listed(names)} as ${run} ...`)
  const startedAt = systemClock.now()
  const outcome = await importInto(data, looked, run, options)
  return { ...outcome, run, tookMs: systemClock.now() - startedAt }
}

/** What can be read only once is copied first: to know a run its whole content must be known. */
async function keep(path: string, data: OfflineData, options: ImportFilesOptions): Promise<ImportFile> {
  const { scope, signal, terminal } = options
  const isInput = path === STANDARD_INPUT
  const name = isInput ? 'standard input' : basename(path)
  terminal.say(`Reading ${isInput ? 'the standard input' : path} ...`)
  const stack = new AsyncDisposableStack()
  scope.defer('a copy of the input', () => stack.disposeAsync())
  const stream = isInput ? process.stdin : createReadStream(path)
  // Beside embedded data there is room for it; a machine of a cluster has only its temporary folder for sure.
  const folder = data.backend.kind === 'embedded' ? data.directory : tmpdir()
  return keepStream(stream, { folder, name, scope: stack, signal })
}

async function lookThroughAll(
  files: readonly ImportFile[],
  { signal, terminal }: ImportFilesOptions,
): Promise<readonly LookedThrough[]> {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  terminal.say(
    `Looking through ${files.length === 1 ? '1 file' : `${files.length} files`}, ${size(total)} ...`,
  )
  const display = new ProgressDisplay('Looking', process.stderr, systemClock)
  const looked: LookedThrough[] = []
  let before = 0
  try {
    for (const file of files) {
      const content = await lookThrough(file, signal, (done) =>
        display.show({ done: before + done, total, count: null }),
      )
      before += file.bytes
      looked.push({ file, content })
    }
  } finally {
    display.clear()
  }
  return looked
}

async function importInto(
  data: OfflineData,
  looked: readonly LookedThrough[],
  run: string,
  options: ImportFilesOptions,
): Promise<ImportOutcome> {
  const { settings, backend, logger } = data
  const { scope, signal } = options
  const { log, store } = backend
  const following = new AbortController()
  const wanted = await openWantedChannels({ log, clock: systemClock, signal: following.signal, logger })
  scope.defer('the list of channels', () => {
    following.abort()
    return wanted.finished
  })
  // Whichever of these cannot go on ends the import, with its own reason.
  const failed = new AbortController()
  const stopping = AbortSignal.any([signal, failed.signal])
  const { folding, finished } = openFolding(data, stopping, options)
  for (const running of [finished, wanted.finished]) running.catch((error) => failed.abort(error))

  const total = looked.reduce((sum, { content }) => sum + content.bytes, 0)
  const display = new ProgressDisplay('Importing', process.stderr, systemClock)
  try {
    return await importRun({
      log,
      store,
      clock: systemClock,
      logger,
      signal: stopping,
      folding,
      wanted,
      book: createSettingsBook(settings),
      run,
      files: looked.map(({ file }) => file.name),
      pieces: readApart({ files: looked, run, ingestorId: IMPORT_INGESTOR_ID }, stopping),
      onRead: (number, done) => display.show({ done, total, count: { number, unit: 'lines' } }),
    })
  } catch (error) {
    throw failed.signal.aborted ? failed.signal.reason : error
  } finally {
    display.clear()
  }
}

/** Embedded data have no other job than the one that is started here; in a cluster those that run do the work. */
function openFolding(
  { settings, backend, logger }: OfflineData,
  signal: AbortSignal,
  { scope, terminal }: ImportFilesOptions,
): { folding: Folding; finished: Promise<void> } {
  const { log, store, kind } = backend
  if (kind === 'cluster') {
    const onStandstill = (): void =>
      terminal.say('Nothing is being folded: does a stream job run? Waiting ...')
    const folding = storedFolding({ store, clock: systemClock, logger, signal, onStandstill })
    return { folding, finished: new Promise(() => {}) }
  }
  const fold = foldSettings(settings)
  const job = scope.use('the stream job', startStreamJob({ log, store, clock: systemClock, logger, fold }))
  return { folding: job, finished: job.finished }
}

const NAMES_SHOWN_MAX = 5

function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN_MAX).join(', ')
  return names.length <= NAMES_SHOWN_MAX ? shown : `${shown} and ${names.length - NAMES_SHOWN_MAX} more`
}
