/** What a server printed: all of it in a file, the end of it at hand. */
import { closeSync, openSync, writeSync } from 'node:fs'

/** Enough for an exception with its causes. */
const LINES_KEPT = 60
/** A server that complains without end must not fill the disk; its beginning says most. */
const FILE_CHARACTERS_MAX = 20_000_000

export class LogTail {
  readonly #path: string
  #lines: string[] = []
  #file: number | null = null
  #written = 0

  constructor(path: string) {
    this.#path = path
  }

  /** Begins an empty file; what was printed before a restart is gone. */
  open(): void {
    this.close()
    this.#lines = []
    this.#written = 0
    this.#file = openSync(this.#path, 'w')
  }

  add(line: string): void {
    this.#lines.push(line)
    if (this.#lines.length > LINES_KEPT) this.#lines.shift()
    if (this.#file === null || this.#written > FILE_CHARACTERS_MAX) return
    this.#written += line.length + 1
    const full = this.#written > FILE_CHARACTERS_MAX
    writeSync(this.#file, full ? 'The log is full; what follows is left out.\n' : `${line}\n`)
  }

  /** The last lines, or a sentence when there are none. */
  text(): string {
    return this.#lines.length === 0 ? '(it printed nothing)' : this.#lines.join('\n')
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file)
    this.#file = null
  }
}
