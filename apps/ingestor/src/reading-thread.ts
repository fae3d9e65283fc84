/** The other side of `read-apart.ts`: a thread that reads and encodes, a few pieces ahead of its reader. */
import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '@smacktalk/runtime'
import { buffersOf, pack } from './encoded-piece.ts'
import { UnreadableFileError } from './import-errors.ts'
import { readLines } from './import-file.ts'
import { type EncodedLine, LineEncoder } from './line-encoder.ts'
import { PIECES_AHEAD, type ReadingNews, type ReadingOrder } from './read-apart.ts'

const port = parentPort
if (port === null) throw new Error('This file is a thread of read-apart.ts.')
let room = PIECES_AHEAD
let roomMade = Promise.withResolvers<void>()
port.on('message', (pieces: number) => {
  room += pieces
  roomMade.resolve()
})

const say = (news: ReadingNews, buffers: ArrayBuffer[] = []): void => port.postMessage(news, buffers)

async function read({ files, run, ingestorId }: ReadingOrder): Promise<void> {
  const encoder = new LineEncoder({ run, ingestorId })
  let bytes = 0
  const never = new AbortController().signal
  for await (const lines of readLines(files, never, (done) => {
    bytes = done
  })) {
    while (room === 0) {
      roomMade = Promise.withResolvers<void>()
      await roomMade.promise
    }
    room--
    const now = systemClock.now()
    const records: EncodedLine[] = []
    for (const raw of lines) {
      const encoded = encoder.take(raw, now)
      if (encoded !== null) records.push(encoded)
    }
    const piece = pack({ lines: encoder.lines, ignored: encoder.ignored, bytes, records })
    say({ kind: 'piece', piece }, buffersOf(piece))
  }
  say({ kind: 'end' })
}

try {
  // Its only starter is read-apart.ts.
  await read(workerData as ReadingOrder)
} catch (error) {
  if (!(error instanceof UnreadableFileError)) throw error
  say({ kind: 'unreadable', message: error.message, hint: error.hint })
}
port.close()
