/** Re-reads the settings file while the process runs; a broken one never reaches anyone. */
import { type FSWatcher, readFileSync, statSync, watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type LoadedSettings, type LoadOptions, loadSettings } from './load-settings.ts'
import { type Settings, settingsTable } from './settings.ts'
import { entriesOf } from './settings-table.ts'

/** An editor writes in several steps; reading waits until the folder has been quiet for this long. */
const QUIET_MS = 100
/** A file that reads as broken may be half written; it is read again before anyone is told. */
const SECOND_READ_MS = 200
/** Network folders and some editors raise no event, so the file's stamp is looked at too. */
const LOOK_MS = 2_000

export interface SettingsChange extends LoadedSettings {
  /** Paths whose value changed. */
  readonly changed: readonly string[]
  /** Those of them that take effect at the next start only. */
  readonly afterRestart: readonly string[]
}

export interface SettingsWatch {
  /** A valid file with other values than before. */
  changed(change: SettingsChange): void
  /** The file cannot be used; the settings in force stay. One sentence or several lines. */
  refused(reason: string): void
}

/**
 * Watches the file of `options`; `current` is what is in force. A write reaches the listener within a second,
 * where the folder raises no events within three. Dispose to stop.
 */
export function watchSettings(
  options: LoadOptions,
  current: LoadedSettings,
  listener: SettingsWatch,
): Disposable {
  return new SettingsWatcher(options, current, listener)
}

class SettingsWatcher implements Disposable {
  readonly #options: LoadOptions
  readonly #listener: SettingsWatch
  readonly #path: string
  readonly #watcher: FSWatcher | null
  readonly #look: NodeJS.Timeout
  #pending: NodeJS.Timeout | null = null
  #settings: Settings
  #stamp: string
  /** Content that was refused last, so that one broken file is reported once. */
  #refusedContent: string | null = null

  constructor(options: LoadOptions, current: LoadedSettings, listener: SettingsWatch) {
    this.#options = options
    this.#listener = listener
    this.#settings = current.settings
    this.#path = current.file.path
    this.#stamp = stampOf(this.#path)
    this.#watcher = this.#open()
    this.#look = setInterval(() => this.#lookAtStamp(), LOOK_MS)
    this.#look.unref()
  }

  [Symbol.dispose](): void {
    this.#watcher?.close()
    clearInterval(this.#look)
    if (this.#pending !== null) clearTimeout(this.#pending)
  }

  /** The folder is watched, not the file: saving often replaces the file, and a watch would stay with the old. */
  #open(): FSWatcher | null {
    try {
      const name = basename(this.#path)
      const watcher = watch(dirname(this.#path), { persistent: false }, (_event, changed) => {
        if (changed === null || changed === name) this.#readAfter(QUIET_MS)
      })
      watcher.on('error', (error) => this.#listener.refused(noEvents(this.#path, error)))
      return watcher
    } catch (error) {
      this.#listener.refused(noEvents(this.#path, error))
      return null
    }
  }

  #lookAtStamp(): void {
    if (stampOf(this.#path) !== this.#stamp && this.#pending === null) this.#readAfter(QUIET_MS)
  }

  #readAfter(delayMs: number, second = false): void {
    if (this.#pending !== null) clearTimeout(this.#pending)
    this.#pending = setTimeout(() => this.#read(second), delayMs)
    this.#pending.unref()
  }

  #read(second: boolean): void {
    this.#pending = null
    this.#stamp = stampOf(this.#path)
    const content = contentOf(this.#path)
    let loaded: LoadedSettings
    try {
      if (content === null) throw new Error(`${this.#path} is gone or cannot be read.`)
      loaded = loadSettings(this.#options)
    } catch (error) {
      if (!second) {
        this.#readAfter(SECOND_READ_MS, true)
        return
      }
      if (content === this.#refusedContent && content !== null) return
      this.#refusedContent = content
      const reason = error instanceof Error ? error.message : String(error)
      this.#listener.refused(`${reason}\nThe settings in force stay as they are.`)
      return
    }
    this.#refusedContent = null
    const changed = changedPaths(this.#settings, loaded.settings)
    if (changed.length === 0) return
    this.#settings = loaded.settings
    const live = new Set(
      entriesOf(settingsTable).flatMap(({ path, setting }) => (setting.live ? [path] : [])),
    )
    this.#listener.changed({ ...loaded, changed, afterRestart: changed.filter((path) => !live.has(path)) })
  }
}

function changedPaths(before: Settings, after: Settings): string[] {
  return entriesOf(settingsTable)
    .map(({ path }) => path)
    .filter((path) => !isDeepStrictEqual(valueAt(before, path), valueAt(after, path)))
}

function valueAt(settings: Settings, path: string): unknown {
  let value: unknown = settings
  for (const name of path.split('.')) {
    value = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
  }
  return value
}

function contentOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    // Absent and unreadable are the same here: there is nothing to take settings from.
    if (error instanceof Error) return null
    throw error
  }
}

/** Changes whenever the file was written or replaced. */
function stampOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false, bigint: true })
  return stats === undefined ? 'absent' : `${stats.ino} ${stats.size} ${stats.mtimeNs}`
}

function noEvents(path: string, error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error)
  return `The folder of ${path} raises no events (${reason}); changes are seen within 3 s.`
}
