import { DAY_MS, spanStart, userChannelsPartition, userNamesPartition, utcDay } from '@smacktalk/contract'
import type { CountingContext } from './counting-context.ts'
import type { CachedRow } from './row-cache.ts'
import type { UserDay } from './user-day.ts'
import { Written } from './written.ts'

/** A person's day; the first time it is touched under a name, the indexes learn of it. */
export function userDay(
  { rows, clock, cache }: CountingContext,
  userId: string,
  login: string,
  at: number,
): CachedRow<UserDay> {
  const row = rows.userDay(at, userId)
  if (row.state.isNoted(login)) return row
  const { channelId } = clock
  const day = utcDay(at)
  const fact = new Written({ day: spanStart(at, DAY_MS) })
  const channels = userChannelsPartition(userId)
  cache.writeOnce({ table: 'user_channels', partition: channels, row: `${channelId}/${day}` }, fact)
  if (login === '') return row
  const name = `${userId}/${channelId}/${day}`
  cache.writeOnce({ table: 'user_names', partition: userNamesPartition(login), row: name }, fact)
  return row
}
