/**
 * Records that the log does not take, in order, in files of their own: first what a process before this one left,
 * then this one's. There is no file unless something waits.
 */
import { PipelineError } from '@smacktalk/ports'
import { failureKind } from './database.ts'
import { asSpoolError, SpoolUnavailableError } from './errors.ts'
import { type EntryHead, type Loss, type SpoolEntry, spooledBytes } from './spool-entry.ts'
import type { LetGo, SpoolFile } from './spool-file.ts'
import { SpoolFolder, type SpoolFolderOptions } from './spool-folder.ts'

/** What a spool may take on the disk: two hours of 500 messages a second, or a day of forty. */
export const SPOOL_BYTES_MAX = 1024 * 1024 * 1024

/** Entries let go of in one transaction, which takes some milliseconds. */
const LET_GO_AT_ONCE = 2_000
/** Failed readings in a row after which a file is moved aside, so that what was heard since can go on. */
const READ_FAILURES_MAX = 5

export interface SpoolOptions extends SpoolFolderOptions {
  readonly bytesMax?: number
}

/** Asked about entries that are to go: the losses they make, and whom to tell when they have gone. */
export type OnGoing = (heads: readonly EntryHead[]) => { losses: readonly Loss[]; gone(): void }

interface InFlight {
  readonly file: SpoolFile
  readonly through: number
  readonly count: number
  readonly bytes: number
}

/**
 * Methods throw DiskFullError or SpoolUnavailableError: what they were to add or to read is not added or read, what
 * they were to remove goes later. A damaged file is moved aside, and its entries are counted as unreadable.
 */
export class Spool implements Disposable {
  readonly bytesMax: number
  readonly #options: SpoolOptions
  readonly #folder: SpoolFolder
  /** Oldest first; what is added goes into the last. */
  #files: readonly SpoolFile[] = []
  /** The losses that the files know of. */
  readonly #losses = new Map<string, Loss>()
  #inFlight: InFlight | null = null
  #readFailures = 0
  #unreadable = 0

  /** Takes over the files that nobody holds. Never throws for them: what cannot be taken over is told and left. */
  constructor(options: SpoolOptions) {
    const { logger, bytesMax = SPOOL_BYTES_MAX } = options
    this.bytesMax = bytesMax
    this.#options = options
    this.#folder = new SpoolFolder(options)
    try {
      this.#files = this.#folder.takeOver()
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error
      const hint = 'It stays where it is, and is taken over at the next start.'
      logger.error('what an earlier process may have spooled cannot be taken over', { err: error, hint })
    }
    for (const { path, entries: records, leftLosses } of this.#files) {
      this.#remember(leftLosses)
      if (records > 0)
        logger.info('records that an earlier process could not append go first', { path, records })
    }
  }

  get entries(): number {
    return this.#files.reduce((sum, file) => sum + file.entries, 0)
  }

  get bytes(): number {
    return this.#files.reduce((sum, file) => sum + file.bytes, 0)
  }

  /** Entries in files that could not be read and were moved aside. */
  get unreadable(): number {
    return this.#unreadable
  }

