import { expect, test } from 'vitest'
import { allFiles, codeOf, contentOf, isSource, isTest } from './tree.ts'

const PURE = ['packages/contract/', 'packages/stream/', 'packages/simulator/']
const OWN = 'test/tidy/'

const sources = allFiles.filter((path) => isSource(path) && !path.startsWith(OWN))
const isPure = (path: string): boolean => PURE.some((folder) => path.startsWith(folder)) && !isTest(path)
const isProduct = (path: string): boolean => /^(apps|packages)\//.test(path) && !isTest(path)

/** Places of a pattern as `file:line: text`. */
function places(
  files: readonly string[],
  pattern: RegExp,
  read: (path: string) => string = codeOf,
): string[] {
  return files.flatMap((file) => {
    const code = read(file)
    return [...code.matchAll(new RegExp(pattern, 'g'))].map((match) => {
      const line = code.slice(0, match.index).split('\n').length
      return `${file}:${line}: ${match[0].trim()}`
    })
  })
}

test.each([
  ['Date.now', /\bDate\.now\b/, 'take the time as an argument'],
  ['new Date() without argument', /\bnew Date\(\s*\)/, 'take the time as an argument'],
  ['Math.random', /\bMath\.random\b/, 'take a seeded generator'],
  ['performance.now', /\bperformance\.now\b/, 'take the time as an argument'],
  ['await', /\bawait\b/, 'return what happened and let the caller wait'],
  ['a built-in module', /['"]node:\w+/, 'take a value instead of reading it'],
  ['a timer', /\bset(Timeout|Interval|Immediate)\(/, 'take the time as an argument'],
])('pure packages are free of %s', (_what, pattern, instead) => {
  expect(places(sources.filter(isPure), pattern), instead).toEqual([])
})

test('packages and apps write through the logger or a given stream, never to the console', () => {
  expect(places(sources.filter(isProduct), /\bconsole\.\w+/)).toEqual([])
})

test('no test is switched off or runs alone', () => {
  const pattern = /\b(test|it|describe|bench|suite)(\.\w+)*\.(only|skip|todo|fails)\(/
  expect(places(sources.filter(isTest), pattern)).toEqual([])
})

test('no error vanishes; where one is of no account a comment says why', () => {
  const silent = [/\bcatch\s*(\([^)]*\))?\s*\{\s*\}/, /\.catch\(\s*\(\)\s*=>\s*(\{\s*\}|undefined|null)\s*\)/]
  const commented = /\/\/|\*\/\s*$/
  const unexplained = silent
    .flatMap((pattern) => places(sources, pattern, contentOf))
    .filter((place) => {
      const [file = '', line = '0'] = place.split(':')
      const lines = contentOf(file).split('\n')
      return !commented.test(`${lines[Number(line) - 2]}`) && !commented.test(`${lines[Number(line) - 1]}`)
    })
  expect(unexplained).toEqual([])
})

test('nothing is left over and no check is silenced', () => {
  const pattern = /@ts-(ignore|nocheck|expect-error)|\b(TODO|FIXME|XXX)\b|\bdebugger\b/
  expect(places(sources, pattern, contentOf)).toEqual([])
  expect(places(sources, /(:|\bas|<)\s*any\b(?!\w)/)).toEqual([])
})

test('a silenced lint rule says why', () => {
  expect(places(sources, /biome-ignore[^\n:]*(:\s*)?\n/, contentOf)).toEqual([])
})

test('files are named after what they know, in kebab-case', () => {
  const odd = sources.filter((path) => {
    const name = path.split('/').at(-1) ?? ''
    const stem = name.replace(
      /(\.(test|long\.test|load\.test|cluster\.test|bench|config|external|d))*\.(ts|tsx|mjs)$/,
      '',
    )
    return /^(utils?|helpers?|misc|common)$/.test(stem) || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(stem)
  })
  expect(odd).toEqual([])
})
