import { codePoints, withoutAction } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { isCommand, plainText } from './text.ts'

test.each([
  ['\u0001ACTION waves\u0001', 'waves'],
  ['\u0001ACTION waves', 'waves'],
  ['\u0001ACTION\u0001', ''],
  ['\u0001ACTION', ''],
  ['\u0001ACTIONS speak', '\u0001ACTIONS speak'],
  ['plain', 'plain'],
  ['', ''],
])('the ACTION wrapper of %j holds %j', (text, inside) => {
  expect(withoutAction(text)).toBe(inside)
})

test('padding that is not seen is no part of a text', () => {
  expect(plainText('hi \u{e0000}')).toBe('hi')
  expect(plainText('\u034fhi\u200b\u2060\ufeff there')).toBe('hi there')
})

test('white space of every kind is trimmed at both ends, also the next-line control', () => {
  expect(plainText('\u0085\u3000\u2028 hi there \u00a0\t')).toBe('hi there')
})

test('characters are code points', () => {
  expect(codePoints('a\u{1f344}b')).toBe(3)
  expect(codePoints('\ud83d')).toBe(1)
  expect(codePoints('\u{1f344}'.repeat(500))).toBe(500)
  expect(codePoints('')).toBe(0)
})

test.each([
  ['!map', true],
  ['!7', true],
  ['!\u00e4', true],
  ['!\u{1d400}x', true],
  ['! map', false],
  ['!!', false],
  ['!', false],
  ['map', false],
])('with the prefix "!", %j is a command: %s', (text, is) => {
  expect(isCommand(text, '!')).toBe(is)
})

test('a longer prefix is taken whole, an empty one makes no commands', () => {
  expect(isCommand('?!go', '?!')).toBe(true)
  expect(isCommand('?go', '?!')).toBe(false)
  expect(isCommand('go', '')).toBe(false)
})
