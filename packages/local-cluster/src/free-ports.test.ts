import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { freePorts, requireFree } from './free-ports.ts'

test('free ports differ from each other and from those given out before', async () => {
  const ports = [...(await freePorts(20)), ...(await freePorts(20))]
  expect(new Set(ports).size).toBe(40)
  for (const port of ports) expect(port).toBeLessThan(32_768)
})

test('a taken port is refused with whose it should have been; a free one is not', async () => {
  const [port = 0, free = 0] = await freePorts(2)
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  await requireFree([{ port: free, what: 'Kafka' }])
  await expect(requireFree([{ port, what: 'Cassandra' }])).rejects.toThrow(
    `Port ${port} of 127.0.0.1, wanted for Cassandra, is in use by another program.`,
  )
})
