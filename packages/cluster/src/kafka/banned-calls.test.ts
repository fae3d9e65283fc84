import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const FOLDER = new URL('.', import.meta.url)
const sources = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => ({ name, code: readFileSync(new URL(name, FOLDER), 'utf8') }))

test('nobody commits with a call that ends the consumer of a member that was evicted', () => {
  expect(sources.length).toBeGreaterThan(10)
  expect(sources.filter(({ code }) => /\.commitOffsets\(/.test(code)).map(({ name }) => name)).toEqual([])
  expect(sources.some(({ code }) => code.includes('commitOffsetsIfNecessary'))).toBe(true)
})
