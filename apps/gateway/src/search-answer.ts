/** The answer to `/search`: channels and people by what somebody types. */
import { type FoundChannel, isLogin, type SearchAnswer } from '@smacktalk/contract'
import type { ChannelDirectory } from './channel-directory.ts'
import type { RowReader } from './row-reader.ts'
import type { UserDirectory } from './user-directory.ts'

export interface SearchSources {
  readonly reader: RowReader
  readonly directory: ChannelDirectory
  readonly users: UserDirectory
}

export async function buildSearch(
  sources: SearchSources,
  typed: string,
  limit: number,
): Promise<SearchAnswer> {
  const text = typed.replace(/^[@#]/, '').toLowerCase()
  if (text === '') return { channels: [], users: [] }
  return {
    channels: await channelsBy(sources, text, limit),
    users: await sources.users.search(text, limit),
  }
}

/** The channel of that name or id, those whose name begins with it, then those that only hold it. */
async function channelsBy(
  { reader, directory }: SearchSources,
  text: string,
  limit: number,
): Promise<FoundChannel[]> {
  const found = new Map<string, FoundChannel>()
  const add = ({ id, name, displayName, slot }: Omit<FoundChannel, 'was'>, was: string | null): void => {
    const key = id ?? name
    if (found.size < limit && !found.has(key)) found.set(key, { id, name, displayName, slot, was })
  }
  const listed = directory.listed.map((channel) => ({ ...channel, name: channel.login }))
  for (const channel of listed) if (channel.name === text || channel.id === text) add(channel, null)
  const carried = isLogin(text) ? await reader.idOfLogin(text) : null
  const former = carried === null ? null : await directory.find(carried)
  if (former !== null) add(former, former.name === text ? null : text)
  const places = listed.map((channel) => ({ channel, at: placeOf(text, channel) }))
  for (const { channel, at } of places) if (at === 0) add(channel, null)
  for (const { channel, at } of places) if (at > 0) add(channel, null)
  return [...found.values()]
}

/** Where a name holds the text; -1 when it does not. */
function placeOf(text: string, { name, displayName }: Omit<FoundChannel, 'was'>): number {
  const places = [name.indexOf(text), displayName.toLowerCase().indexOf(text)].filter((at) => at >= 0)
  return places.length === 0 ? -1 : Math.min(...places)
}
