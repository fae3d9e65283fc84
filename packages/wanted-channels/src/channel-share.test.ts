import { type EventLog, LogUnavailableError } from '@smacktalk/ports'
import { expect, onTestFinished, test } from 'vitest'
import { ManualClock } from '../../../test/conformance/manual-clock.ts'
import { eventually } from '../../../test/support/eventually.ts'
import { openTemporaryLog } from '../../../test/support/temporary-log.ts'
import { joinChannelGroup } from './channel-share.ts'

const RETRY_MS = 1_000

/** How the log takes those who want to be in a group: not at all, without anything to give them, or as it should. */
type Mood = 'away' | 'nothing left' | 'well'

async function moodyLog(): Promise<{ log: EventLog; be: (mood: Mood) => void }> {
  const { log } = await openTemporaryLog()
  let mood: Mood = 'away'
  const consume: EventLog['consume'] = async (topic, group, handler, signal) => {
    if (mood === 'away') throw new LogUnavailableError('The log is not open yet.', 'It is tried again.')
    if (mood === 'well') return log.consume(topic, group, handler, signal)
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
  }
  const moody = new Proxy(log, {
    get(target, name) {
      if (name === 'consume') return consume
      const found: unknown = Reflect.get(target, name)
      return typeof found === 'function' ? found.bind(target) : found
    },
  })
  return {
    log: moody,
    be: (next) => {
      mood = next
    },
  }
}

function loginIn(log: EventLog, partition: number): string {
  for (let number = 0; ; number++) {
    if (log.partitionOf(`den_${number}`) === partition) return `den_${number}`
  }
}

function joined(log: EventLog) {
  const clock = new ManualClock()
  const share = joinChannelGroup({ log, clock, group: 'ingest-a' })
  onTestFinished(() => share[Symbol.asyncDispose]())
  return { clock, share }
}

test('as long as the log is away from the beginning every channel is ours, then those of our partitions', async () => {
  const { log, be } = await moodyLog()
  // The embedded list has this partition alone.
  const login = loginIn(log, 0)
  const { clock, share } = joined(log)
  let changes = 0
  share.onChange(() => changes++)
  await eventually('all are ours', () => share.owns(login) || null)
  expect(changes).toBe(1)
  be('well')
  clock.advance(RETRY_MS)
  await eventually('the group has shared them', () => changes > 1 || null)
  // Alone it comes to have them all.
  await eventually('it is ours again', () => share.owns(login) || null)
  await share[Symbol.asyncDispose]()
  expect(share.owns(login)).toBe(false)
})

test('one that gets no partition of the group has no channel', async () => {
  const { log, be } = await moodyLog()
  const { clock, share } = joined(log)
  await eventually('all are ours', () => share.owns('some_den') || null)
  be('nothing left')
  await eventually('none is', () => {
    clock.advance(RETRY_MS)
    return !share.owns('some_den') || null
  })
})

test('what trying again cannot mend is told', async () => {
  const { log } = await openTemporaryLog()
  await using _first = joinChannelGroup({ log, clock: new ManualClock(), group: 'ingest-a' })
  // A group of the embedded log has one reader.
  const { share } = joined(log)
  await expect(share.finished).rejects.toThrow('reads channels already')
})
