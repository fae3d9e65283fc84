/** From defaults, file, variables and command line to one checked, frozen value. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { SettingsError } from '@smacktalk/ports'
import { didYouMean } from './did-you-mean.ts'
import { type Settings, settingsConflicts, settingsTable } from './settings.ts'
import {
  type PlaceOptions,
  readSettingsFile,
  SETTINGS_FILE_VARIABLE,
  type SettingsFilePlace,
  settingsFilePlace,
} from './settings-file.ts'
import {
  entriesOf,
  fileVariableOf,
  isPlainObject,
  isSetting,
  type Parsed,
  type SettingEntry,
  type SettingsGroup,
  VARIABLE_PREFIX,
} from './settings-table.ts'

export interface LoadOptions extends PlaceOptions {
  /** Values of the command line by path; they win over everything. */
  readonly overrides?: Readonly<Record<string, string | undefined>>
}

/** Where a value comes from. */
export type SettingOrigin = 'default' | 'file' | 'environment' | 'command line'

export interface LoadedSettings {
  /** Deeply frozen. */
  readonly settings: Settings
  /** Sentences about what is odd but handled. */
  readonly warnings: readonly string[]
  readonly file: SettingsFilePlace & { readonly present: boolean }
  /** Origin of each value by path. */
  readonly origins: ReadonlyMap<string, SettingOrigin>
}

/** Variables under our prefix that are no settings: the file's place, and what the test runs hand down. */
const OTHER_VARIABLES: readonly string[] = [SETTINGS_FILE_VARIABLE, 'SMACKTALK_SHARED', 'SMACKTALK_CI']
const TEST_VARIABLE_PREFIX = `${VARIABLE_PREFIX}TEST_`

const SETTINGS_HINT = '`smacktalk all --help` and docs/smacktalk.schema.json list every setting.'

/** Problems shown at once; more do not help. */
const PROBLEMS_SHOWN_MAX = 50

/**
 * Reads the settings once. Throws SettingsError with every problem found: unknown keys and variables, unreadable
 * values, values out of their limits, rules between settings.
 */
export function loadSettings(options: LoadOptions): LoadedSettings {
  const problems: string[] = []
  const warnings: string[] = []
  const entries = entriesOf(settingsTable)
  const file = settingsFilePlace(options)
  const inFile = fileValues(file, problems)
  const byPath = flatten(inFile.values, settingsTable, file.path, problems)
  unknownVariables(options.env, entries, problems)

  const origins = new Map<string, SettingOrigin>()
  const values = new Map<string, unknown>()
  for (const entry of entries) {
    const { path, setting } = entry
    const fromFile = byPath.has(path)
      ? judged(setting.fromJson(byPath.get(path)), fileWhere(file, path))
      : null
    const variable = variableInForce(entry, options, problems)
    const override = options.overrides?.[path]
    const fromText =
      override !== undefined
        ? judged(setting.fromText(override), `${path} of the command line`, shown(entry, override))
        : variable === null
          ? null
          : judged(setting.fromText(variable.text), variable.name, shown(entry, variable.text))
    for (const source of [fromFile, fromText]) {
      if (source !== null && 'problem' in source) problems.push(source.problem)
    }
    const chosen = fromText ?? fromFile
    origins.set(
      path,
      chosen === null
        ? 'default'
        : override !== undefined
          ? 'command line'
          : variable !== null
            ? 'environment'
            : 'file',
    )
    values.set(path, chosen !== null && 'value' in chosen ? chosen.value : setting.fallback)
    if (path === 'channels' && fromFile !== null && variable !== null) {
      warnings.push(`${variable.name} is set: the channels in ${file.path} do not apply until it is removed.`)
    }
  }

  // The values were made by the table's own kinds, path by path, so they have its shape.
  const settings = assemble(settingsTable, values) as Settings
  if (problems.length === 0) problems.push(...settingsConflicts(settings))
  if (problems.length > 0) throw settingsError(problems)
  return { settings: deepFreeze(settings), warnings, file: { ...file, present: inFile.present }, origins }
}

/** The loader's own shape for problems, for those who find one elsewhere. */
export function settingsError(problems: readonly string[]): SettingsError {
  const listed = problems.slice(0, PROBLEMS_SHOWN_MAX).map((problem) => `  - ${problem}`)
  if (problems.length > listed.length) listed.push(`  - ... and ${problems.length - listed.length} more`)
  const count = problems.length === 1 ? 'One setting' : `${problems.length} settings`
  return new SettingsError(`${count} cannot be used:\n${listed.join('\n')}`, SETTINGS_HINT)
}

