import { LINE_CHARACTERS_MAX } from '@smacktalk/contract'
import { describe, expect, it } from 'vitest'
import { Random } from '../../../test/support/random.ts'
import { LineSplitter } from './line-splitter.ts'

const SEED = Number(process.env['SMACKTALK_TEST_SEED'] ?? 1)

function split(chunks: readonly Buffer[]): string[] {
  const splitter = new LineSplitter()
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()]
}

/** Cut at random places, also inside of characters; some pieces are empty. */
function cut(bytes: Buffer, random: Random): Buffer[] {
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = at + random.between(0, 11)
    pieces.push(bytes.subarray(at, end))
    at = end
  }
  return pieces
}

describe('the splitter of lines', () => {
  it('splits at LF alone, keeps a last line without one, and makes none of a final LF', () => {
    expect(split([Buffer.from('a\u2028b\u0085c\v\fd\r\n\ne\n')])).toEqual(['a\u2028b\u0085c\v\fd\r', '', 'e'])
    expect(split([Buffer.from('a\nb')])).toEqual(['a', 'b'])
    expect(split([])).toEqual([])
    expect(split([Buffer.from('\n')])).toEqual([''])
  })

  it(`gives the same lines however the bytes are cut (seed ${SEED})`, () => {
    const random = new Random(SEED)
    const bytes = Buffer.concat([
      Buffer.from('\ufeff@a=ä;b=€ :😀 x\r\n\n\n👩‍👩‍👧 second\n\ufeffthird\0\n'),
      Buffer.from([0xff, 0xf0, 0x9f, 10, 0x98, 0x80, 10, 0xe2, 0x82]),
    ])
    const whole = bytes.toString('utf8').slice(1).split('\n')
    expect(split([bytes])).toEqual(whole)
    for (let round = 0; round < 300; round++) expect(split(cut(bytes, random))).toEqual(whole)
  })

  it('keeps no more of a line than shows that it is too long', () => {
    const chunk = Buffer.from('€'.repeat(10_000))
    const splitter = new LineSplitter()
    for (let index = 0; index < 1_000; index++) expect(splitter.push(chunk)).toEqual([])
    const [long = '', next] = splitter.push(Buffer.from('€\nnext\n'))
    expect(long.length).toBeGreaterThan(LINE_CHARACTERS_MAX)
    expect(long.length).toBeLessThan(LINE_CHARACTERS_MAX + 10)
    expect(next).toBe('next')
  })

  it('leaves a line of the largest size whole', () => {
    const line = '€'.repeat(LINE_CHARACTERS_MAX)
    const bytes = Buffer.from(`${line}\r\nx`)
    expect(split([bytes.subarray(0, 100_000), bytes.subarray(100_000)])).toEqual([`${line}\r`, 'x'])
  })
})
