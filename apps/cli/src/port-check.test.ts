import { createServer } from 'node:http'
import { listen } from '@smacktalk/runtime'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { startProgram } from './testing/program.ts'

test('a port in use is said before any role starts', async () => {
  using folder = temporaryFolder()
  const server = createServer()
  const port = await listen(server, '127.0.0.1', 0)
  try {
    const program = startProgram(['all', '--source', 'demo', '--port', String(port)], { cwd: folder.path })
    expect(await program.ended()).toBe(1)
    expect(program.printed()).toContain(`Port ${port} of 127.0.0.1 is in use by another program.`)
    expect(program.printed()).not.toContain('Starting')
  } finally {
    server.close()
  }
})
