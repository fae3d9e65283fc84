import { LogUnavailableError } from '@smacktalk/ports'
import type { WantedList } from './gateway-options.ts'

/**
 * The list of wanted channels, for a gateway that begins while the log does not answer. Until the list has been read
 * every question is refused as for a log that is away: nothing is known of it, which is not the same as empty.
 */
export function wantedLater(opening: Promise<WantedList>): WantedList {
  let list: WantedList | null = null
  opening.then(
    (opened) => {
      list = opened
    },
    // Whoever opens it hears of the failure; here it stays unread.
    () => undefined,
  )
  const read = (): WantedList => {
    if (list !== null) return list
    throw new LogUnavailableError(
      'The list of channels has not been read yet.',
      'It is read as soon as the log answers.',
    )
  }
  return {
    all: () => read().all(),
    imported: () => read().imported(),
    add: async (names, origin) => read().add(names, origin),
    remove: async (login) => read().remove(login),
  }
}
