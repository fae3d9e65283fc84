/** `npm run cluster`: starts both servers, tells how to go on, and stops them when it is asked to. */
import { constants } from 'node:os'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CLUSTER_HELP, type ClusterArguments, readArguments } from './arguments.ts'
import { ArgumentError, LocalClusterError } from './errors.ts'
import { type LocalCluster, startLocalCluster } from './local-cluster.ts'
import type { LocalServer } from './local-server.ts'
import { nextSteps } from './next-steps.ts'

/** Everything stops within 10 s; servers that hang are killed with this process. */
const STOP_MS = 9_000
/** A terminal sends Ctrl-C to npm and to us, and npm passes its own on: one key press. */
const SAME_PRESS_MS = 300
/** Time to look at what a missing server does, before it comes back. */
const RESTART_MS = 10_000

const EXIT_FAILED = 1
const EXIT_NOT_STARTED = 2

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** Resolves to the exit code once everything has stopped. */
export async function runCluster(words: readonly string[]): Promise<number> {
  try {
    const args = readArguments(words)
    if (args.help) {
      process.stdout.write(`${CLUSTER_HELP}\n`)
      return 0
    }
    const stop = stopOnSignals()
    try {
      await serve(args, stop)
    } catch (error) {
      if (!stop.aborted) throw error
      say('Stopped.')
    }
    return 0
  } catch (error) {
    if (!(error instanceof LocalClusterError)) throw error
    say(`${error.message}\n${error.hint}`)
    return error instanceof ArgumentError ? EXIT_NOT_STARTED : EXIT_FAILED
  }
}

function stopOnSignals(): AbortSignal {
  const stop = new AbortController()
  let firstAtMs: number | null = null
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      const nowMs = performance.now()
      if (firstAtMs === null) {
        firstAtMs = nowMs
        say('Stopping ... (once more to stop at once)')
        // The servers end with this process, however it ends.
        setTimeout(() => process.exit(EXIT_FAILED), STOP_MS).unref()
        stop.abort()
      } else if (nowMs - firstAtMs >= SAME_PRESS_MS) {
        process.exit(128 + constants.signals[name])
      }
    })
  }
  return stop.signal
}

async function serve(args: ClusterArguments, stop: AbortSignal): Promise<void> {
  const { brokers, kafkaPort, cassandraPort, fresh } = args
  const ended = Promise.withResolvers<never>()
  // Nobody waits for it while the servers start.
  ended.promise.catch(() => undefined) // handled where it is awaited below
  let cluster: LocalCluster | null = null
  say(`Starting Kafka (${brokers === 1 ? 'one broker' : `${brokers} brokers`}) and Cassandra ...`)
  await using running = await startLocalCluster({
    directory: resolve(args.dataDir),
    brokers,
    kafkaPorts: Array.from({ length: brokers }, (_, index) => kafkaPort + index),
    cassandraPort,
    fresh,
    say,
    signal: stop,
    onUnexpectedEnd(error) {
      say(`${error.message}\n${error.hint}\nIt is started again in ${RESTART_MS / 1_000} s.`)
      startAgain(() => cluster, stop).catch(ended.reject)
    },
  })
  cluster = running
  process.stdout.write(`${nextSteps(args, running)}\n`)
  await Promise.race([ended.promise, aborted(stop)])
  await running.stop()
  say(`Stopped. The data is in ${args.dataDir}.`)
}

async function startAgain(clusterNow: () => LocalCluster | null, stop: AbortSignal): Promise<void> {
  await sleep(RESTART_MS, undefined, { signal: stop }).catch(() => undefined) // told by the signal
  const cluster = clusterNow()
  if (stop.aborted || cluster === null) return
  const missing = [...cluster.kafka.brokers, cluster.cassandra].filter(({ state }) => state === 'stopped')
  await Promise.all(missing.map((server) => restart(server, stop)))
}

async function restart(server: LocalServer, stop: AbortSignal): Promise<void> {
  say(`Starting ${server.name} again ...`)
  await server.start(stop)
  say(`${server.name} answers again.`)
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done()
    signal.addEventListener('abort', () => done(), { once: true })
  })
}
