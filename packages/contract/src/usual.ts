/** What is usual in a channel at an hour of the week (metrics.md, Usual and moments). */
import { HOUR_MS } from './time.ts'

export const WEEK_HOURS = 168

/** Hours from a Monday's midnight (UTC) to that of the epoch, a Thursday's. */
const EPOCH_HOUR_OF_WEEK = 72

/** 0 is Monday 00:00 to 01:00 UTC. */
export function hourOfWeek(atMs: number): number {
  return (Math.floor(atMs / HOUR_MS) + EPOCH_HOUR_OF_WEEK) % WEEK_HOURS
}

export interface Usual {
  /**
   * Mean messages per covered minute by hour of the week, Monday 00:00 UTC first, of the last four weeks; null where
   * fewer than two such hours were heard.
   */
  hours: (number | null)[]
  /** The same over the last 24 hours, for hours that have none; null with less than an hour of data. */
  lastDay: number | null
}

/** Usual messages per minute at a time; null: nothing is to be shown. */
export function usualAt({ hours, lastDay }: Usual, atMs: number): number | null {
  return hours[hourOfWeek(atMs)] ?? lastDay
}
