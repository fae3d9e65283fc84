import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutBytes, joinLines, seededFractions } from './framing.ts'

describe('frames', () => {
  it('hold all lines whole and in order, several at a time', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.integer({ min: 1, max: 9 }), fc.integer(), (texts, max, seed) => {
        const lines = texts.map((text) => text.replaceAll(/[\r\n]/g, ''))
        const messages = joinLines(lines, max, seededFractions(seed))
        expect(messages.join('')).toBe(lines.map((line) => `${line}\r\n`).join(''))
        for (const message of messages) expect(message.split('\r\n').length - 1).toBeLessThanOrEqual(max)
      }),
    )
    const counts = joinLines(Array(400).fill('x'), 8, seededFractions(3)).map(({ length }) => length / 3)
    expect(new Set(counts).size).toBe(8)
  })

  it('are cut into fragments that give the same bytes again', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), fc.integer(), (text, seed) => {
        const bytes = Buffer.from(text)
        const parts = cutBytes(bytes, seededFractions(seed))
        expect(Buffer.concat(parts).equals(bytes)).toBe(true)
        for (const part of parts) expect(part.length).toBeGreaterThan(0)
      }),
    )
  })
})
