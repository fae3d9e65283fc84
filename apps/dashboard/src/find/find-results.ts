/** What a search found, as a list to choose from. */
import type { SearchAnswer } from '@smacktalk/contract'
import { channelAddress, userAddress } from '../address/history.ts'
import { channelLabel, tameName } from '../format/names.ts'

export interface Result {
  readonly key: string
  readonly kind: 'channel' | 'person'
  readonly label: string
  /** Beside the label: an id, or the old name that was found. */
  readonly note: string
  /** Colour of a channel; null for people. */
  readonly slot: number | null
  readonly to: string
}

/** Channels first: there are few of them, and they are what most people look for. */
export function resultsOf({ channels, users }: SearchAnswer): Result[] {
  return [
    ...channels.map((channel): Result => {
      const { id, name, slot, was } = channel
      return {
        key: `channel ${id ?? name}`,
        kind: 'channel',
        label: channelLabel(channel),
        note: was === null ? '' : `was ${was}`,
        slot,
        // A name may pass to another channel, an id never does.
        to: channelAddress(was !== null && id !== null ? `id:${id}` : name),
      }
    }),
    ...users.map(({ id, login, displayName, was }): Result => {
      const shown = tameName(displayName)
      const other = login !== null && login.toLowerCase() !== shown.toLowerCase()
      return {
        key: `person ${id}`,
        kind: 'person',
        label: other ? `${shown} (${login})` : shown,
        note: was === null ? `id ${id}` : `was ${was}, id ${id}`,
        slot: null,
        to: userAddress(`id:${id}`),
      }
    }),
  ]
}

/** The place that a key leads to, round and round; from nowhere to the first or the last. */
export function movedTo(place: number, by: 1 | -1, results: number): number {
  if (results === 0) return -1
  if (place < 0) return by > 0 ? 0 : results - 1
  return (place + by + results) % results
}
