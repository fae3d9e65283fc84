import { emptyClasses, type Point, sumWithout } from '@smacktalk/contract'
import type { LiveView } from './live-view.ts'
import type { SecondLine } from './second-line.ts'

/** Messages per second now, without the masked classes. */
export function rateWithout({ rate, rateByClass }: LiveView, mask: number): number {
  return sumWithout(rate, rateByClass, mask)
}

/** The running UTC day without the masked classes: what REST says of it with the same `without`. */
export function dayWithout({ day, dayByClass }: LiveView, mask: number): Point {
  return {
    ...day,
    messages: sumWithout(day.messages, dayByClass.messages, mask),
    characters: sumWithout(day.characters, dayByClass.characters, mask),
    emoteUses: sumWithout(day.emoteUses, dayByClass.emoteUses, mask),
  }
}

/** The seconds of a view without the masked classes. */
export function lineWithout({ total, classes }: LiveView, mask: number): SecondLine {
  if (mask === 0) return total
  const { first } = total
  return {
    first,
    values: total.values.map((value, index) => sumWithout(value, classes.get(first + index), mask)),
  }
}

/** Messages of the seconds from..to (both included) by class; null when none of them is known. */
export function classesIn({ total, classes }: LiveView, from: number, to: number): number[] | null {
  const sums = emptyClasses()
  let known = false
  for (let second = from; second <= to; second++) {
    const messages = total.values[second - total.first] ?? null
    if (messages === null) continue
    known = true
    const byClass = classes.get(second) ?? [messages]
    for (const [index, value] of byClass.entries()) sums[index] = (sums[index] ?? 0) + value
  }
  return known ? sums : null
}
