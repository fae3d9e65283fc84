import { api } from '../rest/client.ts'
import { useQuery } from '../rest/use-query.ts'

/** A channel keeps its colour; asked for again in case it was added after the overlay was opened, ms. */
const REFRESH_MS = 60_000

/** The colour slot of a channel, by its login or `id:123`; null until known. */
export function useSlot(channel: string): number | null {
  const { data } = useQuery('channels', api.channels, { refreshMs: REFRESH_MS })
  const id = channel.startsWith('id:') ? channel.slice(3) : null
  const found = data?.channels.find((each) => (id === null ? each.name === channel : each.id === id))
  return found?.slot ?? null
}
