/** How much script a browser loads before a page shows something. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { ROOT } from '../support/start-product.ts'

/** Built by the set-up of `npm test`. */
const DIST = join(ROOT, 'apps/dashboard/dist')

/** Gzipped script of a first load, Chart.js included (issue 8), bytes. */
const FIRST_LOAD_MAX = 250_000

const STATIC_IMPORT = /(?:\bfrom|\bimport)\s*["']\.\/([^"']+\.js)["']/g
const LAZY_IMPORT = /\bimport\(\s*["'`]\.\/([^"'`]+\.js)["'`]/g

const script = (name: string): string => readFileSync(join(DIST, 'assets', name), 'utf8')

const namesIn = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, name]) => name!)

/** A script and everything it cannot start without. */
function closure(name: string, known = new Set<string>()): Set<string> {
  if (known.has(name)) return known
  known.add(name)
  for (const needed of namesIn(script(name), STATIC_IMPORT)) closure(needed, known)
  return known
}

const gzipped = (names: Iterable<string>): number =>
  [...names].reduce((sum, name) => sum + gzipSync(script(name)).length, 0)

test.each(['index.html', 'overlay.html'])(
  '%s loads at most 250 kB of script first, whatever it shows',
  (file) => {
    const page = readFileSync(join(DIST, file), 'utf8')
    const entries = namesIn(page, /(?:src|href)="\/assets\/([^"]+\.js)"/g)
    expect(entries.length).toBeGreaterThan(0)
    const entry = new Set(entries.flatMap((name) => [...closure(name)]))
    expect(gzipped(entry)).toBeLessThanOrEqual(FIRST_LOAD_MAX)
    const lazy = new Set([...entry].flatMap((name) => namesIn(script(name), LAZY_IMPORT)))
    if (file === 'index.html') expect(lazy.size).toBeGreaterThan(2)
    for (const name of lazy) {
      const bytes = gzipped(new Set([...entry, ...closure(name)]))
      expect(bytes, `with ${name}`).toBeLessThanOrEqual(FIRST_LOAD_MAX)
    }
  },
)
