import type { Account } from '@smacktalk/contract'
import type { Command } from './command.ts'
import type { NamedScope } from './named-scope.ts'
import { DATA_OPTIONS, offlineSettings } from './offline-data.ts'
import { terminal } from './terminal.ts'

let open: NamedScope | null = null

export const importCommand: Command = {
  name: 'import',
  summary: 'takes over recorded chat: raw IRC lines with tags, one a line',
  options: DATA_OPTIONS,
  arguments: {
    value: '<file or ->',
    help: 'files to import in this order as one, "-" for the standard input',
  },
  details: `Files are plain, gzip or Zstandard; their content tells which. All of them are one run, known by their content:
imported again they add nothing, and an import that was interrupted goes on where it was. A minute that has been
counted already, live or by another import, is not counted a second time.
Every channel is taken and listed as paused; none is joined for that. With embedded data stop a running product
first; in a cluster it needs a stream job that runs, and ends when that has stored everything.

The last line on the standard output is what became of the lines, before it the reasons of those that were dropped:
  messages N, events N, duplicates N, late N, dropped N, ignored N`,
  async run(values, signal, paths) {
    const { NamedScope } = await import('./named-scope.ts')
    const { importFiles } = await import('./import-files.ts')
    const loaded = offlineSettings(values, terminal)
    const { account, ignored, already, ...told } = await (async () => {
      await using scope = new NamedScope()
      open = scope
      return await importFiles({ loaded, paths, scope, terminal, signal })
    })()
    if (already) terminal.say(`These files have been imported before, as ${told.run}: nothing was added.`)
    else terminal.say(summary(told))
    // Behind everything else, so that the last line is the last line.
    process.stdout.write(accountText(account, ignored))
  },
  stopping: () => open?.closing ?? null,
}

function summary(told: { lines: number; channels: number; unlisted: number; tookMs: number }): string {
  const { lines, channels, unlisted, tookMs } = told
  const number = (value: number): string => Math.round(value).toLocaleString('en-US')
  const seconds = Math.max(tookMs, 1) / 1_000
  const first = `${number(lines)} lines of ${number(channels)} ${channels === 1 ? 'channel' : 'channels'} in ${seconds.toFixed(1)} s, ${number(lines / seconds)} a second.`
  return unlisted === 0
    ? first
    : `${first}\n${number(unlisted)} of the channels are counted but not listed: the list has no more room.`
}

/** The reasons of what was dropped, one a line, then what became of all lines. */
export function accountText(
  { messages, events, duplicates, late, dropped }: Account,
  ignored: number,
): string {
  const reasons = dropped.map(({ name, count }) => `dropped as ${name}: ${count}\n`)
  const sum = dropped.reduce((total, { count }) => total + count, 0)
  return `${reasons.join('')}messages ${messages}, events ${events}, duplicates ${duplicates}, late ${late}, dropped ${sum}, ignored ${ignored}\n`
}
