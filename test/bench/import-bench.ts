/** `smacktalk import` end to end: a file of raw lines in, durable rows out; then everything is counted again. */
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { loadSettings } from '@smacktalk/runtime'
import { createWorld } from '@smacktalk/simulator'
import { auditData } from '../../apps/cli/src/audit-data.ts'
import { importFiles } from '../../apps/cli/src/import-files.ts'
import { NamedScope } from '../../apps/cli/src/named-scope.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import type { BenchResult } from './bench-result.ts'
import { peakRssBytes, Stopwatch } from './stopwatch.ts'

const LOAD = { seed: 7, channels: 14, messagesPerSecond: 200, duplicateShare: 0.01 } as const
/** Long ago: its minutes have ended, whenever the bench runs. */
const START_MS = Date.UTC(2024, 0, 8, 12)
const PIECE_MS = 10_000

/** Faults that leave a line without what it needs; it is dropped, its message does not count. */
const FATAL_FAULTS: ReadonlySet<string> = new Set([
  'no-id',
  'no-user',
  'no-room',
  'no-time',
  'far-future',
  'no-tags',
  'malformed',
])

export async function benchImport(lines: number): Promise<BenchResult> {
  using folder = temporaryFolder()
  const path = join(folder.path, 'chat.irc')
  const expected = await writeLines(path, lines)
  const { settings, ...loaded } = loadSettings({
    env: {},
    cwd: folder.path,
    config: undefined,
    overrides: { dataDir: folder.path, source: 'twitch' },
  })
  const terminal = { say: () => undefined }
  const { signal } = new AbortController()
  const watch = new Stopwatch()
  const differences: string[] = []
  await watch.time(async () => {
    await using scope = new NamedScope()
    const { account, ignored } = await importFiles({
      loaded: { ...loaded, settings },
      paths: [path],
      scope,
      terminal,
      signal,
    })
    const { messages, events, duplicates, late } = account
    const dropped = account.dropped.reduce((sum, { count }) => sum + count, 0)
    const told = messages + events + duplicates + late + dropped + ignored
    if (told !== expected.lines)
      differences.push(`lines: ${expected.lines} in the file, ${told} accounted for.`)
    if (messages !== expected.messages) {
      differences.push(`messages: ${expected.messages} in the file, ${messages} counted.`)
    }
  })
  const rss = peakRssBytes()
  await using scope = new NamedScope()
  const audit = await auditData({ settings, channel: null, scope, terminal, signal })
  if (audit.differences > 0) differences.push(`an audit finds ${audit.differences} differences.`)
  if (audit.spans.minutes.compared === 0) differences.push('the audit had nothing to compare.')
  return {
    name: 'import',
    work:
      `a plain file of ${LOAD.channels} simulated channels, looked through, read in a thread of its own, appended, ` +
      'folded and stored in the embedded data; a recount of the log then agreed with the rows.',
    records: expected.lines,
    seconds: watch.seconds,
    cpuSeconds: watch.cpuSeconds,
    peakRssBytes: rss,
    times: { what: 'the whole', ms: watch.pieceMs },
    differences,
  }
}

/** What the fold must have counted in the end, told from the raw lines alone. */
async function writeLines(path: string, least: number): Promise<{ lines: number; messages: number }> {
  const world = createWorld({ ...LOAD, startMs: START_MS })
  const file = createWriteStream(path)
  const ids = new Set<string>()
  let lines = 0
  for (let untilMs = START_MS + PIECE_MS; lines < least; untilMs += PIECE_MS) {
    let text = ''
    for (const { channel, line, fault } of world.advance(untilMs)) {
      lines++
      text += `${line}\n`
      if (fault !== null && FATAL_FAULTS.has(fault)) continue
      const id = /^@(?:[^ ]*;)?id=([^; ]+)[^ ]* :[^ ]+ PRIVMSG /.exec(line)?.[1]
      if (id !== undefined) ids.add(`${channel} ${id}`)
    }
    if (!file.write(text)) await new Promise((resolve) => file.once('drain', resolve))
  }
  file.end()
  await finished(file)
  return { lines, messages: ids.size }
}
