import { isDropReason, NO_CHANNEL, type StatusAnswer } from '@smacktalk/contract'
import type { RowReader } from './row-reader.ts'

type Account = StatusAnswer['account']

/** Adds up the account of every channel from the clock rows, as of the last commits. */
export async function readAccount(
  reader: RowReader,
  logPartitions: number,
): Promise<Pick<StatusAnswer, 'account' | 'droppedWithoutChannel'>> {
  const account: Account = { records: 0, messages: 0, events: 0, duplicates: 0, late: 0, dropped: 0 }
  const droppedWithoutChannel: Record<string, number> = {}
  for await (const clock of reader.clocks(logPartitions)) {
    account.messages += clock.account.messages
    account.events += clock.account.events
    account.duplicates += clock.account.duplicates
    account.late += clock.account.late
    for (const { name, count } of clock.account.dropped) {
      account.dropped += count
      if (clock.channelId !== NO_CHANNEL) continue
      const reason = isDropReason(name) ? name : 'other'
      droppedWithoutChannel[reason] = (droppedWithoutChannel[reason] ?? 0) + count
    }
  }
  const { messages, events, duplicates, late, dropped } = account
  account.records = messages + events + duplicates + late + dropped
  return { account, droppedWithoutChannel }
}
