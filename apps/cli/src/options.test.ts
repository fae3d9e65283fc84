import { expect, test } from 'vitest'
import { exitCodeOf, UsageError } from './failures.ts'
import { type Options, readWords } from './options.ts'

const OPTIONS: Options = {
  port: { type: 'string', value: '<number>', help: 'the port' },
  quiet: { type: 'boolean', help: 'says nothing' },
}
const read = (...args: string[]) => readWords({ name: 'try', options: OPTIONS }, args).values

test('options come with a blank or an equals sign', () => {
  expect(read('--port', '1', '--quiet')).toEqual({ port: '1', quiet: 'true' })
  expect(read('--port=0')).toEqual({ port: '0' })
})

test.each([
  [['--prot', '1'], 'Did you mean "--port"?'],
  [['--port'], 'needs <number>'],
  [['--quiet=yes'], 'takes no value'],
  [['stray'], 'takes no argument "stray"'],
  [['--__proto__'], 'has no option'],
  [['-x'], 'has no option -x'],
])('%j is refused with what is wrong', (args, message) => {
  const thrown = (() => {
    try {
      return read(...args)
    } catch (error) {
      return error
    }
  })()
  expect(thrown).toBeInstanceOf(UsageError)
  expect(String(thrown)).toContain(message)
  expect(exitCodeOf(thrown)).toBe(2)
})

test('arguments come in their order, a dash among them, for a command that takes them', () => {
  const command = { name: 'try', options: OPTIONS, arguments: { value: '<file or ->', help: 'a file' } }
  expect(readWords(command, ['b', '--quiet', '-', 'a', '--', '--port'])).toEqual({
    values: { quiet: 'true' },
    args: ['b', '-', 'a', '--port'],
  })
  expect(() => readWords(command, ['--quiet'])).toThrow('"try" needs <file or ->: a file.')
})
