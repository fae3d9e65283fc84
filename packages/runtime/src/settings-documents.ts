/** What is written about the settings, made from their table. */
import { settingsTable } from './settings.ts'
import {
  entriesOf,
  fileVariableOf,
  isSetting,
  type JsonSchema,
  type SettingEntry,
  type SettingsGroup,
} from './settings-table.ts'

/** Width of the help's first column; a longer name gets a line of its own. */
const HELP_NAME_WIDTH = 36

/** JSON schema of the settings file, for completion in editors. */
export function settingsSchema(): JsonSchema {
  const root = groupSchema(settingsTable)
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Settings of Smacktalk',
    ...root,
    properties: { $schema: { type: 'string' }, ...(root.properties as object) },
  }
}

function groupSchema(group: SettingsGroup): JsonSchema {
  const properties = Object.fromEntries(
    Object.entries(group).map(([name, entry]) => [
      name,
      isSetting(entry) ? { description: entry.help, ...entry.schema } : groupSchema(entry),
    ]),
  )
  return { type: 'object', properties, additionalProperties: false }
}

/** The table of the README: setting, variable, default, meaning. */
export function settingsMarkdown(): string {
  const rows = entriesOf(settingsTable).map((entry) => {
    const { path, setting } = entry
    const variables = variablesOf(entry).map((name) => `\`${name}\``)
    return `| \`${path}\` | ${variables.join(', ')} | ${inCell(setting.shownDefault)} | ${inCell(setting.help)}${limits(entry)} |`
  })
  return ['| setting | variable | default | meaning |', '|---|---|---|---|', ...rows].join('\n')
}

/** One line or two per setting, for `--help`. */
export function settingsHelp(): string {
  return entriesOf(settingsTable)
    .map((entry) => {
      const { path, setting } = entry
      const name = `  ${path}`.padEnd(HELP_NAME_WIDTH)
      const variables = variablesOf(entry).join(', ')
      const about = `${setting.help.replaceAll('`', '')}${limits(entry)}`
      return `${name}${variables} (${setting.shownDefault})\n${' '.repeat(HELP_NAME_WIDTH)}${about}`
    })
    .join('\n')
}

function variablesOf({ variable, setting }: SettingEntry): string[] {
  const file = setting.kind === 'secret' ? [fileVariableOf(variable)] : []
  return [variable, ...file, ...setting.otherVariables]
}

function limits({ setting }: SettingEntry): string {
  if (setting.kind === 'integer') return ` (${setting.schema.minimum} to ${setting.schema.maximum})`
  if (setting.kind === 'choice' && Array.isArray(setting.schema.enum)) {
    return ` (${setting.schema.enum.join(', ')})`
  }
  return ''
}

function inCell(text: string): string {
  return text.replaceAll('|', '\\|')
}
