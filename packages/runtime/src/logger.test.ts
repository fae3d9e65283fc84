import { expect, test } from 'vitest'
import { createLogger, type LoggerOptions } from './logger.ts'

function logged(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = []
  const logger = createLogger({
    level: 'info',
    readable: false,
    write: (line) => lines.push(line),
    ...options,
  })
  return { logger, lines }
}

test('a line is JSON with its level, fields and message', () => {
  const { logger, lines } = logged()
  logger.child({ role: 'gateway' }).warn('Odd', { port: 3000 })
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'warn', role: 'gateway', port: 3000, msg: 'Odd' })
})

test('facts may come before the sentence', () => {
  const { logger, lines } = logged()
  logger.warn({ port: 3000 }, 'Odd')
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ port: 3000, msg: 'Odd' })
})

test('a line for people is one line without escape codes outside a terminal', () => {
  const { logger, lines } = logged({ readable: true })
  logger.info('Started', { port: 3000 })
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(/INFO.*Started.*3000.*\n$/)
})

test('a secret is never printed, neither in a message nor in a field nor escaped', () => {
  const secret = 'tok"en\\1'
  for (const readable of [false, true]) {
    const { logger, lines } = logged({ secrets: [secret], readable })
    logger.error(`with ${secret}`, { error: new Error(`refused ${secret}`), url: `wss://x/?t=${secret}` })
    const printed = lines.join('')
    expect(printed).toContain('[secret]')
    expect(printed).not.toContain(secret)
    expect(printed).not.toContain(JSON.stringify(secret).slice(1, -1))
  }
})

test('the level can change while running', () => {
  const { logger, lines } = logged()
  logger.debug('unheard')
  logger.setLevel('debug')
  logger.debug('heard')
  expect(lines).toHaveLength(1)
})

test('a child hears of a new level too', () => {
  const { logger, lines } = logged()
  const child = logger.child({ role: 'gateway' })
  logger.setLevel('debug')
  child.debug('heard')
  expect(lines).toHaveLength(1)
})

test('an error is printed with its message and its cause', () => {
  const error = new Error('no room', { cause: new Error('disk full') })
  for (const readable of [false, true]) {
    for (const facts of [{ error }, { err: error }]) {
      const { logger, lines } = logged({ readable })
      logger.error('Could not write', facts)
      expect(lines.join('')).toContain('no room')
      expect(lines.join('')).toContain('disk full')
    }
  }
})
