import type { MarkerKind } from '../events/marker.ts'

/** The colours that canvases need, as the style sheet has them at the moment. */
export interface Palette {
  readonly series: readonly string[]
  readonly other: string
  readonly surface: string
  readonly grid: string
  readonly baseLine: string
  readonly hatch: string
  readonly text2: string
  readonly text3: string
  /** Of results on their way, in the picture of the pipeline. */
  readonly rows: string
  /** Of the glyphs above a chart, by kind. */
  readonly markers: Readonly<Record<MarkerKind, string>>
  /** Opacity of stacked bands. */
  readonly band: number
  readonly font: string
}

/** Hues of the series; slots beyond them are the same hues in form b, dashed and striped (design, Charts). */
export const HUES = 8

let palette: Palette | null = null

/** Reads the tokens once; `forgetPalette` makes the next reader read them again. */
export function currentPalette(): Palette {
  if (palette !== null) return palette
  const style = getComputedStyle(document.documentElement)
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  palette = {
    series: Array.from({ length: HUES }, (_, hue) => token(`s${hue}`)),
    other: token('other'),
    markers: {
      raid: token('info'),
      subs: token('signal-text'),
      ban: token('bad'),
      moment: token('text'),
      mode: token('text-2'),
      bits: token('s5'),
      notice: token('text-3'),
    },
    surface: token('surface'),
    grid: token('grid'),
    baseLine: token('line-strong'),
    hatch: token('hatch'),
    text2: token('text-2'),
    text3: token('text-3'),
    rows: token('signal-text'),
    band: Number(token('band')),
    font: token('sans'),
  }
  return palette
}

export function forgetPalette(): void {
  palette = null
}

export function seriesColor(palette: Palette, slot: number | null): string {
  return slot === null ? palette.other : (palette.series[slot % HUES] ?? palette.other)
}

function channels(hex: string): [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16)
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255]
}

/** A `#rrggbb` colour with an opacity from 0 to 1. */
export function withAlpha(hex: string, alpha: number): string {
  const [red, green, blue] = channels(hex)
  return `rgb(${red} ${green} ${blue} / ${alpha})`
}

/** The grey of the same brightness, for figures that are no longer current. */
export function greyOf(hex: string): string {
  const [red, green, blue] = channels(hex)
  const grey = Math.round(0.3 * red + 0.59 * green + 0.11 * blue)
  return `#${grey.toString(16).padStart(2, '0').repeat(3)}`
}
