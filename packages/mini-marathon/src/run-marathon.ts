/** `npm run marathon:local`: the job, the group, REST, until it is told to stop. */
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Arguments, HELP, LOCAL_SERVERS, readArguments } from './arguments.ts'
import { ArgumentError, DefinitionError, MarathonError } from './errors.ts'
import { MiniMarathon } from './mini-marathon.ts'
import { notEmulated } from './not-emulated.ts'
import { openRest } from './rest.ts'

const CHECKOUT = fileURLToPath(new URL('../../..', import.meta.url))
/** A terminal sends Ctrl-C to npm and to us, and npm passes its own on: one key press. */
const SAME_PRESS_MS = 300

const EXIT_FAILED = 1
const EXIT_NOT_STARTED = 2

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** Resolves to the exit code once everything has stopped. */
export async function runMarathon(words: readonly string[]): Promise<number> {
  const stop = stopOnSignals()
  try {
    const args = readArguments(words)
    if (args.help) process.stdout.write(`${HELP}\n`)
    else await serve(args, stop)
    return 0
  } catch (error) {
    if (stop.aborted && error === stop.reason) return 0
    if (!(error instanceof MarathonError)) throw error
    say([error.message, error.hint].filter((line) => line !== '').join('\n'))
    return error instanceof ArgumentError ? EXIT_NOT_STARTED : EXIT_FAILED
  }
}

async function serve(args: Arguments, stop: AbortSignal): Promise<void> {
  const group = jsonIn(args.group)
  const job = args.job === null ? null : jsonIn(args.job)
  await using marathon = await MiniMarathon.open({
    directory: resolve(args.dataDir),
    checkout: CHECKOUT,
    overlay: { replace: LOCAL_SERVERS, set: args.env },
    keepUser: args.keepUser,
    say,
  })
  await using rest = await openRest(marathon, args.port).catch((error: unknown) => {
    throw new ArgumentError(
      `Port ${args.port} cannot be used: ${error}`,
      'Choose another with --port.',
      error,
    )
  })
  if (job !== null) await marathon.runJob(job, stop)
  const { steps } = marathon.putGroup(group)
  const apps = steps.flatMap((step) => (step.kind === 'reach' ? step.apps : []))
  const isRoot = process.getuid?.() === 0 && !args.keepUser
  say(
    `Not emulated:\n${notEmulated(apps, isRoot)
      .map((line) => `  - ${line}`)
      .join('\n')}`,
  )
  say(`What runs: ${rest.url}/   Logs: ${args.dataDir}/tasks/*/log   Ctrl-C stops all of it.`)
  if (!stop.aborted) await new Promise((done) => stop.addEventListener('abort', done, { once: true }))
}

function jsonIn(path: string): unknown {
  try {
    return JSON.parse(readFileSync(resolve(path), 'utf8'))
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error)
    throw new DefinitionError(`${path} cannot be read: ${what}`, 'Run it in the checkout.', error)
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
        stop.abort()
      } else if (nowMs - firstAtMs >= SAME_PRESS_MS) {
        // The tasks end with this process, however it ends.
        process.exit(128 + constants.signals[name])
      }
    })
  }
  return stop.signal
}
