/**
 * The last good sets in files, one per provider and place, so that they survive a restart with their age. Several
 * ingestors of a machine may share the folder: a file is always a whole set. A file that cannot be read is none.
 */
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EmoteProvider } from '@smacktalk/contract'
import { type EmoteSet, emoteSetOf } from './emote-set.ts'

export interface StoredSet {
  readonly set: EmoteSet
  /** When the provider last said so, epoch ms. */
  readonly fetchedAt: number
  readonly etag: string | null
}

/** Files of rooms nobody has been in for so long go. */
const KEPT_MS = 30 * 86_400_000
/** Far more than the largest set takes. */
const FILE_BYTES_MAX = 1_048_576
let written = 0

export class EmoteFiles {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** The stored set, or null. */
  async read(provider: EmoteProvider, place: string): Promise<StoredSet | null> {
    try {
      const path = this.#path(provider, place)
      if ((await stat(path)).size > FILE_BYTES_MAX) return null
      return storedSet(JSON.parse(await readFile(path, 'utf8')))
    } catch {
      // Not there, not readable, broken off: the provider is asked instead.
      return null
    }
  }

  /** Throws as `node:fs` does. */
  async write(provider: EmoteProvider, place: string, { set, fetchedAt, etag }: StoredSet): Promise<void> {
    const path = this.#path(provider, place)
    await mkdir(join(this.#folder, provider), { recursive: true })
    const unfinished = `${path}.${process.pid}-${++written}`
    try {
      await writeFile(unfinished, JSON.stringify({ fetchedAt, etag, emotes: [...set] }))
      await rename(unfinished, path)
    } catch (error) {
      await rm(unfinished, { force: true })
      throw error
    }
  }

  /** Removes what is too old to be of use, left-overs of killed writers among it. */
  async prune(nowMs: number): Promise<void> {
    for (const name of await readdir(this.#folder, { recursive: true }).catch(nothingThere)) {
      const path = join(this.#folder, name)
      // Another ingestor of this machine may tidy up too.
      const found = await stat(path).catch(nothingThere)
      if ('isFile' in found && found.isFile() && nowMs - found.mtimeMs > KEPT_MS)
        await rm(path, { force: true })
    }
  }

  /** @param place digits or a word of ours, so it cannot lead out of the folder */
  #path(provider: EmoteProvider, place: string): string {
    return join(this.#folder, provider, `${place}.json`)
  }
}

function nothingThere(error: NodeJS.ErrnoException): never[] {
  if (error.code === 'ENOENT') return []
  throw error
}

/** Read as carefully as an answer: it may have been written by another build. */
function storedSet(json: unknown): StoredSet | null {
  if (typeof json !== 'object' || json === null) return null
  const { fetchedAt, etag, emotes } = json as Readonly<Record<string, unknown>>
  if (!Number.isSafeInteger(fetchedAt) || !Array.isArray(emotes)) return null
  const pairs = emotes.map((pair) =>
    Array.isArray(pair) ? { code: pair[0], id: pair[1] } : { code: null, id: null },
  )
  return {
    set: emoteSetOf(pairs),
    fetchedAt: fetchedAt as number,
    etag: typeof etag === 'string' ? etag : null,
  }
}
