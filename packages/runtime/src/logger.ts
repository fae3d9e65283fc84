/** Log lines: readable on a terminal, JSON elsewhere. The only file that knows pino. */
import { type DestinationStream, destination, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino'
import { prettyLines } from './pretty-lines.ts'

export type LogLevel = 'error' | 'warn' | 'info' | 'debug'

/** What belongs to a line besides its sentence; an error goes under `err` or `error`. */
export type LogFacts = Readonly<Record<string, unknown>>

/** The sentence first or the facts first: lower layers name what they need of a logger in either order. */
export interface LogMethod {
  (message: string, facts?: LogFacts): void
  (facts: LogFacts, message: string): void
}

/**
 * error: someone should act. warn: odd but handled. info: started, stopped. debug: per batch, never per message.
 * Repeating numbers are metrics.
 */
export interface Logger {
  readonly error: LogMethod
  readonly warn: LogMethod
  readonly info: LogMethod
  readonly debug: LogMethod
  /** A logger whose lines all carry these facts. */
  child(facts: LogFacts): Logger
}

export interface RootLogger extends Logger {
  setLevel(level: LogLevel): void
}

export interface LoggerOptions {
  readonly level: LogLevel
  /** Texts that must never be printed; they are replaced wherever they turn up. */
  readonly secrets?: readonly string[]
  /** Where lines go; standard output by default. */
  readonly write?: (line: string) => void
  /** Readable lines instead of JSON; by default when standard output is a terminal. */
  readonly readable?: boolean
}

export function createLogger(options: LoggerOptions): RootLogger {
  const readable = options.readable ?? process.stdout.isTTY === true
  const lines = withoutSecrets(output(options.write), options.secrets ?? [])
  const root = pino(
    {
      level: options.level,
      base: null,
      errorKey: 'error',
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: levelName },
    },
    readable ? prettyLines(lines) : lines,
  )
  return Object.assign(wrapped(root), {
    setLevel(level: LogLevel) {
      root.level = level
    },
  })
}

/** For tests and places without a terminal. */
export const silentLogger: Logger = wrapped(pino({ level: 'silent' }))

/** Written synchronously, so that the last line before an exit is not lost. */
function output(write: LoggerOptions['write']): DestinationStream {
  return write === undefined ? destination({ fd: 1, sync: true }) : { write }
}

function withoutSecrets(stream: DestinationStream, secrets: readonly string[]): DestinationStream {
  // In JSON a secret may stand escaped; both spellings are looked for.
  const spellings = new Set(secrets.flatMap((text) => [text, JSON.stringify(text).slice(1, -1)]))
  if (spellings.size === 0) return stream
  return {
    write(line: string) {
      let clean = line
      for (const spelling of spellings) clean = clean.replaceAll(spelling, '[secret]')
      stream.write(clean)
    },
  }
}

function levelName(label: string): { level: string } {
  return { level: label }
}

function wrapped(inner: PinoLogger): Logger {
  const method = (level: LogLevel): LogMethod => {
    return (first: string | LogFacts, second?: string | LogFacts) => {
      const message = typeof first === 'string' ? first : String(second)
      const facts = typeof first === 'string' ? second : first
      if (typeof facts === 'object') inner[level](facts, message)
      else inner[level](message)
    }
  }
  return {
    error: method('error'),
    warn: method('warn'),
    info: method('info'),
    debug: method('debug'),
    child: (facts) => wrapped(inner.child(facts)),
  }
}
