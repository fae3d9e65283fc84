/** Recorded chat as an import takes it: a seeded world, long over. */
import { createWorld } from '@smacktalk/simulator'

/** A whole minute long ago. */
export const WORLD_START_MS = Date.UTC(2024, 0, 8, 21, 50)

export interface WorldLinesOptions {
  readonly seed: number
  readonly seconds: number
  readonly messagesPerSecond?: number
  readonly channels?: number
}

/** Lines of some channels, with repeats, disorder and broken ones among them. */
export function worldLines(options: WorldLinesOptions): string[] {
  const { seed, seconds, messagesPerSecond = 20, channels = 5 } = options
  const world = createWorld({
    seed,
    startMs: WORLD_START_MS,
    channels,
    messagesPerSecond,
    duplicateShare: 0.02,
    faultShare: 0.01,
  })
  return world.advance(WORLD_START_MS + seconds * 1_000).map(({ line }) => line)
}
