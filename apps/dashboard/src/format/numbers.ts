/** Numbers as the page writes them: missing is a dash, never zero; minus is −; nothing is rounded up to 100%. */

export const MISSING = '–'

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

type Maybe = number | null | undefined

function known(value: Maybe): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

/** `1,284`; minus is −. */
export function count(value: Maybe): string {
  return known(value) ? whole.format(value).replace('-', '−') : MISSING
}

/** `1,284`, `12.4k` from 10,000, `71.42M`, `1.20B`: for places too tight for every digit. */
export function compact(value: Maybe): string {
  if (!known(value)) return MISSING
  if (value >= 999_995_000) return `${(value / 1e9).toFixed(2)}B`
  if (value >= 999_950) return `${(value / 1e6).toFixed(2)}M`
  if (value >= 10_000) return `${(value / 1e3).toFixed(1)}k`
  return count(value)
}

/** Every digit up to a million, then `71.42M`: for the key figures. */
export function figure(value: Maybe): string {
  return known(value) && value >= 1_000_000 ? compact(value) : count(value)
}

/** A rate per second: whole from 10, one decimal below, and never `0` for what is only small. */
export function rate(value: Maybe): string {
  if (!known(value)) return MISSING
  if (value === 0) return '0'
  if (value < 0.05) return '<0.1'
  return value < 9.95 ? value.toFixed(1) : count(value)
}

/** A share from 0 to 1: `41.3%`. Exactly 1 is `100%`; anything less never rounds up to it. */
export function percent(share: Maybe, decimals = 1): string {
  if (!known(share)) return MISSING
  if (share >= 1) return '100%'
  if (share === 0) return '0%'
  const scale = 10 ** decimals
  const rounded = Math.min(Math.round(share * 100 * scale), 100 * scale - 1)
  return `${(rounded / scale).toFixed(decimals)}%`
}

/** A change by a share of what was: `+38%`, `−4%`, `±0%`. */
export function growth(share: Maybe): string {
  if (!known(share)) return MISSING
  const whole = Math.round(share * 100)
  return `${whole === 0 ? '±' : whole > 0 ? '+' : '−'}${count(Math.abs(whole))}%`
}

/** A count that may be an estimate: `≈5,204` when its relative error is above zero. */
export function estimate(value: Maybe, error: Maybe, write: (value: Maybe) => string = figure): string {
  return known(value) && known(error) && error > 0 ? `≈${write(value)}` : write(value)
}

/** What leaving something out takes away: `−9,218`, and `−0` for nothing. */
export function removal(value: Maybe): string {
  return known(value) ? `−${count(Math.abs(value))}` : MISSING
}

/** How many times something is the usual: `×2.6`. */
export function ratio(value: Maybe): string {
  if (!known(value)) return MISSING
  return `×${value < 9.95 ? value.toFixed(1) : count(value)}`
}

/** `1 channel`, `2 channels`. */
export function plural(amount: number, one: string, many = `${one}s`): string {
  return `${count(amount)} ${amount === 1 ? one : many}`
}
