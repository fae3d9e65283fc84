/** Log lines for people. The only file that knows pino-pretty. */
import pretty from 'pino-pretty'

/** One line per entry, the level and the time in front, written before the call returns. */
export function prettyLines(lines: { write(line: string): void }) {
  const format = pretty.prettyFactory({
    colorize: process.stdout.isTTY === true && process.env.NO_COLOR === undefined,
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid,hostname',
    errorLikeObjectKeys: ['err', 'error'],
  })
  return { write: (line: string) => lines.write(format(line)) }
}
