import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createLineJoiner } from './line-joiner.ts'

const LINES = [
  ':tmi.twitch.tv 001 x :Welcome, GLHF!',
  '@id=1;room-id=2 :x!x@x.tmi.twitch.tv PRIVMSG #room :a text: with :colons, and @id=7 in it',
  'PING :tmi.twitch.tv',
  ':x!x@x PRIVMSG #room :wow 178 :number 178 of many',
  ':x!x@x PRIVMSG #room :trailing blanks  ',
  ':x!x@x PRIVMSG #room :a\u2028b\nc\rd',
]

it('puts lines together however the messages cut them, even between CR and LF', () => {
  const greeting = ':tmi.twitch.tv 001 x :Welcome\r\n'
  const bytes = LINES.map((line) => `${line}\r\n`).join('')
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 6 }), (cuts) => {
      const at = [...new Set(cuts)].sort((a, b) => a - b)
      const parts = [0, ...at].map((from, index) => bytes.slice(from, at[index]))
      const joiner = createLineJoiner()
      joiner.take(greeting)
      expect(parts.flatMap((part) => joiner.take(part))).toEqual(LINES)
    }),
    { numRuns: 500 },
  )
})

it('takes a server at its word that ends its lines with the message alone', () => {
  const joiner = createLineJoiner()
  expect(LINES.flatMap((line) => joiner.take(line))).toEqual(LINES)
})

it('finds out a server that ends only its first lines with CRLF, and loses none', () => {
  const joiner = createLineJoiner()
  const [first = '', ...others] = LINES
  const got = [`${first}\r\n`, ...others, ':x!x@x PRIVMSG #room :end'].flatMap((message) =>
    joiner.take(message),
  )
  expect(got).toEqual([...LINES, ':x!x@x PRIVMSG #room :end'])
})

it('reads the longest lines that mean nothing as quickly as others', () => {
  const joiner = createLineJoiner()
  joiner.take(':x 001 y :z\r\n')
  for (const text of [`:${'!'.repeat(60_000)}`, `@a ${':.'.repeat(30_000)}`, `:a.b${' '.repeat(60_000)}`]) {
    // Looked at twice: as what was cut off, and as what follows it.
    for (let times = 0; times < 2; times++) joiner.take(text)
    joiner.take('\r\n')
  }
})

it('does not keep a line without end in memory', () => {
  const joiner = createLineJoiner()
  joiner.take(':x 001 y :z\r\n')
  expect(joiner.take('x'.repeat(100_000))).toHaveLength(1)
})
