/** Reads files to import in a thread of its own: unpacking, splitting and encoding go on while records are folded. */
import { Worker } from 'node:worker_threads'
import { type EncodedPiece, type PackedPiece, unpack } from './encoded-piece.ts'
import { UnreadableFileError } from './import-errors.ts'
import type { LookedThrough } from './import-file.ts'

/** What the thread is started with. */
export interface ReadingOrder {
  readonly files: readonly LookedThrough[]
  readonly run: string
  readonly ingestorId: string
}

/** What it says. */
export type ReadingNews =
  | { readonly kind: 'piece'; readonly piece: PackedPiece }
  | { readonly kind: 'end' }
  | { readonly kind: 'unreadable'; readonly message: string; readonly hint: string }

/** Pieces that may be on their way: enough to keep both threads busy, some 4 MB. */
export const PIECES_AHEAD = 16
/** Waking the other thread costs more than a piece is worth, so it is told of several at once. */
const PIECES_PER_MESSAGE = 4

const THREAD = new URL('./reading-thread.ts', import.meta.url)

/** All lines of the files in order. Throws UnreadableFileError and the signal's reason. */
export async function* readApart(order: ReadingOrder, signal: AbortSignal): AsyncGenerator<EncodedPiece> {
  signal.throwIfAborted()
  const news: ReadingNews[] = []
  /** Why no more news comes; at most one of them. */
  const failures: unknown[] = []
  let wake = Promise.withResolvers<void>()
  const fail = (error: unknown): void => {
    if (failures.length === 0) failures.push(error)
    wake.resolve()
  }
  const stop = (): void => fail(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  const worker = new Worker(THREAD, { workerData: order })
  worker.on('message', (message: ReadingNews) => {
    news.push(message)
    wake.resolve()
  })
  worker.on('error', fail)
  worker.on('exit', (code) => fail(new Error(`The reading thread has ended with code ${code}.`)))
  let taken = 0
  try {
    for (;;) {
      signal.throwIfAborted()
      const next = news.shift()
      if (next === undefined) {
        if (failures.length > 0) throw failures[0]
        await wake.promise
        wake = Promise.withResolvers()
        continue
      }
      if (next.kind === 'end') return
      if (next.kind === 'unreadable') throw new UnreadableFileError(next.message, next.hint)
      yield unpack(next.piece)
      if (++taken < PIECES_PER_MESSAGE) continue
      worker.postMessage(taken)
      taken = 0
    }
  } finally {
    signal.removeEventListener('abort', stop)
    worker.removeAllListeners()
    await worker.terminate()
  }
}
