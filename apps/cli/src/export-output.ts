/** Where exported text goes: standard output, or a file that is there only once it is complete. */
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { PipelineError } from '@smacktalk/ports'

/** Text is handed over in pieces of this size: a row is small, a write is not. */
const PIECE_CHARACTERS = 64 * 1024

/** What nobody reads any more gives one of these. */
const READER_GONE = ['EPIPE', 'EOF', 'ERR_STREAM_DESTROYED']

/** Rows cannot be written. */
export class OutputError extends PipelineError {
  override readonly name = 'OutputError'
  override readonly retriable = false

  constructor(where: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause)
    super(`${where} cannot be written (${why})`, 'Free some space, or choose another --output.', cause)
  }
}

export interface Output {
  /** False when nobody reads any more, as behind `| head`: nothing more is wanted. Throws OutputError. */
  write(text: string): Promise<boolean>
  /** Everything is out; a file gets its name. Throws OutputError. */
  end(): Promise<void>
  /** It stays incomplete: a file does not come to be. */
  giveUp(): Promise<void>
}

export function streamOutput(stream: Writable, where: string): Output {
  const pieces = new Pieces(stream)
  const flush = async (): Promise<boolean> => {
    const failure = await pieces.flush()
    if (failure === null) return true
    if ('code' in failure && READER_GONE.includes(String(failure.code))) return false
    throw new OutputError(where, failure)
  }
  return {
    write: async (text) => (pieces.add(text) ? flush() : true),
    async end() {
      await flush()
    },
    async giveUp() {
      await flush()
    },
  }
}

/** The text stands in `<path>.partial` until all of it is there. */
export function fileOutput(path: string): Output {
  const partial = `${path}.partial`
  const stream = createWriteStream(partial)
  const pieces = new Pieces(stream)
  const flush = async (): Promise<void> => {
    const failure = await pieces.flush()
    if (failure !== null) throw new OutputError(`"${path}"`, failure)
  }
  return {
    async write(text) {
      if (pieces.add(text)) await flush()
      return true
    },
    async end() {
      await flush()
      try {
        await finished(stream.end())
        await rename(partial, path)
      } catch (error) {
        throw new OutputError(`"${path}"`, error)
      }
    },
    async giveUp() {
      stream.destroy()
      await rm(partial, { force: true })
    },
  }
}

/** Writes no faster than the other side takes it. */
class Pieces {
  readonly #stream: Writable
  #waiting: string[] = []
  #characters = 0
  #failure: Error | null = null

  constructor(stream: Writable) {
    this.#stream = stream
    stream.on('error', (error) => {
      this.#failure ??= error
    })
  }

  /** True when it is time to flush. */
  add(text: string): boolean {
    this.#waiting.push(text)
    this.#characters += text.length
    return this.#characters >= PIECE_CHARACTERS
  }

  /** Why nothing can be written any more; null while it can. */
  async flush(): Promise<Error | null> {
    const piece = this.#waiting.join('')
    this.#waiting = []
    this.#characters = 0
    if (this.#failure !== null || piece === '') return this.#failure
    await new Promise<void>((resolve) => {
      this.#stream.write(piece, (error) => {
        if (error instanceof Error) this.#failure ??= error
        resolve()
      })
    })
    return this.#failure
  }
}
