/** What people look at, as the gateways say. */
import type { RowStore } from '@smacktalk/ports'
import { readInstances } from './instance-watch.ts'

/** Logins of the channels that somebody watches through any gateway; one that died is believed until its row is gone. */
export async function readWatched(store: Pick<RowStore, 'load'>): Promise<Set<string>> {
  const { instances } = await readInstances(store)
  return new Set(instances.flatMap(({ stopping, watched }) => (stopping ? [] : watched)))
}
