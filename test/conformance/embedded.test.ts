import { setImmediate as nextTurn } from 'node:timers/promises'
import { openEmbedded } from '@smacktalk/embedded'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { describeEventLog } from './event-log.ts'
import { ManualClock } from './manual-clock.ts'
import { describeRowStore } from './row-store.ts'

async function openBoth() {
  const folder = temporaryFolder()
  const clock = new ManualClock()
  const open = () =>
    openEmbedded({ directory: folder.path, clock, logRetentionMs: 86_400_000, rowRetentionDays: 400 })
  let embedded = await open()
  return {
    log: embedded.log,
    store: embedded.store,
    async reopen() {
      await embedded[Symbol.asyncDispose]()
      embedded = await open()
      return embedded
    },
    async nextMillisecond() {
      clock.advance(1)
      // And everything that is ready to run, runs.
      await nextTurn()
      await nextTurn()
    },
    async [Symbol.asyncDispose]() {
      await embedded[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

describeEventLog('embedded', async () => {
  const both = await openBoth()
  return { ...both, reopen: async () => (await both.reopen()).log }
})

describeRowStore('embedded', async () => {
  const both = await openBoth()
  return { ...both, reopen: async () => (await both.reopen()).store }
})
