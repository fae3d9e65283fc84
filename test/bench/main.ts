/** `npm run bench`: rates, CPU, memory and latency, with every count checked. */
import { parseArgs } from 'node:util'
import { type BenchResult, resultTable } from './bench-result.ts'
import { benchCluster } from './cluster-bench.ts'
import { benchLive } from './live-bench.ts'
import { machine } from './machine.ts'
import { benchPage } from './page-bench.ts'
import { runApart } from './run-apart.ts'

const HELP = `Measures how fast it is, and checks that every count is right.

Usage: npm run bench -- [fold] [decode-fold] [import] [users] [moments] [live] [cluster] [page] [options]
(all without names)

  --records <number>   records for fold and decode-fold, lines for import (500000)
  --users <number>     people for users (1000000)
  --worlds <number>    seeded worlds of three hours for moments (50)
  --backlog <number>   records of the backlog of cluster (2000000)
  --seconds <number>   how long live lasts, also that of cluster, and each page of page (60)
  --stay <number>      seconds that the memory of the page is looked at (180)
  --rate <number>      messages per second of live (5000)
  --channels <number>  channels of live (50) and of page (500); joining them takes 10 s for every 18

The bench cluster starts a Kafka and a Cassandra of its own: it needs Java 17 and Maven.

Exit code 1 when a count differs. Times decide nothing: they depend on the machine and on what else it does.
`

const BENCHES = ['fold', 'decode-fold', 'import', 'users', 'moments', 'live', 'cluster', 'page'] as const

/** Wrong words on the command line: told without a stack. */
class Misused extends Error {}

try {
  await run(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof Misused || isOfParseArgs(error))) throw error
  process.stderr.write(`${error.message}\n\n${HELP}`)
  process.exitCode = 2
}

function isOfParseArgs(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_')
}

async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      records: { type: 'string', default: '500000' },
      users: { type: 'string', default: '1000000' },
      worlds: { type: 'string', default: '50' },
      seconds: { type: 'string', default: '60' },
      backlog: { type: 'string', default: '2000000' },
      rate: { type: 'string', default: '5000' },
      stay: { type: 'string', default: '180' },
      channels: { type: 'string' },
    },
  })
  if (values.help) {
    process.stdout.write(HELP)
    return
  }
  const unknown = positionals.filter((name) => !BENCHES.some((known) => known === name))
  if (unknown.length > 0) throw new Misused(`There is no bench ${unknown.join(', ')}.`)
  const records = positive('records', values.records, 50_000_000)
  const users = positive('users', values.users, 10_000_000)
  const worlds = positive('worlds', values.worlds, 1_000)
  const sizes: Partial<Record<(typeof BENCHES)[number], number>> = { users, moments: worlds }
  const backlog = positive('backlog', values.backlog, 50_000_000)
  const live = {
    seconds: positive('seconds', values.seconds, 3_600),
    messagesPerSecond: positive('rate', values.rate, 20_000),
    channels: positive('channels', values.channels ?? '50', 500),
  }
  const page = {
    seconds: live.seconds,
    staySeconds: positive('stay', values.stay, 3_600),
    channels: positive('channels', values.channels ?? '500', 500),
  }

  process.stdout.write(`${machine()}\n`)
  const results: BenchResult[] = []
  for (const name of BENCHES) {
    if (positionals.length > 0 && !positionals.includes(name)) continue
    process.stdout.write(`${name} ...\n`)
    if (name === 'page') {
      const { report, differences } = await benchPage(page)
      process.stdout.write(`${report}\n${differences.map((text) => `COUNTS DIFFER: ${text}\n`).join('')}`)
      if (differences.length > 0) process.exitCode = 1
    } else if (name === 'live') results.push(await benchLive(live))
    else if (name === 'cluster') results.push(...(await benchCluster(backlog, live)))
    else results.push(await runApart(name, sizes[name] ?? records))
  }
  if (results.length > 0) process.stdout.write(`\n${resultTable(results)}`)
  process.stdout.write(`\n${machine()}\n`)
  if (results.some(({ differences }) => differences.length > 0)) process.exitCode = 1
}

function positive(name: string, text: string, most: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= most) return value
  throw new Misused(`--${name} must be a whole number from 1 to ${most}, not ${text}.`)
}
