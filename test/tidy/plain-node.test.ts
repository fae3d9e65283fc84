import { execFile } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { allFiles, contentOf, ROOT, workspaces } from './tree.ts'

const execute = promisify(execFile)

/** Vitest accepts syntax and imports that Node refuses, so what runs under Node is started by Node here. */
async function node(...args: string[]): Promise<string> {
  const { stdout, stderr } = await execute(process.execPath, args, { cwd: ROOT, timeout: 30_000 })
  return stdout + stderr
}

const mains = allFiles.filter((path) => /(^|\/)main\.ts$/.test(path))

test.each(mains)('%s starts with plain Node and says what it is for', async (path) => {
  expect((await node(path, '--help')).length).toBeGreaterThan(20)
})

const packages = workspaces.filter(({ folder }) => existsSync(join(ROOT, folder, 'src/index.ts')))

test('every package loads in plain Node without a warning', async () => {
  const imports = packages.map(({ name }) => `await import('${name}')`).join('\n')
  expect(await node('--input-type=module', '--eval', `${imports}; process.exit(0)`)).toBe('')
})

test('what a package offers as a command can be executed', () => {
  const commands = workspaces.flatMap(({ folder, bin }) =>
    Object.values(bin).map((path) => `${folder}/${path}`),
  )
  expect(commands).toContain('apps/cli/src/main.ts')
  for (const command of [...commands, '.ci/run']) {
    expect(statSync(join(ROOT, command)).mode & 0o111, `${command} has mode 755`).toBe(0o111)
    expect(contentOf(command).startsWith('#!/usr/bin/env '), command).toBe(true)
  }
})
