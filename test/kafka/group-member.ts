/**
 * A process to be stopped, killed or put to sleep: reads `chat` in a group, and says line by line what happens to its
 * partitions. Started as `node group-member.ts <settings as JSON> <group>`; SIGTERM ends it gracefully.
 */
import { writeSync } from 'node:fs'
import { type KafkaSettings, openKafkaLog } from '@smacktalk/cluster'
import { systemClock } from '@smacktalk/runtime'

const [settings, group] = process.argv.slice(2)
if (settings === undefined || group === undefined) throw new Error('give settings and a group')

/** Straight to the pipe, with the time: what is said must be out before the next step. */
const say = (line: string): void => {
  writeSync(1, `${Date.now()} ${line}\n`)
}
const silent = {
  debug() {},
  info() {},
  warn: (facts: object, text: string) => say(`warned ${text} ${JSON.stringify(facts)}`),
  error() {},
}

const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())
const log = await openKafkaLog({
  settings: JSON.parse(settings) as KafkaSettings,
  clientId: `member-${process.pid}`,
  clock: systemClock,
  logger: silent,
})
/** Where a member of its kind would find its checkpoint: at the start, so what was read before is read again. */
await log.consume(
  'chat',
  group,
  {
    open: async (partition) => {
      say(`opened ${partition}`)
      return 0
    },
    batch: async ({ partition, records }) => {
      say(`read ${partition} ${records[0]?.offset} ${records.at(-1)?.offset}`)
    },
    close: async (partition) => {
      say(`closed ${partition}`)
    },
  },
  stop.signal,
)
say('left')
await log[Symbol.asyncDispose]()
