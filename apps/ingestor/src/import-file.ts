/** Files to import: plain, gzip or Zstandard, told by their content. The only file here that knows node:zlib. */
import { createHash } from 'node:crypto'
import { createReadStream, read } from 'node:fs'
import { type FileHandle, open, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { UnreadableFileError } from './import-errors.ts'
import { LineSplitter } from './line-splitter.ts'

export type Compression = 'gzip' | 'zstd' | null

export interface ImportFile {
  /** Its path, or the descriptor of an open file that has none; both mean the same in every thread. */
  readonly source: string | number
  /** How people know it. */
  readonly name: string
  readonly compression: Compression
  /** As it lies on the disk. */
  readonly bytes: number
}

/** What a file turned out to hold. */
export interface FileContent {
  /** SHA-256 of the decompressed content: packed or not, it is the same content. */
  readonly hash: string
  /** Decompressed size. */
  readonly bytes: number
}

/** A file that has been read once, and what it holds. */
export interface LookedThrough {
  readonly file: ImportFile
  readonly content: FileContent
}

/** Large pieces cost fewer turns of the event loop. */
const CHUNK_BYTES = 256 * 1024

const GZIP_MAGIC = [0x1f, 0x8b]
/** Read as a little-endian number: a frame, or one of sixteen kinds of skippable frames (RFC 8878, 3.1). */
const ZSTD_FRAME = 0xfd2fb528
const ZSTD_SKIPPABLE = 0x184d2a50

const ENDING = /\.(gz|zst)$/i

/**
 * Looks at a file: whether it can be read and how it is packed. Null for a pipe or the like, which can be read only
 * once: `keepStream` makes a file of it. Throws UnreadableFileError, also for a name that promises a packed content
 * which is not there.
 */
export async function inspectFile(path: string): Promise<ImportFile | null> {
  const name = basename(path)
  try {
    const found = await stat(path)
    if (found.isDirectory()) throw unreadable(name, ...SENTENCES['EISDIR']!)
    if (!found.isFile()) return null
    await using handle = await open(path)
    return await inspected(handle, path, name)
  } catch (error) {
    throw asUnreadable(name, error)
  }
}

async function inspected(handle: FileHandle, source: string | number, name: string): Promise<ImportFile> {
  const { size } = await handle.stat()
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0)
  const compression = compressionOf(buffer.subarray(0, bytesRead))
  const ending = ENDING.exec(name)?.[1]?.toLowerCase()
  if (compression === null && ending !== undefined && bytesRead > 0) {
    throw unreadable(
      name,
      `is named .${ending}, but its content is neither gzip nor Zstandard`,
      'If its content is plain text, give it a name without that ending; else fetch it again.',
    )
  }
  return { source, name, compression, bytes: size }
}

/**
 * Copies a stream that can be read only once into a file below `folder`, which has no name once it is open: however
 * the process ends, nothing is left of it. Closed with the scope. Throws UnreadableFileError and the signal's reason.
 */
export async function keepStream(
  stream: Readable,
  { folder, name, scope, signal }: KeepOptions,
): Promise<ImportFile> {
  try {
    const path = join(folder, `import-${process.pid}.spool`)
    const handle = await open(path, 'w+')
    scope.defer(() => handle.close())
    await rm(path)
    for await (const chunk of chunksOf(stream, signal)) await handle.appendFile(chunk)
    return await inspected(handle, handle.fd, name)
  } catch (error) {
    signal.throwIfAborted()
    throw asUnreadable(name, error)
  }
}

export interface KeepOptions {
  /** With room for all of it. */
  readonly folder: string
  /** How people know it. */
  readonly name: string
  readonly scope: AsyncDisposableStack
  readonly signal: AbortSignal
}

function compressionOf(start: Buffer): Compression {
  if (start.length >= 2 && start[0] === GZIP_MAGIC[0] && start[1] === GZIP_MAGIC[1]) return 'gzip'
  if (start.length < 4) return null
  const magic = start.readUInt32LE(0)
  return magic === ZSTD_FRAME || (magic & 0xfffffff0) >>> 0 === ZSTD_SKIPPABLE ? 'zstd' : null
}

/**
 * The decompressed content in pieces; no more than a few of them are in memory. Throws UnreadableFileError, also
 * when the packed content is damaged or ends early, and the signal's reason.
 */
