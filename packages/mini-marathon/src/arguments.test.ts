import { expect, test } from 'vitest'
import { readArguments } from './arguments.ts'

test('without a word it runs the migration and the group of marathon/', () => {
  expect(readArguments([])).toEqual({
    help: false,
    port: 8080,
    group: 'marathon/group.json',
    job: 'marathon/jobs/migrate.json',
    env: {},
    keepUser: false,
    dataDir: 'data/marathon',
  })
})

test('variables may hold anything, also an equals sign, or nothing', () => {
  const { env, job } = readArguments(['--env', 'A=b=c', '--env', 'EMPTY=', '--job', 'none'])
  expect(env).toEqual({ A: 'b=c', EMPTY: '' })
  expect(job).toBeNull()
})

test.each([
  [['--env', 'A'], '--env is "A"'],
  [['--port', 'x'], '--port is "x"'],
  [['--port', '65536'], '--port is "65536"'],
  [['--prot', '1'], "Unknown option '--prot'"],
  [['group.json'], 'group.json'],
])('%j is refused', (words, reason) => {
  expect(() => readArguments(words)).toThrow(reason)
})
