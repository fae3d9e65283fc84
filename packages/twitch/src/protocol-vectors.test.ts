/** The parser gate: every line of the protocol collection, compared with a second, naive splitter. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DROP_REASONS, isDropReason } from '@smacktalk/contract'
import { describe, expect, it } from 'vitest'
import { parseTags, splitIrcLine } from './irc-line.ts'
import { createLineReader } from './read-line.ts'

const shared = resolve(
  process.env['SMACKTALK_SHARED'] ?? join(import.meta.dirname, '../../../../shared'),
  'twitch-irc',
)
const present = existsSync(join(shared, 'vectors'))
if (!present)
  console.warn(`SKIPPED: protocol vectors are missing, expected in ${shared}; set SMACKTALK_SHARED`)

function linesOf(path: string): string[] {
  return readFileSync(join(shared, path), 'utf8').split('\n').slice(0, -1)
}

const rows = present
  ? readdirSync(join(shared, 'vectors'))
      .filter((name) => name.endsWith('.irc'))
      .flatMap((name) =>
        linesOf(`vectors/${name}`).map((line, index) => ({ kind: name.slice(0, -4), row: index + 1, line })),
      )
  : []

/** Well-formed IRC said in one expression, slowly. */
function naiveSplit(line: string) {
  const match = /^(?:@([^ ]*) +)?(?::([^ ]+) +)?([A-Za-z]+|[0-9]{3})(?: +([\s\S]*))?$/.exec(line)
  if (match === null) return null
  const [, tags = '', prefix = null, command = '', rest = ''] = match
  const trailing = /(?:^| ):/.exec(rest)
  const middle = (trailing === null ? rest : rest.slice(0, trailing.index))
    .split(' ')
    .filter((word) => word !== '')
  const params = trailing === null ? middle : [...middle, rest.slice(trailing.index + trailing[0].length)]
  return { rawTags: tags, prefix, command, params }
}

function naiveTags(rawTags: string): [string, string][] {
  const tags = new Map<string, string>()
  for (const tag of rawTags.split(';').filter((text) => text !== '')) {
    const [name = '', ...rest] = tag.split('=')
    const value = rest
      .join('=')
      .replace(/\\(.?)/gs, (_all, next: string) => ({ s: ' ', ':': ';', r: '\r', n: '\n' })[next] ?? next)
    tags.set(name, value)
  }
  return [...tags]
}

const escapes = new Map([
  [' ', '\\s'],
  [';', '\\:'],
  ['\\', '\\\\'],
  ['\r', '\\r'],
  ['\n', '\\n'],
])

function serialise(tags: ReadonlyMap<string, string>): string {
  const escaped = (value: string) => value.replace(/[ ;\\\r\n]/g, (character) => escapes.get(character) ?? '')
  return [...tags].map(([name, value]) => `${name}=${escaped(value)}`).join(';')
}

describe.skipIf(!present)('the protocol vectors', () => {
  it('are all there', () => {
    expect(rows).toHaveLength(602)
    expect(new Set(rows.map(({ kind }) => kind)).size).toBe(43)
  })

  it('are split as a naive splitter splits them', () => {
    for (const { kind, row, line } of rows) {
      expect(splitIrcLine(line), `${kind} ${row}`).toEqual(naiveSplit(line))
    }
  })

  it('give the tags that a naive reader finds, and the same again after a round trip', () => {
    for (const { kind, row, line } of rows) {
      const rawTags = splitIrcLine(line)?.rawTags
      if (rawTags === undefined) continue
      const tags = parseTags(rawTags)
      expect([...tags], `${kind} ${row}`).toEqual(naiveTags(rawTags))
      expect(parseTags(serialise(tags)), `${kind} ${row}`).toEqual(tags)
    }
  })

  it('are all classified, or refused with a reason', () => {
    const reader = createLineReader({ run: 'live', ingestor: 'test' })
    const outcomes = new Map<string, number>()
    for (const { line } of rows) {
      const outcome = reader.read(line, 0)
      const name =
        outcome.kind === 'ignored'
          ? 'ignored'
          : outcome.record.kind === 'broken'
            ? outcome.record.value.reason
            : outcome.record.kind
      if (outcome.kind === 'record' && outcome.record.kind === 'broken') expect(isDropReason(name)).toBe(true)
      outcomes.set(name, (outcomes.get(name) ?? 0) + 1)
    }
    expect([...outcomes.values()].reduce((sum, count) => sum + count)).toBe(602)
    for (const name of [
      'message',
      'notice',
      'clearChat',
      'clearMessage',
      'roomState',
      'ignored',
      'malformed',
    ]) {
      expect(outcomes.get(name), name).toBeGreaterThan(0)
    }
    for (const name of outcomes.keys()) {
      if (name.includes('-')) expect(DROP_REASONS).toContain(name)
    }
  })

  it('give one chat record for each line of a chat command, and none for anything private', () => {
    const reader = createLineReader({ run: 'live', ingestor: 'test' })
    for (const { kind, row, line } of rows) {
      const outcome = reader.read(line, 0)
      const command = naiveSplit(line)?.command
      const chat = ['PRIVMSG', 'USERNOTICE', 'CLEARCHAT', 'CLEARMSG', 'ROOMSTATE'].includes(command ?? '')
      const expected = chat || command === undefined ? 'record' : 'ignored'
      expect(outcome.kind, `${kind} ${row}`).toBe(expected)
      if (kind === 'whisper') expect(outcome).toEqual({ kind: 'ignored', command: 'WHISPER' })
    }
  })
})

const capture = 'captures/busy-channel-48min.irc'
describe.skipIf(!existsSync(join(shared, capture)))('the capture of a busy channel', () => {
  it('has as many messages, time-outs and notices as counted by hand', () => {
    const reader = createLineReader({ run: 'live', ingestor: 'test' })
    const kinds = new Map<string, number>()
    const people = new Set<string>()
    const times: number[] = []
    for (const line of linesOf(capture)) {
      const outcome = reader.read(line, 0)
      if (outcome.kind !== 'record') throw new Error(`ignored: ${outcome.command}`)
      const { record } = outcome
      kinds.set(record.kind, (kinds.get(record.kind) ?? 0) + 1)
      if (record.kind === 'message') people.add(record.value.userId)
      times.push(record.value.sentAt ?? 0)
    }
    expect(Object.fromEntries(kinds)).toEqual({ message: 1_941, clearChat: 58, notice: 1 })
    expect(people.size).toBe(165)
    expect(Math.min(...times)).toBe(1_640_995_200_756)
    expect(Math.max(...times)).toBe(1_640_998_091_477)
  })
})
