import { expect, test } from 'vitest'
import { settingsTable } from './settings.ts'
import { settingsHelp, settingsMarkdown, settingsSchema } from './settings-documents.ts'
import { entriesOf } from './settings-table.ts'

test('every setting stands in the help, in the table of the README and in the schema', () => {
  const schema = JSON.stringify(settingsSchema())
  for (const { path, variable, setting } of entriesOf(settingsTable)) {
    expect(settingsHelp()).toContain(variable)
    expect(settingsMarkdown()).toContain(`| \`${path}\` | \`${variable}\``)
    expect(schema).toContain(`"${path.split('.').at(-1)}":{"description":${JSON.stringify(setting.help)}`)
  }
})

test('the schema allows no unknown key, in no group', () => {
  const groups = JSON.stringify(settingsSchema()).match(/"type":"object"/g) ?? []
  const closed = JSON.stringify(settingsSchema()).match(/"additionalProperties":false/g) ?? []
  expect(closed).toHaveLength(groups.length)
})

test('two settings never share a variable', () => {
  const variables = entriesOf(settingsTable).map(({ variable }) => variable)
  expect(new Set(variables).size).toBe(variables.length)
})
