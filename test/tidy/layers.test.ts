import { dirname, join } from 'node:path/posix'
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
  workspaces,
} from './tree.ts'

const sources = allFiles.filter(isSource)
const byName = new Map(workspaces.map((workspace) => [workspace.name, workspace]))

const outside = sources.flatMap((file) =>
  importsOf(file).filter(({ specifier }) => !isRelative(specifier) && !isBuiltIn(specifier)),
)

test('the imports are found at all', () => {
  expect(outside.length).toBeGreaterThan(50)
  expect(outside.some(({ specifier }) => specifier === '@smacktalk/contract')).toBe(true)
})

test('every workspace states its layer', () => {
  expect(workspaces.filter(({ layer }) => !Number.isInteger(layer)).map(({ name }) => name)).toEqual([])
})

test('every import between packages points to a lower layer, type imports included', () => {
  const upward = outside.flatMap(({ file, specifier }) => {
    const from = workspaceOf(file)
    const to = byName.get(packageOf(specifier))
    if (from === null || to === undefined || from === to || to.layer < from.layer) return []
    // A test may drive its package with a neighbour that the package itself does not know.
    if (isTest(file) && to.layer === from.layer && to.name in from.devDependencies) return []
    return [`${file} (layer ${from.layer}) imports ${to.name} (layer ${to.layer})`]
  })
  expect(upward).toEqual([])
})

test('a package is imported by its name alone, never by a path into it', () => {
  const deep = outside
    .filter(({ specifier }) => byName.has(packageOf(specifier)) && specifier !== packageOf(specifier))
    .map(({ file, specifier }) => `${file} imports ${specifier}`)
  const across = sources.flatMap((file) =>
    importsOf(file)
      .filter(({ specifier }) => isRelative(specifier))
      .map(({ specifier }) => ({ specifier, target: join(dirname(file), specifier) }))
      .filter(({ target }) => workspaceOf(file) !== null && workspaceOf(target) !== workspaceOf(file))
      .filter(({ target }) => !(isTest(file) && target.startsWith('test/')))
      .map(({ specifier }) => `${file} imports ${specifier}`),
  )
  expect([...deep, ...across]).toEqual([])
})

test('a package imports only what its package.json names; tests may use the root’s tools too', () => {
  const root = new Set(['vitest', 'fast-check', 'ws', 'socket.io-client', 'playwright-core'])
  const undeclared = outside.flatMap(({ file, specifier }) => {
    const workspace = workspaceOf(file)
    const name = packageOf(specifier)
    if (workspace === null || name === workspace.name || name === 'vite') return []
    const declared =
      name in workspace.dependencies || (file.includes('dashboard/') && name in workspace.devDependencies)
    if (declared || (isTest(file) && (root.has(name) || name in workspace.devDependencies))) return []
    return [`${file} imports ${name}`]
  })
  expect(undeclared).toEqual([])
})

test('relative imports carry their extension, as Node wants it', () => {
  const bare = sources.flatMap((file) =>
    importsOf(file)
      .filter(
        ({ specifier }) => isRelative(specifier) && !/\.(ts|tsx|mjs|css|json|svg)(\?\w+)?$/.test(specifier),
      )
      .map(({ specifier }) => `${file} imports ${specifier}`),
  )
  expect(bare).toEqual([])
})
