import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { askCassandra, runCql } from './cassandra-probe.ts'
import { freePorts } from './free-ports.ts'
import { askKafka } from './kafka-probe.ts'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))
const HOST = '127.0.0.1'
const READY_MS = 120_000

/** `npm run cluster` on free ports, as a process of its own. */
async function command() {
  const folder = temporaryFolder()
  onTestFinished(() => folder[Symbol.dispose]())
  const [kafkaPort = 0, cassandraPort = 0] = await freePorts(2)
  const dataDir = join(folder.path, 'cluster')
  function start() {
    const words = ['--kafka-port', kafkaPort, '--cassandra-port', cassandraPort, '--data-dir', dataDir]
    const child = spawn(process.execPath, [MAIN, ...words.map(String)], { stdio: ['ignore', 'pipe', 'pipe'] })
    const printed = { text: '' }
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        printed.text += text
      })
    }
    onTestFinished(() => void child.kill('SIGKILL'))
    const ready = (): Promise<void> =>
      vi.waitFor(() => expect(printed.text).toContain('Ready.'), { timeout: READY_MS, interval: 100 })
    return { child, printed, ready }
  }
  return { start, dataDir, kafkaPort, cassandraPort }
}

interface Running {
  readonly pid: number
  readonly parent: number
}

/** Every process that still does something; one that only waits to be buried does not count. */
function running(): Running[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,state=']).toString().trim().split('\n')
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , state]) => state?.startsWith('Z') === false)
    .map(([pid, parent]) => ({ pid: Number(pid), parent: Number(parent) }))
}

/** The servers and their guards. */
function descendants(of: number): number[] {
  const children = running()
    .filter(({ parent }) => parent === of)
    .map(({ pid }) => pid)
  return [...children, ...children.flatMap(descendants)]
}

test('SIGINT stops both servers within 10 s, and the next run finds the data', async () => {
  const { start, dataDir, kafkaPort, cassandraPort } = await command()
  const first = start()
  await first.ready()
  expect((await askKafka(HOST, kafkaPort)).brokers).toEqual([`${HOST}:${kafkaPort}`])
  await runCql(
    HOST,
    cassandraPort,
    "CREATE KEYSPACE kept WITH replication = {'class': 'NetworkTopologyStrategy', 'datacenter1': 1}",
  )

  const began = performance.now()
  first.child.kill('SIGINT')
  expect(await once(first.child, 'exit')).toEqual([0, null])
  expect(performance.now() - began).toBeLessThan(10_000)
  await expect(askKafka(HOST, kafkaPort)).rejects.toThrow('ECONNREFUSED')
  await expect(askCassandra(HOST, cassandraPort)).rejects.toThrow('ECONNREFUSED')
  expect(existsSync(join(dataDir, 'running.pid'))).toBe(false)

  const second = start()
  await second.ready()
  const keyspaces = await runCql(HOST, cassandraPort, 'SELECT keyspace_name FROM system_schema.keyspaces')
  expect(String(keyspaces)).toContain('kept')
})

test('a server that dies is started again; killed with -9, the command takes its servers along', async () => {
  const { start, kafkaPort, cassandraPort } = await command()
  const cluster = start()
  await cluster.ready()
  const kafka = descendants(cluster.child.pid ?? 0).find((pid) =>
    execFileSync('ps', ['-o', 'args=', '-p', String(pid)])
      .toString()
      .includes('kafka.Kafka'),
  )
  process.kill(kafka ?? 0, 'SIGKILL')
  await vi.waitFor(() => expect(cluster.printed.text).toContain('Kafka ended with SIGKILL'))
  await vi.waitFor(() => expect(cluster.printed.text).toContain('Kafka answers again.'), {
    timeout: READY_MS,
    interval: 100,
  })
  expect((await askKafka(HOST, kafkaPort)).brokers).toEqual([`${HOST}:${kafkaPort}`])

  const servers = descendants(cluster.child.pid ?? 0)
  expect(servers.length, 'two servers and their guards').toBe(4)
  cluster.child.kill('SIGKILL')
  await once(cluster.child, 'exit')
  const left = (): number[] => {
    const alive = new Set(running().map(({ pid }) => pid))
    return servers.filter((pid) => alive.has(pid))
  }
  await vi.waitFor(() => expect(left()).toEqual([]), { timeout: 10_000, interval: 50 })
  // The last threads of a killed process, and its ports with them, may take a moment longer than its entry.
  await vi.waitFor(async () => {
    await expect(askKafka(HOST, kafkaPort)).rejects.toThrow('ECONNREFUSED')
    await expect(askCassandra(HOST, cassandraPort)).rejects.toThrow('ECONNREFUSED')
  })
})
