import type { Command } from './command.ts'
import { UsageError } from './failures.ts'
import type { NamedScope } from './named-scope.ts'
import { DATA_OPTIONS, offlineSettings } from './offline-data.ts'
import { readWord } from './options.ts'
import { grouped } from './progress-display.ts'
import { terminal } from './terminal.ts'

let open: NamedScope | null = null

export const exportCommand: Command = {
  name: 'export',
  summary: 'writes rows as CSV or JSON lines',
  arguments: { value: '<rows>', help: 'minutes, hours, days, users, top, events or moments' },
  options: {
    channel: {
      type: 'string',
      value: '<names>',
      help: 'names or id:<number>, comma separated; all by default',
    },
    from: {
      type: 'string',
      value: '<time>',
      help: 'start, included: ISO 8601 or milliseconds; an hour before --to',
    },
    to: { type: 'string', value: '<time>', help: 'end, not included; now by default' },
    format: { type: 'string', value: '<name>', help: 'csv (the default) or ndjson' },
    output: {
      type: 'string',
      value: '<file>',
      help: 'file to write, complete or not at all; else standard output',
    },
    without: {
      type: 'string',
      value: '<kinds>',
      help: 'minutes, hours, days: leaves out bots,commands,shared',
    },
    kind: { type: 'string', value: '<name>', help: 'top: one list instead of all; events: one kind' },
    limit: { type: 'string', value: '<number>', help: 'top: most entries of a list; 1,000 by default' },
    cause: { type: 'string', value: '<name>', help: 'moments: one cause' },
    chapters: {
      type: 'boolean',
      help: 'moments: not rows but chapters, `hh:mm:ss title`, as video sites read them',
    },
    start: {
      type: 'string',
      value: '<time>',
      help: 'chapters: where the video begins, and the default of --from',
    },
    ...DATA_OPTIONS,
  },
  details: `Rows
  minutes, hours, days   a row per span, as the series of the API: every number of it; empty where nobody was there
  users                  a row per person, channel and UTC day on which something was counted of them
  top                    the lists of chatters, emotes, words, commands and mentions over the range, by rank
  events                 what happened, oldest first
  moments                when chat left its baseline, with cause and evidence, by beginning

Names and values are those of the API (/api/v1/openapi.json). Ranges are rounded outwards, to the minute, hour or UTC
day, and may be of any length, top lists of 400 days at most: rows are read and written part by part. It only
reads, so the product may run meanwhile; the newest five seconds may be missing.

CSV is UTF-8 with a header, by RFC 4180. Nothing is an empty field; a text that a spreadsheet would take for a
formula has an apostrophe in front. JSON lines have every text as it is. Each row says its source: twitch, or demo
for the demo world's invented chat.

Exit code 2 means that nothing was written: wrong use, or a channel that nobody counted.`,
  async run(values, signal, args) {
    const { NamedScope } = await import('./named-scope.ts')
    const { exportData, queryFrom } = await import('./export-data.ts')
    const { fileOutput, streamOutput } = await import('./export-output.ts')
    const { FORMATS } = await import('./export-text.ts')
    const { EXPORTS } = await import('@smacktalk/gateway')
    const [first = '', ...more] = args
    if (more.length > 0)
      throw new UsageError(`One kind of rows at a time, not also "${more[0]}".`, 'Run it once for each.')
    if (values['chapters'] !== undefined && values['format'] !== undefined) {
      throw new UsageError('Chapters have a form of their own.', 'Leave --format out, or --chapters.')
    }
    const request = {
      name: readWord('kind of rows', first, EXPORTS),
      format: readWord('format', values['format'] ?? 'csv', FORMATS),
      channels: values['channel']?.split(',') ?? null,
      query: queryFrom(values),
    }
    const { settings } = offlineSettings(values, terminal)
    const path = values['output']
    const { rows, source } = await (async () => {
      await using scope = new NamedScope()
      open = scope
      const openOutput = () =>
        path === undefined ? streamOutput(process.stdout, 'The standard output') : fileOutput(path)
      return await exportData(request, { settings, scope, signal, openOutput })
    })()
    if (source === 'demo') terminal.say('Demo data: the chat behind these rows is invented.')
    if (path !== undefined) terminal.say(`${grouped(rows)} ${rows === 1 ? 'row' : 'rows'} in ${path}`)
  },
  stopping: () => open?.closing ?? null,
}
