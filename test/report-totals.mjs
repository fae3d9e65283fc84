// Adds up Vitest's JSON reports: `node test/report-totals.mjs FOLDER SUITE ...` prints one line of totals.
// A suite that failed without a failed test (types, lint, a crash, no report) counts as one failure.
// Plain JavaScript for any Node: the totals are wanted most when the set-up has failed.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const [folder = '.', ...suites] = process.argv.slice(2)
/** The report's counts, or null when the suite ended before it could write them. */
function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    process.stderr.write(`${path} cannot be read: ${error instanceof Error ? error.message : error}\n`)
    return null
  }
}

const totals = { passed: 0, failed: 0, skipped: 0 }

for (const suite of suites) {
  const counts = read(join(folder, `${suite}.json`))
  totals.passed += counts?.numPassedTests ?? 0
  totals.skipped += (counts?.numPendingTests ?? 0) + (counts?.numTodoTests ?? 0)
  const failedTests = counts?.numFailedTests ?? 0
  const failed = counts === null || existsSync(join(folder, `${suite}.failed`))
  totals.failed += failed ? Math.max(1, failedTests) : failedTests
}

process.stdout.write(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`)
process.exitCode = totals.failed === 0 ? 0 : 1
