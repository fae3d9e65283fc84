/** What the rows and the log know of a run. */
import {
  type Account,
  type ChannelSettings,
  channelPartition,
  clocksPartition,
  DROP_REASONS,
  type RunClock,
} from '@smacktalk/contract'
import type { EventLog, RowStore } from '@smacktalk/ports'
import { decodeRecord, decodeRow } from '@smacktalk/wire'
import { type Appended, NOTHING_APPENDED } from './run-writer.ts'

export interface RunInChannel {
  readonly partition: number
  readonly channelId: string
  /** As the channel was last called by a record. */
  readonly login: string
  readonly clock: RunClock
}

/** The run in every channel it has reached, as of the last commit. Throws BrokenBytesError for a broken row. */
export async function* runInChannels(
  { log, store }: { log: EventLog; store: RowStore },
  run: string,
): AsyncGenerator<RunInChannel> {
  for (let partition = 0; partition < log.partitions; partition++) {
    for (const { value } of await store.load('clocks', clocksPartition(partition))) {
      const { channelId, channelLogin, runs } = decodeRow('clock', value)
      const clock = runs.find((each) => each.run === run)
      if (clock !== undefined) yield { partition, channelId, login: channelLogin, clock }
    }
  }
}

/** Everything in the log must be folded and committed: the highest lines are read from the clock rows. */
export async function readAppended(data: { log: EventLog; store: RowStore }, run: string): Promise<Appended> {
  const { log } = data
  const lines = new Float64Array(log.partitions)
  let isNew = true
  for await (const { partition, clock } of runInChannels(data, run)) {
    isNew = false
    lines[partition] = Math.max(lines[partition] ?? 0, clock.line)
  }
  const newestSettings = new Map<string, string>()
  for (let partition = 0; partition < log.partitions; partition++) {
    const { low, end } = await log.extent('chat', partition)
    if (end === low) continue
    for await (const records of log.read('chat', partition, end - 1, end)) {
      const last = decodeRecord(records.at(-1)!.value)
      if (last.kind === 'channelSettings') newestSettings.set(last.value.channelId, textOf(last.value))
    }
  }
  return {
    lineOf: isNew ? NOTHING_APPENDED.lineOf : (key) => lines[log.partitionOf(key)] ?? 0,
    endsWith: (settings) => newestSettings.get(settings.channelId) === textOf(settings),
  }
}

function textOf({ channelId, channelLogin, bots, commandPrefix, optOut }: ChannelSettings): string {
  return JSON.stringify([channelId, channelLogin, bots, commandPrefix, optOut])
}

/** The newest name of a channel; null when none was counted. */
export async function newestLogin(store: RowStore, channelId: string): Promise<string | null> {
  const [row] = await store.load('channels', channelPartition(channelId))
  return row === undefined ? null : (decodeRow('channel', row.value).names[0]?.login ?? null)
}

export function emptyAccount(): Account {
  return { messages: 0, events: 0, duplicates: 0, late: 0, dropped: [] }
}

/** Both together; reasons in the order in which they are judged. */
export function sumAccounts(a: Account, b: Account): Account {
  const dropped = new Map<string, number>(DROP_REASONS.map((reason) => [reason, 0]))
  for (const { name, count } of [...a.dropped, ...b.dropped]) {
    dropped.set(name, (dropped.get(name) ?? 0) + count)
  }
  return {
    messages: a.messages + b.messages,
    events: a.events + b.events,
    duplicates: a.duplicates + b.duplicates,
    late: a.late + b.late,
    dropped: [...dropped].filter(([, count]) => count > 0).map(([name, count]) => ({ name, count })),
  }
}
