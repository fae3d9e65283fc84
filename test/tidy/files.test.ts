import { statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { allFiles, contentOf, isSource, ROOT } from './tree.ts'

const LINES_MAX = 400

/** Files that are longer because they hold one thing that would not be clearer in pieces, each with its reason. */
const LONGER: Readonly<Record<string, string>> = {}

const isText = (path: string): boolean => !/\.(png|ico|woff2?|zst|gz)$/.test(path)

test(`source files have at most ${LINES_MAX} lines`, () => {
  const long = allFiles.filter(isSource).flatMap((path) => {
    const lines = contentOf(path).split('\n').length - 1
    return lines > LINES_MAX && LONGER[path] === undefined ? [`${path}: ${lines}`] : []
  })
  expect(long).toEqual([])
  const gone = Object.keys(LONGER).filter((path) => !allFiles.includes(path))
  expect(gone, 'no longer there').toEqual([])
})

test('no file names a path of a machine', () => {
  const slash = '/'
  const paths = [
    ROOT,
    homedir() + slash,
    ...['home', 'Users', 'root', 'work'].map((top) => slash + top + slash),
  ]
  const named = allFiles.filter(isText).flatMap((file) => {
    const content = contentOf(file)
    // A path starts where a word does not: `apps/home/x.ts` is none.
    return paths.some((path) =>
      [...occurrences(content, path)].some((at) => !/[\w.@-]/.test(content[at - 1] ?? '')),
    )
      ? [file]
      : []
  })
  expect(named).toEqual([])
})

function* occurrences(content: string, part: string): Generator<number> {
  for (let at = content.indexOf(part); at !== -1; at = content.indexOf(part, at + 1)) yield at
}

test('no file is larger than 1 MB', () => {
  expect(allFiles.filter((path) => statSync(join(ROOT, path)).size > 1_048_576)).toEqual([])
})
