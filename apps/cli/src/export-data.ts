/** An export: rows of embedded data, also of a running product, or of a cluster at work. */
import { existsSync } from 'node:fs'
import { chapterList } from '@smacktalk/contract'
import {
  type ExportName,
  type ExportQuestion,
  HttpProblem,
  type KnownChannel,
  RowExport,
  readExportQuestion,
} from '@smacktalk/gateway'
import { PipelineError } from '@smacktalk/ports'
import { type Settings, systemClock } from '@smacktalk/runtime'
import { openWantedChannels } from '@smacktalk/wanted-channels'
import type { SourceKind } from './configured-channels.ts'
import type { Output } from './export-output.ts'
import { type Format, type RowText, rowText } from './export-text.ts'
import { UsageError } from './failures.ts'
import type { NamedScope } from './named-scope.ts'
import { dataFolder, openOfflineData } from './offline-data.ts'
import type { OptionValues } from './options.ts'
import { dataSource } from './source-choice.ts'

const SEE_HELP = '`smacktalk export --help` says what is possible.'

/** Somebody stopped it: what came out is not all. */
export class ExportStoppedError extends PipelineError {
  override readonly name = 'ExportStoppedError'
  override readonly retriable = true

  constructor(rows: number) {
    super(`Stopped after ${rows} rows.`, 'Run it again for all of them.')
  }
}

export interface ExportRequest {
  readonly name: ExportName
  readonly format: Format
  /** Null: all channels. */
  readonly channels: readonly string[] | null
  /** The parameters of the API among the options. */
  readonly query: ReadonlyMap<string, string>
}

export interface ExportOptions {
  readonly settings: Settings
  readonly scope: NamedScope
  readonly signal: AbortSignal
  /** Opened when it is sure that there is something to write. */
  openOutput(): Output
}

export interface Exported {
  readonly rows: number
  readonly source: SourceKind
}

const PARAMETERS = ['from', 'to', 'without', 'kind', 'limit', 'cause', 'chapters', 'start'] as const

export function queryFrom(values: OptionValues): ReadonlyMap<string, string> {
  const query = new Map<string, string>()
  for (const name of PARAMETERS) {
    const value = values[name]
    if (value !== undefined) query.set(name, value)
  }
  return query
}

/** Writes every row; ends early, without an error, when nobody reads any more. */
export async function exportData(
  { name, format, channels: names, query }: ExportRequest,
  { settings, scope, signal, openOutput }: ExportOptions,
): Promise<Exported> {
  const question = await asked(async () => readExportQuestion(name, query, systemClock.now()))
  const source = dataSource(settings)
  checkThere(settings)
  const { backend, logger } = await openOfflineData(settings, scope, { readOnly: true })
  const { log, store } = backend
  const reading = new AbortController()
  const wanted = await openWantedChannels({ log, clock: systemClock, logger, signal: reading.signal })
  scope.defer('the list of channels', () => {
    reading.abort()
    return wanted.finished
  })
  const rows = new RowExport({ log, store, wanted, clock: systemClock, optOut: settings.optOut })
  const channels = await asked(() => rows.channels(names))
  if (question.what === 'moments' && question.chaptersFrom !== null && channels.length !== 1) {
    throw new UsageError('Chapters are of one channel.', 'Name it with --channel.')
  }
  const text = rowText(format, name)
  const output = openOutput()
  let written = 0
  const hasHead = !query.has('chapters')
  try {
    if (hasHead) await output.write(text.head)
    for await (const line of linesOf(rows, question, channels, text, source)) {
      if (signal.aborted) throw new ExportStoppedError(written)
      if (!(await output.write(line))) break
      written++
    }
    await output.end()
  } catch (error) {
    await output.giveUp()
    throw error
  }
  return { rows: written, source }
}

async function* linesOf(
  rows: RowExport,
  question: ExportQuestion,
  channels: readonly KnownChannel[],
  text: RowText,
  source: SourceKind,
): AsyncGenerator<string> {
  for (const channel of channels) {
    if (question.what === 'moments' && question.chaptersFrom !== null) {
      for await (const moment of rows.moments(channel, question)) {
        const line = chapterList([moment], question.chaptersFrom)
        if (line !== '') yield line
      }
    } else {
      for await (const row of rows.rows(question, channel)) yield text.row({ source, ...row })
    }
  }
}

/** What cannot be answered as it was asked is wrong use here. */
async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof HttpProblem) throw new UsageError(error.message, SEE_HELP)
    throw error
  }
}

function checkThere(settings: Settings): void {
  const directory = dataFolder(settings)
  if (settings.backend !== 'embedded' || existsSync(directory)) return
  const other = dataSource(settings) === 'demo' ? '' : ' Those of the demo world need --source demo.'
  throw new UsageError(
    `There are no data in "${directory}".`,
    `They are made when the product starts.${other} --data-dir names another folder.`,
  )
}
