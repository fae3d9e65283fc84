import { MINUTE_MS, type SeriesAnswer } from '@smacktalk/contract'
import type { Product } from './start-product.ts'

/**
 * Messages of a channel per minute as REST tells them, by start of the minute; minutes without any are left out.
 * Asks for the minutes of `around` and one on either side.
 */
export async function countedMinutes(
  product: Pick<Product, 'ask'>,
  channel: string,
  around: ReadonlyMap<number, number>,
): Promise<Map<number, number>> {
  const from = Math.min(...around.keys()) - MINUTE_MS
  const to = Math.max(...around.keys()) + 2 * MINUTE_MS
  const path = `/channels/${channel}/series?from=${from}&to=${to}&step=minute`
  const { points } = await product.ask<SeriesAnswer>(path)
  return new Map(points.flatMap(({ t, messages }) => (messages ? [[Date.parse(t), messages]] : [])))
}
