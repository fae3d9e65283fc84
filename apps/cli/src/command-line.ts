/** From the words on the command line to a command and an exit code. */
import { didYouMean, runUntilSignalled } from '@smacktalk/runtime'
import { allCommand } from './all-command.ts'
import { auditCommand } from './audit-command.ts'
import type { Command } from './command.ts'
import { doctorCommand } from './doctor-command.ts'
import { exportCommand } from './export-command.ts'
import { EXIT_OK, exitCodeOf, failureText, UsageError } from './failures.ts'
import { importCommand } from './import-command.ts'
import { migrateCommand } from './migrate-command.ts'
import { optionsHelp, readWords } from './options.ts'
import { roleCommands } from './role-commands.ts'
import { simulatorCommand } from './simulator-command.ts'
import { terminal } from './terminal.ts'
import { VERSION } from './version.ts'

const COMMANDS: readonly Command[] = [
  allCommand,
  ...roleCommands,
  migrateCommand,
  importCommand,
  exportCommand,
  auditCommand,
  doctorCommand,
  simulatorCommand,
]

/** Runs what the words ask for; resolves to the exit code. */
export async function runCommandLine(words: readonly string[]): Promise<number> {
  try {
    return await dispatch(words)
  } catch (error) {
    return told(error)
  }
}

async function dispatch(words: readonly string[]): Promise<number> {
  const [first, ...rest] = words
  if (first === '--version' || first === '-v') return print(`smacktalk ${VERSION}`)
  if (first === '--help' || first === '-h' || first === 'help') {
    const about = rest[0]
    return print(about === undefined ? overview() : helpOf(commandNamed(about)))
  }
  if (first === undefined) throw new UsageError('Which command?', overview())
  const command = commandNamed(first)
  if (rest.includes('--help') || rest.includes('-h')) return print(helpOf(command))
  const { values, args } = readWords(command, rest)
  return runUntilSignalled((signal) => command.run(values, signal, args), {
    say: terminal.say,
    failed: told,
    stopping: () => command.stopping?.() ?? null,
  })
}

function commandNamed(name: string): Command {
  const command = COMMANDS.find((known) => known.name === name)
  if (command !== undefined) return command
  const names = COMMANDS.map((known) => known.name)
  throw new UsageError(
    `There is no command "${name}".${didYouMean(name, names)}`,
    `The commands are ${names.join(', ')}; \`smacktalk --help\` says what they do.`,
  )
}

function overview(): string {
  const commands = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(14)}${summary}`)
  return `Live analytics for Twitch chat.

Usage: smacktalk <command> [options]

Commands
${commands.join('\n')}

  smacktalk <command> --help says more; smacktalk --version prints the version.

Exit codes
  0  it did what it was asked
  1  it failed; the lines before say why
  2  it was not started: wrong use, unusable settings, or data that another process works on`
}

function helpOf({ name, summary, options, details, arguments: taken }: Command): string {
  return `smacktalk ${name}: ${summary}.

Usage: smacktalk ${name} [options]${taken === undefined ? '' : ` ${taken.value} ...`}

Options
${optionsHelp(options)}

${details}`
}

function print(text: string): number {
  process.stdout.write(`${text}\n`)
  return EXIT_OK
}

function told(error: unknown): number {
  terminal.say(failureText(error, process.env.SMACKTALK_LOG_LEVEL === 'debug'))
  return exitCodeOf(error)
}
