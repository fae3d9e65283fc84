/**
 * A settings table: groups of settings, each with its kind, limits, default and a line of help. One table gives
 * the typed values, the checks, the variables, the schema and the documents, so none of them can disagree.
 */
export type JsonSchema = { readonly [name: string]: unknown }

/** What a value was read as, or one sentence about what is needed instead. */
export type Parsed<T> = { ok: true; value: T } | { ok: false; needed: string }

export type SettingKind = 'integer' | 'flag' | 'text' | 'list' | 'choice' | 'secret' | 'channels'

export interface Setting<T> {
  readonly kind: SettingKind
  /** One line, without a full stop. */
  readonly help: string
  readonly fallback: T
  /** The default as a person reads it. */
  readonly shownDefault: string
  /** True when a change in the file takes effect without a restart. */
  readonly live: boolean
  /** Variables that also set it, strongest first, after its own `SMACKTALK_` one. */
  readonly otherVariables: readonly string[]
  /** True when an empty variable is a value (an empty list) and not the same as no variable. */
  readonly emptyIsValue: boolean
  readonly schema: JsonSchema
  fromText(text: string): Parsed<T>
  fromJson(value: unknown): Parsed<T>
}

export interface SettingsGroup {
  readonly [name: string]: Setting<unknown> | SettingsGroup
}

/** The values of a table, in its shape. */
export type ValuesOf<G> = {
  readonly [K in keyof G]: G[K] extends Setting<infer T> ? T : ValuesOf<G[K]>
}

export interface SettingEntry {
  /** Dotted, as in the file: `twitch.watchdogMs`. */
  readonly path: string
  /** `SMACKTALK_TWITCH_WATCHDOG_MS`. */
  readonly variable: string
  readonly setting: Setting<unknown>
}

export const VARIABLE_PREFIX = 'SMACKTALK_'

/** `twitch.watchdogMs` -> `SMACKTALK_TWITCH_WATCHDOG_MS`. */
export function variableOf(path: string): string {
  const upper = path
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('.', '_')
    .toUpperCase()
  return `${VARIABLE_PREFIX}${upper}`
}

export function isSetting(entry: Setting<unknown> | SettingsGroup): entry is Setting<unknown> {
  return typeof entry.kind === 'string' && typeof entry.fromText === 'function'
}

/** Every setting of a table, in the table's order. */
export function entriesOf(group: SettingsGroup, prefix = ''): SettingEntry[] {
  return Object.entries(group).flatMap(([name, entry]) => {
    const path = `${prefix}${name}`
    return isSetting(entry)
      ? [{ path, variable: variableOf(path), setting: entry }]
      : entriesOf(entry, `${path}.`)
  })
}

/** The variable that carries the path of a file with a secret in it. */
export function fileVariableOf(variable: string): string {
  return `${variable}_FILE`
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
