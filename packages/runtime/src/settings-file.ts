/** Finding and reading the settings file. */
import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { isPlainObject } from './settings-table.ts'

export const SETTINGS_FILE = 'smacktalk.config.json'
export const SETTINGS_FILE_VARIABLE = 'SMACKTALK_CONFIG'

/** A settings file is a few KB; a larger one is some other file. */
const FILE_BYTES_MAX = 1_048_576

export interface SettingsFilePlace {
  /** Absolute. */
  readonly path: string
  /** True when somebody named it: then it must be there. */
  readonly named: boolean
}

export interface PlaceOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Folder that relative paths start from. */
  readonly cwd: string
  /** The command line's `--config`. */
  readonly config?: string | undefined
}

/** `--config`, then SMACKTALK_CONFIG, then the usual name in the working directory. */
export function settingsFilePlace(options: PlaceOptions): SettingsFilePlace {
  const named = options.config ?? options.env[SETTINGS_FILE_VARIABLE]
  return named === undefined || named === ''
    ? { path: resolve(options.cwd, SETTINGS_FILE), named: false }
    : { path: resolve(options.cwd, named), named: true }
}

export type SettingsFileRead =
  | { kind: 'read'; values: Record<string, unknown> }
  | { kind: 'absent' }
  | { kind: 'unusable'; problem: string }

export function readSettingsFile(path: string): SettingsFileRead {
  let content: string
  try {
    const size = statSync(path).size
    if (size > FILE_BYTES_MAX) {
      return { kind: 'unusable', problem: `has ${size} bytes, which is too large for a settings file` }
    }
    content = readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? { kind: 'absent' }
      : { kind: 'unusable', problem: `cannot be read (${code})` }
  }
  try {
    // Some editors put a byte order mark in front, which JSON does not know.
    const values: unknown = JSON.parse(content.replace(/^\uFEFF/, ''))
    return isPlainObject(values)
      ? { kind: 'read', values }
      : { kind: 'unusable', problem: 'must hold an object: { "channels": [...] }' }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { kind: 'unusable', problem: `is not valid JSON: ${reason}` }
  }
}
