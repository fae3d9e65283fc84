import { expect, test, vi } from 'vitest'
import { ServerWarnings } from './server-warnings.ts'

const logger = () => ({ debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() })
const fromServer = (text: string): string => `Received warning (1 of 1) "${text}" for "batch"`

test('a warning of a node is told once, also when only its numbers differ', () => {
  const told = logger()
  const warnings = new ServerWarnings(told)
  for (const count of [1_000, 1_001]) warnings.heard('warning', fromServer(`Read ${count} tombstone cells`))
  warnings.heard('warning', fromServer('Batch is of size 9 KiB'))
  expect(told.warn.mock.calls.map(([facts]) => facts)).toEqual([
    { warning: 'Read 1000 tombstone cells' },
    { warning: 'Batch is of size 9 KiB' },
  ])
})

test('texts without end are told up to a number', () => {
  const told = logger()
  const warnings = new ServerWarnings(told)
  for (let index = 0; index < 500; index++) warnings.heard('warning', fromServer('x'.repeat(index)))
  expect(told.warn).toHaveBeenCalledTimes(100)
})

test('what the driver says besides is for debugging only', () => {
  const told = logger()
  const warnings = new ServerWarnings(told)
  warnings.heard('warning', 'Connection could not be created')
  warnings.heard('info', 'Connecting')
  warnings.heard('verbose', 'Sent stream #1')
  expect(told.warn).not.toHaveBeenCalled()
  expect(told.debug).toHaveBeenCalledTimes(1)
})
