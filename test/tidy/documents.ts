/** Documents that are made from code, and where they stand. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { settingsMarkdown, settingsSchema } from '@smacktalk/runtime'
import { ROOT } from './tree.ts'

interface Document {
  readonly path: string
  /** What the file should hold, given what it holds. */
  wanted(content: string): string
}

const BEGIN = '<!-- settings -->'
const END = '<!-- /settings -->'

export const documents: readonly Document[] = [
  {
    path: 'docs/smacktalk.schema.json',
    wanted: () => `${JSON.stringify(settingsSchema(), null, 2)}\n`,
  },
  { path: 'README.md', wanted: (content) => between(content, settingsMarkdown()) },
]

export function readDocument(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

export function writeDocument(path: string, content: string): void {
  writeFileSync(join(ROOT, path), content)
}

function between(content: string, table: string): string {
  const begin = content.indexOf(BEGIN)
  const end = content.indexOf(END)
  if (begin === -1 || end < begin) throw new Error(`README.md lacks the lines ${BEGIN} and ${END}.`)
  return `${content.slice(0, begin + BEGIN.length)}\n${table}\n${content.slice(end)}`
}
