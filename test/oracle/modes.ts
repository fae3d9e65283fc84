/** Room modes, read again from the first ROOMSTATE each time (metrics.md, modeChanges). */
import type { RoomState } from '@smacktalk/contract'

const MODES = ['emoteOnly', 'followersOnly', 'r9k', 'slow', 'subsOnly'] as const
type Mode = (typeof MODES)[number]

/** A ROOMSTATE that was counted as an event, with the time it stands for. */
export interface StateSeen {
  readonly state: RoomState
  readonly at: number
}

interface Setting extends StateSeen {
  readonly mode: Mode
  readonly value: number
}

const COPY_MS = 60_000
const STALE_MS = 60_000

/** A single mode that another ingestor has already brought: the same mode and value, at most 60 s apart. */
export function isCopyOfMode(earlier: readonly StateSeen[], now: StateSeen): boolean {
  const setting = singleMode(now)
  if (setting === undefined) return false
  const last = countedSettings(earlier).findLast(
    (counted) => counted.mode === setting.mode && counted.value === setting.value,
  )
  if (last === undefined || last.state.ingestor === now.state.ingestor) return false
  return Math.abs(last.at - now.at) <= COPY_MS
}

/** Whether a ROOMSTATE that is no copy counts as a change, given all that came before it. */
export function isModeChange(earlier: readonly StateSeen[], now: StateSeen): boolean {
  return countedSettings([...earlier, now]).length > countedSettings(earlier).length
}

/** Walks through all states in order and returns those that counted. */
function countedSettings(states: readonly StateSeen[]): Setting[] {
  const counted: Setting[] = []
  const known = new Map<Mode, Setting>()
  for (const seen of states) {
    const settings = settingsIn(seen)
    for (const setting of settings) {
      const before = known.get(setting.mode)
      if (settings.length === 1) {
        if (before !== undefined && setting.at < before.at - STALE_MS) continue
        if (before === undefined || isOn(before) !== isOn(setting)) counted.push(setting)
      }
      known.set(setting.mode, setting)
    }
  }
  return counted
}

/** The mode of a ROOMSTATE that says exactly one. */
export function singleMode(seen: StateSeen): Setting | undefined {
  const settings = settingsIn(seen)
  return settings.length === 1 ? settings[0] : undefined
}

function settingsIn(seen: StateSeen): Setting[] {
  return MODES.flatMap((mode) => {
    const value = seen.state[mode]
    return value === null ? [] : [{ ...seen, mode, value }]
  })
}

function isOn({ mode, value }: Setting): boolean {
  return mode === 'followersOnly' ? value !== -1 : value !== 0
}