export async function* readContent(file: ImportFile, signal: AbortSignal): AsyncGenerator<Buffer> {
  const { source, name, compression } = file
  const stored =
    typeof source === 'string'
      ? createReadStream(source, { highWaterMark: CHUNK_BYTES })
      : Readable.from(readOpen(source))
  const content = unpacked(stored, compression)
  // A reader that fails must end the unpacking that waits for it.
  stored.on('error', (error) => content.destroy(error))
  try {
    yield* chunksOf(content, signal)
  } catch (error) {
    signal.throwIfAborted()
    throw asUnreadable(name, error)
  } finally {
    stored.destroy()
  }
}

const readAt = promisify(read)

/** From the start; a stream of its own would close the file, which has no name to open it by again. */
async function* readOpen(descriptor: number): AsyncGenerator<Buffer> {
  for (let position = 0; ; ) {
    const piece = Buffer.allocUnsafe(CHUNK_BYTES)
    const { bytesRead } = await readAt(descriptor, piece, 0, CHUNK_BYTES, position)
    if (bytesRead === 0) return
    position += bytesRead
    yield piece.subarray(0, bytesRead)
  }
}

/** The stream's pieces; it is destroyed at the end, and when the signal aborts. */
async function* chunksOf(stream: Readable, signal: AbortSignal): AsyncGenerator<Buffer> {
  const stop = (): void => {
    stream.destroy()
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    signal.throwIfAborted()
    for await (const chunk of stream) {
      signal.throwIfAborted()
      yield chunk
    }
    signal.throwIfAborted()
  } finally {
    signal.removeEventListener('abort', stop)
    stream.destroy()
  }
}

function unpacked(source: Readable, compression: Compression): Readable {
  switch (compression) {
    case 'gzip':
      return source.pipe(createGunzip({ chunkSize: CHUNK_BYTES }))
    case 'zstd':
      return source.pipe(createZstdDecompress({ chunkSize: CHUNK_BYTES }))
    case null:
      return source
  }
}

/** Reads a whole file to know it again. `onBytes` is told how much of the content has been read. */
export async function lookThrough(
  file: ImportFile,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<FileContent> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of readContent(file, signal)) {
    hash.update(chunk)
    bytes += chunk.length
    onBytes(bytes)
  }
  return { hash: hash.digest('hex'), bytes }
}

/** The lines of files that have been looked through, in pieces; a file's last line needs no LF. */
export async function* readLines(
  files: readonly LookedThrough[],
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): AsyncGenerator<readonly string[]> {
  let before = 0
  for (const { file, content } of files) {
    const splitter = new LineSplitter()
    let bytes = 0
    for await (const chunk of readContent(file, signal)) {
      bytes += chunk.length
      onBytes(before + bytes)
      yield splitter.push(chunk)
    }
    yield splitter.end()
    // What it is called comes from its first reading.
    if (bytes !== content.bytes) {
      throw unreadable(file.name, 'has changed while it was read', 'Import it again when nobody writes it.')
    }
    before += bytes
  }
}

const RUN_DIGITS = 16

/** Name of the run that imports these contents in this order. */
export function runOf(contents: readonly FileContent[]): string {
  const hash = createHash('sha256')
  for (const content of contents) hash.update(`${content.hash}\n`)
  return `import:${hash.digest('hex').slice(0, RUN_DIGITS)}`
}

const SENTENCES: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  ENOENT: ['does not exist', 'Check the name; a path is taken from the folder you are in.'],
  EACCES: ['may not be read', 'Give yourself the right to read it.'],
  EPERM: ['may not be read', 'Give yourself the right to read it.'],
  EISDIR: ['is a folder', 'Name the files in it.'],
  ENOSPC: [
    'does not fit on the disk',
    'It is read twice, so a copy is made in the data folder; free some space there.',
  ],
  Z_BUF_ERROR: ['ends in the middle of its packed content', 'Fetch it again; it was cut off.'],
}

function asUnreadable(name: string, error: unknown): UnreadableFileError {
  if (error instanceof UnreadableFileError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const [what, hint] = SENTENCES[code] ?? [
    /^(Z_|ZSTD_)/.test(code) ? `is damaged (${code})` : `cannot be read (${code || String(error)})`,
    'Fetch it again, or try another copy.',
  ]
  return unreadable(name, what, hint, error)
}

function unreadable(name: string, what: string, hint: string, cause?: unknown): UnreadableFileError {
  return new UnreadableFileError(`"${name}" ${what}.`, hint, cause)
}