function fileValues(file: SettingsFilePlace, problems: string[]) {
  const read = readSettingsFile(file.path)
  if (read.kind === 'read') return { present: true, values: read.values }
  if (read.kind === 'unusable') problems.push(`${file.path} ${read.problem}.`)
  else if (file.named) problems.push(`${file.path} does not exist, but was named as the settings file.`)
  return { present: read.kind === 'unusable', values: {} }
}

/** The file's values by path; what the table does not know becomes a problem. */
function flatten(
  values: Record<string, unknown>,
  group: SettingsGroup,
  file: string,
  problems: string[],
  prefix = '',
): Map<string, unknown> {
  const byPath = new Map<string, unknown>()
  for (const [name, value] of Object.entries(values)) {
    const path = `${prefix}${name}`
    if (path === '$schema') continue
    const entry = Object.hasOwn(group, name) ? group[name] : undefined
    if (entry === undefined) {
      const known = entriesOf(settingsTable).flatMap((other) => [other.path, other.path.split('.')[0] ?? ''])
      const siblings = Object.keys(group).map((sibling) => `${prefix}${sibling}`)
      problems.push(`${file}: "${path}" is no setting.${didYouMean(path, [...siblings, ...known])}`)
    } else if (isSetting(entry)) {
      byPath.set(path, value)
    } else if (isPlainObject(value)) {
      for (const [inner, innerValue] of flatten(value, entry, file, problems, `${path}.`)) {
        byPath.set(inner, innerValue)
      }
    } else {
      const example = Object.keys(entry)[0] ?? ''
      problems.push(`${file}: "${path}" must be an object, as in { "${path}": { "${example}": ... } }.`)
    }
  }
  return byPath
}

function unknownVariables(
  env: LoadOptions['env'],
  entries: readonly SettingEntry[],
  problems: string[],
): void {
  const known = new Set<string>(OTHER_VARIABLES)
  for (const { variable, setting } of entries) {
    known.add(variable)
    if (setting.kind === 'secret') known.add(fileVariableOf(variable))
  }
  for (const name of Object.keys(env)) {
    if (!name.startsWith(VARIABLE_PREFIX) || known.has(name) || name.startsWith(TEST_VARIABLE_PREFIX))
      continue
    problems.push(`The variable ${name} is no setting.${didYouMean(name, known)}`)
  }
}

interface VariableInForce {
  readonly name: string
  readonly text: string
}

/** The strongest variable that is set. An empty one counts only where an empty list is a value. */
function variableInForce(
  entry: SettingEntry,
  options: LoadOptions,
  problems: string[],
): VariableInForce | null {
  const { setting, variable } = entry
  for (const name of [variable, ...setting.otherVariables]) {
    const text = options.env[name]
    if (text !== undefined && (text.trim() !== '' || setting.emptyIsValue)) {
      if (setting.kind === 'secret' && options.env[fileVariableOf(variable)]) {
        problems.push(`${variable} and ${fileVariableOf(variable)} are both set; one of them is needed.`)
      }
      return { name, text }
    }
  }
  return setting.kind === 'secret' ? secretFromFile(entry, options, problems) : null
}

function secretFromFile(
  entry: SettingEntry,
  options: LoadOptions,
  problems: string[],
): VariableInForce | null {
  const name = fileVariableOf(entry.variable)
  const path = options.env[name]
  if (path === undefined || path.trim() === '') return null
  try {
    return { name, text: readFileSync(resolve(options.cwd, path.trim()), 'utf8') }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    problems.push(`${name} names ${path.trim()}, which cannot be read (${code}).`)
    return null
  }
}

type Judged = { value: unknown } | { problem: string }

function judged(parsed: Parsed<unknown>, where: string, what = ''): Judged {
  return parsed.ok ? { value: parsed.value } : { problem: `${where}${what}: ${parsed.needed}.` }
}

function fileWhere(file: SettingsFilePlace, path: string): string {
  return `${file.path}: ${path}`
}

/** What was typed, unless it is a secret. */
function shown(entry: SettingEntry, text: string): string {
  return entry.setting.kind === 'secret' ? '' : ` is "${[...text].slice(0, 80).join('')}"`
}

function assemble(group: SettingsGroup, values: ReadonlyMap<string, unknown>, prefix = ''): object {
  return Object.fromEntries(
    Object.entries(group).map(([name, entry]) => {
      const path = `${prefix}${name}`
      return [name, isSetting(entry) ? values.get(path) : assemble(entry, values, `${path}.`)]
    }),
  )
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    for (const inner of Object.values(value)) deepFreeze(inner)
    Object.freeze(value)
  }
  return value
}
