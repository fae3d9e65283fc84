/**
 * What `npm test` runs: types and lint beside the unit tests, with the time of each stage. Arguments are handed
 * to Vitest, as in `npm test -- packages/runtime`.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Folder for Vitest's JSON report; `.ci/run` sets it and adds the reports up. */
const REPORTS = process.env.SMACKTALK_TEST_REPORTS

interface Stage {
  readonly name: string
  readonly script: string
  readonly args: readonly string[]
  /** Output appears while it runs; otherwise at its end, in one piece. */
  readonly live: boolean
}

interface Result {
  readonly name: string
  readonly ok: boolean
  readonly seconds: number
}

const TSC = 'node_modules/typescript/bin/tsc'

/** Each needs one core for a few seconds; together they end before the unit tests do. */
const CHECKS: readonly Stage[] = [
  { name: 'types of the pure packages', script: TSC, args: ['-p', 'tsconfig.pure.json'], live: false },
  { name: 'types', script: TSC, args: ['-p', 'tsconfig.json'], live: false },
  { name: 'types of the dashboard', script: TSC, args: ['-p', 'apps/dashboard'], live: false },
  { name: 'lint', script: 'node_modules/@biomejs/biome/bin/biome', args: ['check', '.'], live: false },
]

const reporters =
  REPORTS === undefined
    ? []
    : ['--reporter=default', '--reporter=json', `--outputFile.json=${join(REPORTS, 'unit.json')}`]

const UNIT: Stage = {
  name: 'unit tests',
  script: 'node_modules/vitest/vitest.mjs',
  args: ['run', '--project', 'unit', ...reporters, ...process.argv.slice(2)],
  live: true,
}

const running = new Set<ChildProcess>()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const child of running) child.kill(signal)
    process.exitCode = 1
  })
}

async function run(stage: Stage): Promise<Result> {
  const startedAt = performance.now()
  const child = spawn(process.execPath, [stage.script, ...stage.args], {
    cwd: ROOT,
    stdio: ['ignore', stage.live ? 'inherit' : 'pipe', stage.live ? 'inherit' : 'pipe'],
  })
  running.add(child)
  const output: string[] = []
  child.stdout?.on('data', (data) => output.push(String(data)))
  child.stderr?.on('data', (data) => output.push(String(data)))
  const [code] = await once(child, 'close')
  running.delete(child)
  const seconds = (performance.now() - startedAt) / 1_000
  if (code !== 0 && !stage.live) process.stderr.write(`\n${stage.name}:\n${output.join('')}\n`)
  return { name: stage.name, ok: code === 0, seconds }
}

async function oneByOne(stages: readonly Stage[]): Promise<Result[]> {
  const results: Result[] = []
  for (const stage of stages) results.push(await run(stage))
  return results
}

const [checks, unit] = await Promise.all([oneByOne(CHECKS), run(UNIT)])
const results = [...checks, unit]
process.stdout.write('\n')
for (const { name, ok, seconds } of results) {
  process.stdout.write(`${ok ? 'passed' : 'FAILED'}  ${seconds.toFixed(1).padStart(6)} s  ${name}\n`)
}
if (results.some(({ ok }) => !ok)) process.exitCode = 1
