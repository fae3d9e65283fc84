/** Makes a screenshot small: the same picture with 256 colours, a third of the bytes. */
import { crc32, deflateSync, inflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const COLOURS_MAX = 256
/** Colour types of the format: three or four bytes a pixel, or one that names a colour of the palette. */
const RGB = 2
const PALETTE = 3
const RGBA = 6

interface Pixels {
  readonly width: number
  readonly height: number
  /** One number per pixel, 0xRRGGBB. */
  readonly colours: Uint32Array
}

/** @throws when it is not an 8-bit PNG without interlacing, which is what browsers make. */
export function smallPng(png: Buffer): Buffer {
  const { width, height, colours } = decode(png)
  const counts = new Map<number, number>()
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1)
  const { palette, indexOf } = choosePalette(counts)
  // A filter byte before each line; none, because neighbours in a palette mean nothing.
  const lines = Buffer.alloc(height * (width + 1))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      lines[y * (width + 1) + 1 + x] = indexOf.get(colours[y * width + x] ?? 0) ?? 0
    }
  }
  const plte = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]))
  return fileOf(width, height, PALETTE, [chunk('PLTE', plte)], lines)
}

/** Always adds the colour that is missed most: often there and far from all that are taken. */
function choosePalette(counts: ReadonlyMap<number, number>) {
  const colours = [...counts.keys()]
  const distance = new Float64Array(colours.length).fill(Number.POSITIVE_INFINITY)
  const nearest = new Uint8Array(colours.length)
  const palette: number[] = []
  let next = colours.reduce((best, colour, index) => {
    return (counts.get(colour) ?? 0) > (counts.get(colours[best] ?? 0) ?? 0) ? index : best
  }, 0)
  while (palette.length < Math.min(COLOURS_MAX, colours.length)) {
    const taken = colours[next] ?? 0
    palette.push(taken)
    let missedMost = -1
    colours.forEach((colour, index) => {
      const toTaken = distanceOf(colour, taken)
      if (toTaken < (distance[index] ?? 0)) {
        distance[index] = toTaken
        nearest[index] = palette.length - 1
      }
      const missed = (distance[index] ?? 0) * (counts.get(colour) ?? 0)
      if (missed > missedMost) {
        missedMost = missed
        next = index
      }
    })
  }
  return { palette, indexOf: new Map(colours.map((colour, index) => [colour, nearest[index] ?? 0])) }
}

function distanceOf(a: number, b: number): number {
  const red = (a >> 16) - (b >> 16)
  const green = ((a >> 8) & 255) - ((b >> 8) & 255)
  const blue = (a & 255) - (b & 255)
  return red * red + green * green + blue * blue
}

export function decode(png: Buffer): Pixels {
  if (!png.subarray(0, 8).equals(SIGNATURE)) throw new Error('This is no PNG.')
  let head = Buffer.alloc(13)
  const data: Buffer[] = []
  let palette = Buffer.alloc(0)
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at)
    const type = png.toString('latin1', at + 4, at + 8)
    const content = png.subarray(at + 8, at + 8 + length)
    if (type === 'IHDR') head = Buffer.from(content)
    else if (type === 'PLTE') palette = Buffer.from(content)
    else if (type === 'IDAT') data.push(content)
    at += 12 + length
  }
  const [depth, type, , , interlaced] = head.subarray(8)
  const bytes = type === RGB ? 3 : type === RGBA ? 4 : type === PALETTE ? 1 : 0
  if (depth !== 8 || bytes === 0 || interlaced !== 0) throw new Error('This kind of PNG is not read here.')
  const width = head.readUInt32BE(0)
  const height = head.readUInt32BE(4)
  const raw = unfiltered(inflateSync(Buffer.concat(data)), width * bytes, height, bytes)
  const colours = new Uint32Array(width * height)
  for (let pixel = 0; pixel < colours.length; pixel++) {
    const source = bytes === 1 ? palette : raw
    const at = bytes === 1 ? 3 * (raw[pixel] ?? 0) : pixel * bytes
    colours[pixel] = ((source[at] ?? 0) << 16) | ((source[at + 1] ?? 0) << 8) | (source[at + 2] ?? 0)
  }
  return { width, height, colours }
}

/** Takes the filter off each line (PNG specification, 9.2). */
function unfiltered(filtered: Buffer, lineBytes: number, height: number, bytes: number): Buffer {
  const raw = Buffer.alloc(lineBytes * height)
  for (let y = 0; y < height; y++) {
    const filter = filtered[y * (lineBytes + 1)] ?? 0
    for (let x = 0; x < lineBytes; x++) {
      const at = y * lineBytes + x
      const left = x < bytes ? 0 : (raw[at - bytes] ?? 0)
      const up = y === 0 ? 0 : (raw[at - lineBytes] ?? 0)
      const corner = x < bytes || y === 0 ? 0 : (raw[at - lineBytes - bytes] ?? 0)
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter]
      if (guess === undefined) throw new Error(`There is no filter ${filter}.`)
      raw[at] = ((filtered[y * (lineBytes + 1) + 1 + x] ?? 0) + guess) & 255
    }
  }
  return raw
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner
  const [toLeft, toUp, toCorner] = [left, up, corner].map((value) => Math.abs(estimate - value))
  if (toLeft! <= toUp! && toLeft! <= toCorner!) return left
  return toUp! <= toCorner! ? up : corner
}

/** A PNG of three bytes a pixel. */
export function encode({ width, height, colours }: Pixels): Buffer {
  const lines = Buffer.alloc(height * (3 * width + 1))
  colours.forEach((colour, pixel) => {
    const line = Math.floor(pixel / width)
    lines.writeUIntBE(colour, line * (3 * width + 1) + 1 + 3 * (pixel % width), 3)
  })
  return fileOf(width, height, RGB, [], lines)
}

/** `lines` hold a filter byte before the pixels of each. */
function fileOf(
  width: number,
  height: number,
  type: number,
  between: readonly Buffer[],
  lines: Buffer,
): Buffer {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, type, 0, 0, 0], 8)
  const data = deflateSync(lines, { level: 9, memLevel: 9 })
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', head),
    ...between,
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length)
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, checksum])
}
