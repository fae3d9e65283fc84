/** `npm run bench`: rates, CPU, memory and latency, with every count checked. */
import { parseArgs } from 'node:util'
import { type BenchResult, resultTable } from './bench-result.ts'
import { benchLive } from './live-bench.ts'
import { machine } from './machine.ts'
import { runApart } from './run-apart.ts'

const HELP = `Measures how fast it is, and checks that every count is right.

Usage: npm run bench -- [fold] [decode-fold] [live] [options]   (all three without names)

  --records <number>   records for fold and decode-fold (500000)
  --seconds <number>   how long live lasts (60)
  --rate <number>      messages per second of live (5000)
  --channels <number>  channels of live (50); joining them takes 10 s for every 18

Exit code 1 when a count differs. Times decide nothing: they depend on the machine and on what else it does.
`

const BENCHES = ['fold', 'decode-fold', 'live'] as const

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: 'boolean', short: 'h', default: false },
    records: { type: 'string', default: '500000' },
    seconds: { type: 'string', default: '60' },
    rate: { type: 'string', default: '5000' },
    channels: { type: 'string', default: '50' },
  },
})

if (values.help) {
  process.stdout.write(HELP)
} else {
  const unknown = positionals.filter((name) => !BENCHES.some((known) => known === name))
  if (unknown.length > 0) throw new Error(`There is no bench ${unknown.join(', ')}.\n\n${HELP}`)
  process.stdout.write(`${machine()}\n`)
  const results: BenchResult[] = []
  for (const name of BENCHES) {
    if (positionals.length > 0 && !positionals.includes(name)) continue
    process.stdout.write(`${name} ...\n`)
    results.push(
      name === 'live'
        ? await benchLive({
            seconds: positive('seconds', 1, 3_600),
            messagesPerSecond: positive('rate', 1, 20_000),
            channels: positive('channels', 1, 200),
          })
        : await runApart(name, positive('records', 1, 50_000_000)),
    )
  }
  process.stdout.write(`\n${resultTable(results)}\n${machine()}\n`)
  if (results.some(({ differences }) => differences.length > 0)) process.exitCode = 1
}

function positive(name: 'records' | 'seconds' | 'rate' | 'channels', least: number, most: number): number {
  const value = Number(values[name])
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new Error(`--${name} must be a whole number from ${least} to ${most}, not ${values[name]}.`)
}
