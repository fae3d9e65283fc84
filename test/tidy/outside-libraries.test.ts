import { expect, test } from 'vitest'
import {
  allFiles,
  importsOf,
  isBuiltIn,
  isRelative,
  isSource,
  isTest,
  packageOf,
  workspaceOf,
} from './tree.ts'

/** Built-ins that are a library of their own kind: one file per package knows them. */
const GUARDED_BUILT_INS = new Set(['node:sqlite'])

/** What a page is written in; it stands in every component. */
const LANGUAGE_OF_PAGES = new Set(['react'])

test('each outside library is imported by one file per package', () => {
  const files = new Map<string, Set<string>>()
  for (const file of allFiles.filter((path) => isSource(path) && !isTest(path))) {
    const workspace = workspaceOf(file)
    if (workspace === null) continue
    for (const { specifier } of importsOf(file)) {
      const name = isBuiltIn(specifier) ? specifier : packageOf(specifier)
      const guarded = isBuiltIn(specifier) ? GUARDED_BUILT_INS.has(specifier) : !LANGUAGE_OF_PAGES.has(name)
      if (!guarded || isRelative(specifier) || name.startsWith('@smacktalk/')) continue
      const key = `${workspace.name}: ${name}`
      files.set(key, (files.get(key) ?? new Set()).add(file))
    }
  }
  expect(files.size).toBeGreaterThan(3)
  const spread = [...files].filter(([, importing]) => importing.size > 1)
  expect(spread.map(([key, importing]) => `${key} in ${[...importing].join(', ')}`)).toEqual([])
})
