import { expect, test } from 'vitest'
import { exitCodeOf, UsageError } from './failures.ts'
import { type Options, readOptions } from './options.ts'

const OPTIONS: Options = {
  port: { type: 'string', value: '<number>', help: 'the port' },
  quiet: { type: 'boolean', help: 'says nothing' },
}
const read = (...args: string[]) => readOptions('try', OPTIONS, args)

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