  /** The losses that the files know of, those included that an earlier process left to tell. */
  losses(): readonly Loss[] {
    return [...this.#losses.values()]
  }

  /**
   * Adds entries behind all others, in one transaction; keep calls small. `inFlight` says that the log is being
   * given exactly these: nothing else waits in the spool then.
   */
  append(entries: readonly SpoolEntry[], losses: readonly Loss[], inFlight = false): void {
    const file = this.#files.at(-1) ?? this.#created()
    if (!this.#changed(file, () => file.append(entries, losses))) {
      const hint = 'It was moved aside; spooling goes on with a new one.'
      throw new SpoolUnavailableError(`The spool "${file.path}" is damaged`, hint)
    }
    this.#remember(losses)
    if (inFlight) this.#inFlight = inFlightOf(file, file.end, entries)
  }

  /** The oldest entries, at most `count`; they are in flight until `taken`. */
  read(count: number): SpoolEntry[] {
    for (const file of this.#files) {
      const { entries, through } = this.#reading(file, count)
      if (entries.length === 0) continue
      this.#inFlight = inFlightOf(file, through, entries)
      return entries
    }
    return []
  }

  /** The log has what is in flight, and knows of the losses: nothing that waits claims their time any more. */
  taken(ended: readonly Loss[]): void {
    const inFlight = this.#inFlight
    this.#inFlight = null
    const known = ended.filter((loss) => this.#losses.delete(idOf(loss)))
    if (inFlight !== null) {
      const { file, through, count, bytes } = inFlight
      this.#changed(file, () => file.taken(through, count, bytes))
    }
    if (known.length > 0) {
      for (const file of this.#files) this.#changed(file, () => file.endLosses(known))
    }
    this.tidy()
  }

  /** Lets the oldest go, settings excepted, until `bytes` more fit. */
  makeRoom(bytes: number, going: OnGoing): void {
    let wanted = this.bytes + bytes - this.bytesMax
    for (const file of this.#files) {
      if (wanted <= 0) return
      const before = file.bytes
      const stillWanted = wanted
      this.#letGo(file, (_head, freed) => before - file.bytes + freed < stillWanted, going)
      wanted -= before - file.bytes
    }
  }

  /** Lets go, settings excepted, what at the front is older than `beforeMs`. */
  letGoBefore(beforeMs: number, going: OnGoing): void {
    for (const file of this.#files) {
      this.#letGo(file, ({ to }) => to <= beforeMs, going)
      if (file.entries > 0) return
    }
  }

  /** Deletes files in which nothing waits any more. */
  tidy(): void {
    for (const file of this.#files) {
      if (file !== this.#inFlight?.file && file.entries === 0) this.#changed(file, () => this.#retire(file))
    }
  }

  /** Lets go of the files; those with entries stay for whoever comes next. */
  [Symbol.dispose](): void {
    this.#inFlight = null
    try {
      this.tidy()
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error
      this.#options.logger.warn('an empty spool file stays', { err: error })
    } finally {
      for (const file of this.#files) file.close()
      this.#files = []
    }
  }

  #created(): SpoolFile {
    const file = this.#folder.create()
    this.#files = [file]
    return file
  }

  #reading(file: SpoolFile, count: number): ReturnType<SpoolFile['read']> {
    try {
      const read = file.read(count)
      this.#readFailures = 0
      return read
    } catch (error) {
      this.#readFailures++
      if (failureKind(error) !== 'damaged' && this.#readFailures < READ_FAILURES_MAX) {
        throw asSpoolError(error, file.path)
      }
      this.#readFailures = 0
      this.#giveUp(file, error)
      return { entries: [], through: 0 }
    }
  }

  /** Changes a file; false when that turned out to be damaged and was moved aside. */
  #changed(file: SpoolFile, work: () => void): boolean {
    try {
      work()
      return true
    } catch (error) {
      if (failureKind(error) !== 'damaged') throw asSpoolError(error, file.path)
      this.#giveUp(file, error)
      return false
    }
  }

  #letGo(file: SpoolFile, which: LetGo, going: OnGoing): void {
    const after = this.#inFlight?.file === file ? this.#inFlight.through : 0
    for (let gone = LET_GO_AT_ONCE; gone === LET_GO_AT_ONCE; ) {
      const done = this.#changed(file, () => {
        const oldest = file.oldest(after, LET_GO_AT_ONCE, which)
        gone = oldest.heads.length
        if (gone === 0) return
        const { losses, gone: tell } = going(oldest.heads)
        file.letGo(after, oldest, losses)
        this.#remember(losses)
        tell()
      })
      if (!done) return
    }
  }

  #retire(file: SpoolFile): void {
    // What the totals say is worth a look: they are not the entries.
    if (!file.isEmpty()) return
    // What it knows of losses goes to those that stay; the last one's are in memory, like what follows.
    const next = this.#files.find((other) => other !== file)
    if (next !== undefined) this.#changed(next, () => next.keepLosses(this.losses()))
    try {
      this.#folder.remove(file)
    } finally {
      if (!file.isOpen) this.#forget(file)
    }
    if (next === undefined) this.#losses.clear()
  }

  #giveUp(file: SpoolFile, why: unknown): void {
    this.#forget(file)
    this.#unreadable += file.entries
    this.#folder.setAside(file, why)
  }

  #forget(file: SpoolFile): void {
    this.#files = this.#files.filter((other) => other !== file)
    if (this.#inFlight?.file === file) this.#inFlight = null
  }

  #remember(losses: readonly Loss[]): void {
    for (const loss of losses) this.#losses.set(idOf(loss), loss)
  }
}

function idOf({ key, opened }: Loss): string {
  return `${key} ${opened}`
}

function inFlightOf(file: SpoolFile, through: number, entries: readonly SpoolEntry[]): InFlight {
  const bytes = entries.reduce((sum, entry) => sum + spooledBytes(entry), 0)
  return { file, through, count: entries.length, bytes }
}
