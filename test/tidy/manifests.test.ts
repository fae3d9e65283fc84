import { expect, test } from 'vitest'
import { allFiles, contentOf, readPackage, workspaces } from './tree.ts'

const root = readPackage('.')
const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/

interface Lock {
  readonly packages: Readonly<Record<string, { readonly resolved?: string; readonly integrity?: string }>>
}
const lock: Lock = JSON.parse(contentOf('package-lock.json'))

test('every folder with a package.json is a listed workspace', () => {
  const folders = allFiles
    .filter((path) => /^(apps|packages)\/[^/]+\/package\.json$/.test(path))
    .map((path) => path.replace('/package.json', ''))
  expect([...folders].sort()).toEqual(workspaces.map(({ folder }) => folder).sort())
})

test('workspaces are listed lowest layer first', () => {
  const layers = workspaces.map(({ layer }) => layer)
  expect(layers).toEqual([...layers].sort((a, b) => a - b))
})

test('every version is pinned exactly', () => {
  const loose = [{ name: 'root', ...root }, ...workspaces].flatMap((manifest) =>
    Object.entries({
      ...manifest.dependencies,
      ...manifest.devDependencies,
      ...manifest.optionalDependencies,
    })
      .filter(([, version]) => !EXACT.test(version))
      .map(([name, version]) => `${manifest.name}: ${name}@${version}`),
  )
  expect(loose).toEqual([])
})

test('one library has one version in all workspaces', () => {
  const versions = new Map<string, Set<string>>()
  for (const manifest of [root, ...workspaces]) {
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
      versions.set(name, (versions.get(name) ?? new Set()).add(version))
    }
  }
  expect([...versions].filter(([, all]) => all.size > 1).map(([name]) => name)).toEqual([])
})

test('the lock names no host: packages come from whatever registry npm is set to', () => {
  expect(contentOf('package-lock.json')).not.toMatch(/https?:\/\/[^"]*\.tgz/)
  const outside = Object.entries(lock.packages).filter(([path]) => path.startsWith('node_modules/'))
  const hosts = outside.filter(([, { resolved }]) => resolved?.includes('://') === true)
  expect(hosts.map(([path]) => path)).toEqual([])
})

test('the lock is sealed: every outside package has its integrity', () => {
  const open = Object.entries(lock.packages).filter(
    ([path, { resolved, integrity }]) =>
      path.includes('node_modules/') &&
      integrity === undefined &&
      !workspaces.some(({ folder }) => folder === resolved),
  )
  expect(open.map(([path]) => path)).toEqual([])
})

test('the lock knows what each workspace depends on', () => {
  const drifted = workspaces.flatMap(({ folder, dependencies, devDependencies }) => {
    const locked = lock.packages[folder] as { dependencies?: object; devDependencies?: object } | undefined
    const same =
      JSON.stringify(sorted(locked?.dependencies)) === JSON.stringify(sorted(dependencies)) &&
      JSON.stringify(sorted(locked?.devDependencies)) === JSON.stringify(sorted(devDependencies))
    return same ? [] : [folder]
  })
  expect(drifted, 'run npm install').toEqual([])
})

function sorted(record: object | undefined): [string, unknown][] {
  return Object.entries(record ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
}
