/** A program for tests: it answers on its port as it is told by variables. */
import { createServer } from 'node:http'

const { APP_PORT = '0', IGNORE_SIGTERM, FAIL_AFTER_MS, EXIT_AT_ONCE } = process.env
const startedAt = performance.now()
if (EXIT_AT_ONCE !== undefined) {
  console.log('I do not want to live.')
  process.exit(3)
}
const server = createServer((_request, response) => {
  const fails = FAIL_AFTER_MS !== undefined && performance.now() - startedAt > Number(FAIL_AFTER_MS)
  response.writeHead(fails ? 503 : 200).end()
})
server.listen(Number(APP_PORT), '127.0.0.1')
process.on('SIGTERM', () => {
  if (IGNORE_SIGTERM === undefined) server.close(() => process.exit(0))
})
