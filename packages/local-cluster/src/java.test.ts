import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { findJava, javaCommand, majorVersion } from './java.ts'

test.each([
  ['openjdk version "17.0.15" 2025-04-15', 17],
  ['java version "1.8.0_402"', 8],
  ['openjdk version "21" 2023-09-19', 21],
  ['Error: no such command', null],
])('%s is version %s', (printed, major) => {
  expect(majorVersion(printed)).toBe(major)
})

test('JAVA_HOME comes before the PATH', () => {
  expect(javaCommand({ JAVA_HOME: 'jdk' })).toBe('jdk/bin/java')
  expect(javaCommand({ JAVA_HOME: '' })).toBe('java')
  expect(javaCommand({})).toBe('java')
})

/** A folder for JAVA_HOME whose java says that. */
function javaSaying(said: string): string {
  const folder = temporaryFolder()
  onTestFinished(() => folder[Symbol.dispose]())
  mkdirSync(join(folder.path, 'bin'))
  const file = join(folder.path, 'bin', 'java')
  writeFileSync(file, `#!/bin/sh\necho '${said}' >&2\n`)
  chmodSync(file, 0o755)
  return folder.path
}

test('the Java that the servers know is taken', async () => {
  const home = javaSaying('openjdk version "17.0.2" 2022-01-18')
  expect(await findJava({ JAVA_HOME: home })).toBe(join(home, 'bin', 'java'))
})

test.each([
  ['openjdk version "11.0.22" 2024-01-16', 'is version 11'],
  ['openjdk version "21.0.1" 2023-10-17', 'is version 21'],
  ['something else', 'says "something else"'],
])('a Java that says %s is refused, with what to install', async (said, fact) => {
  const failure = await findJava({ JAVA_HOME: javaSaying(said) }).catch((error: unknown) => error)
  expect(failure).toMatchObject({
    name: 'MissingToolError',
    message: expect.stringContaining(fact),
    hint: expect.stringContaining('Install a Java 17'),
  })
})

test('a missing Java is told as such', async () => {
  await expect(findJava({ PATH: '' })).rejects.toThrow('Java 17 is needed, and java is not there.')
})
