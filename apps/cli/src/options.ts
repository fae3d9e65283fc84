/** Reading a command's options; a mistyped one is told with a suggestion. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { didYouMean } from '@smacktalk/runtime'
import { UsageError } from './failures.ts'

export interface OptionHelp {
  readonly type: 'string' | 'boolean'
  /** What stands for the value in the help: `<file>`. */
  readonly value?: string
  readonly help: string
}

export type Options = Readonly<Record<string, OptionHelp>>
export type OptionValues = Readonly<Record<string, string | undefined>>

const HELP: Options = { help: { type: 'boolean', help: 'says what the command does' } }

/** Arguments of a command that are no options. */
export interface ArgumentHelp {
  /** What stands for one in the help: `<file or ->`. */
  readonly value: string
  readonly help: string
}

export interface Words {
  readonly values: OptionValues
  /** At least one when the command takes any, else none. */
  readonly args: readonly string[]
}

/** What a command's words say. Throws UsageError for unknown options, missing values, arguments too many or none. */
export function readWords(
  { name: command, options, arguments: wanted }: WordsOfCommand,
  args: readonly string[],
): Words {
  const known: ParseArgsOptionsConfig = {}
  for (const [name, { type }] of Object.entries(options)) known[name] = { type }
  const { tokens } = parseArgs({ args: [...args], options: known, strict: false, tokens: true })
  const values: Record<string, string | undefined> = {}
  const found: string[] = []
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional') {
      found.push(token.value)
      if (wanted !== undefined) continue
      throw refused(command, `"${command}" takes no argument "${token.value}".`)
    }
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined
    if (option === undefined) {
      const dashed = Object.keys(options).map((name) => `--${name}`)
      throw refused(
        command,
        `"${command}" has no option ${token.rawName}.${didYouMean(token.rawName, dashed)}`,
      )
    }
    if (option.type === 'string' && token.value === undefined) {
      throw refused(command, `${token.rawName} needs ${option.value ?? 'a value'}.`)
    }
    if (option.type === 'boolean' && token.value !== undefined) {
      throw refused(command, `${token.rawName} takes no value.`)
    }
    values[token.name] = token.value ?? 'true'
  }
  if (wanted !== undefined && found.length === 0) {
    throw refused(command, `"${command}" needs ${wanted.value}: ${wanted.help}.`)
  }
  return { values, args: found }
}

interface WordsOfCommand {
  readonly name: string
  readonly options: Options
  readonly arguments?: ArgumentHelp
}

function refused(command: string, message: string): UsageError {
  return new UsageError(message, `\`smacktalk ${command} --help\` lists its options.`)
}

export function optionsHelp(options: Options): string {
  return Object.entries({ ...options, ...HELP })
    .map(
      ([name, { value, help }]) =>
        `  ${`--${name}${value === undefined ? '' : ` ${value}`}`.padEnd(24)}${help}`,
    )
    .join('\n')
}

interface Range {
  readonly least: number
  readonly most: number
  /** When the option is not given. */
  readonly fallback: number
}

/** Throws UsageError when the text is no whole number of the range. */
export function readWholeNumber(name: string, text: string | undefined, range: Range): number {
  if (text === undefined) return range.fallback
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (value >= range.least && value <= range.most) return value
  throw new UsageError(
    `--${name} is "${text}".`,
    `A whole number from ${range.least} to ${range.most} is needed.`,
  )
}

/** One of a few words. Throws UsageError with the nearest of them. */
export function readWord<T extends string>(what: string, text: string, of: readonly T[]): T {
  const found = of.find((word) => word === text)
  if (found !== undefined) return found
  throw new UsageError(
    `There is no ${what} "${text}".${didYouMean(text, of)}`,
    `It is one of ${of.join(', ')}.`,
  )
}
