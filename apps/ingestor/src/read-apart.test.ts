import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeRecord } from '@smacktalk/wire'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import type { EncodedPiece } from './encoded-piece.ts'
import { inspectFile, type LookedThrough, lookThrough } from './import-file.ts'
import { readApart } from './read-apart.ts'

const never = new AbortController().signal
const order = (files: readonly LookedThrough[]) => ({ files, run: 'import:x', ingestorId: 'import' })

async function fileOf(lines: number): Promise<{ path: string; looked: LookedThrough }> {
  const folder = temporaryFolder()
  onTestFinished(() => folder[Symbol.dispose]())
  const path = join(folder.path, 'chat.irc')
  const line = (index: number) =>
    index % 10 === 9
      ? 'PING :x'
      : `@id=m${index};room-id=${11 + (index % 3)};user-id=5;tmi-sent-ts=1700000000000 :x!x@x PRIVMSG #room :hi 🦦`
  writeFileSync(path, Array.from({ length: lines }, (_, index) => line(index)).join('\n'))
  const file = await inspectFile(path)
  if (file === null) throw new Error('the file is none')
  return { path, looked: { file, content: await lookThrough(file, never, () => undefined) } }
}

async function all(pieces: AsyncIterable<EncodedPiece>): Promise<EncodedPiece[]> {
  const found: EncodedPiece[] = []
  for await (const piece of pieces) found.push(piece)
  return found
}

describe('the thread that reads', () => {
  it('gives every line once, in order, with its number', async () => {
    const { looked } = await fileOf(60_000)
    const pieces = await all(readApart(order([looked, looked]), never))
    expect(pieces.length).toBeGreaterThan(20)
    expect(pieces.at(-1)).toMatchObject({ lines: 120_000, ignored: 12_000, bytes: 2 * looked.content.bytes })
    const records = pieces.flatMap((piece) => piece.records)
    expect(records).toHaveLength(108_000)
    const numbers = Array.from({ length: 120_000 }, (_, index) => index + 1)
    const isRecord = (line: number) => ((line - 1) % 60_000) % 10 !== 9
    expect(records.map(({ line }) => line)).toEqual(numbers.filter(isRecord))
    const { line, key, login, value } = records[60_000] ?? records[0]!
    expect(decodeRecord(value)).toMatchObject({
      kind: 'message',
      value: { line, channelId: key, channelLogin: login, run: 'import:x', text: 'hi 🦦' },
    })
  })

  it('ends with a sentence when a file has changed since it was looked through', async () => {
    const { path, looked } = await fileOf(10)
    appendFileSync(path, '\none more')
    await expect(all(readApart(order([looked]), never))).rejects.toThrow(
      '"chat.irc" has changed while it was read.',
    )
  })

  it('stops when it is told to, and when nobody reads on', async () => {
    const { looked } = await fileOf(60_000)
    const stopping = new AbortController()
    const told = async () => {
      for await (const _piece of readApart(order([looked]), stopping.signal)) stopping.abort()
    }
    await expect(told()).rejects.toThrow('aborted')
    for await (const piece of readApart(order([looked]), never)) {
      expect(piece.lines).toBeGreaterThan(0)
      break
    }
  })
})
