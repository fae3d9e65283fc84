import { expect, test } from 'vitest'
import { Random } from '../support/random.ts'
import { decode, encode, smallPng } from './small-png.ts'

const SEED = 3

/** A picture of noise with so many colours. */
function picture(width: number, height: number, colours: number) {
  const random = new Random(SEED)
  const palette = Array.from({ length: colours }, () => random.between(0, 0xffffff))
  return { width, height, colours: Uint32Array.from({ length: width * height }, () => random.pick(palette)) }
}

test(`a picture of at most 256 colours stays the same to the pixel (seed ${SEED})`, () => {
  const before = picture(37, 23, 256)
  expect(decode(smallPng(encode(before)))).toEqual(before)
})

test('one with more colours becomes one with 256 that is close everywhere', () => {
  const before = picture(64, 64, 4_000)
  const after = decode(smallPng(encode(before)))
  expect(new Set(after.colours).size).toBe(256)
  const red = (colour: number): number => colour >> 16
  const off = before.colours.map((colour, index) => Math.abs(red(colour) - red(after.colours[index] ?? 0)))
  expect(off.reduce((sum, each) => sum + each, 0) / off.length).toBeLessThan(25)
})

test('what is no PNG is refused', () => {
  expect(() => smallPng(Buffer.from('GIF89a'))).toThrow('no PNG')
})
