import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { clusterUnderTest, TEST_CLUSTER_VARIABLE } from './cluster-under-test.ts'
import { temporaryFolder } from './temporary-folder.ts'

afterEach(() => vi.unstubAllEnvs())

function named(content: string): void {
  const folder = temporaryFolder()
  onTestFinished(() => folder[Symbol.dispose]())
  const file = join(folder.path, 'addresses.json')
  writeFileSync(file, content)
  vi.stubEnv(TEST_CLUSTER_VARIABLE, file)
}

test('the addresses are those of the named file', () => {
  const addresses = { kafka: '127.0.0.1:1,127.0.0.1:2', cassandra: '127.0.0.1:3' }
  named(JSON.stringify(addresses))
  expect(clusterUnderTest()).toEqual(addresses)
})

test('without a cluster a test fails, with how to run it', () => {
  vi.stubEnv(TEST_CLUSTER_VARIABLE, undefined)
  expect(() => clusterUnderTest()).toThrow('vitest run --project cluster')
})

test('a file without both addresses is refused', () => {
  named('{"kafka": "127.0.0.1:1"}')
  expect(() => clusterUnderTest()).toThrow('does not hold the addresses')
})
