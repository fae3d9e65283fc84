import { channelNamesPartition, clocksPartition } from '@smacktalk/contract'
import type { EventLog, RowStore } from '@smacktalk/ports'
import { decodeRow } from '@smacktalk/wire'

/** The id of the channel that carried a login last; null when none did. */
export async function channelIdByLogin(store: RowStore, login: string): Promise<string | null> {
  let found: { id: string; lastAt: number } | null = null
  for (const { row, value } of await store.load('channel_names', channelNamesPartition(login))) {
    const { lastAt } = decodeRow('channelName', value)
    if (found === null || lastAt > found.lastAt) found = { id: row, lastAt }
  }
  return found?.id ?? null
}

/** Whether anything of a channel has been folded. */
export async function isKnownChannel(log: EventLog, store: RowStore, channelId: string): Promise<boolean> {
  const clocks = await store.load('clocks', clocksPartition(log.partitionOf(channelId)))
  return clocks.some(({ row }) => row === channelId)
}
