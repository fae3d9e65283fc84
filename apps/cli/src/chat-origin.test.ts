import { loadSettings, silentLogger, systemClock } from '@smacktalk/runtime'
import { createJoinBudget } from '@smacktalk/twitch'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { openTemporaryLog } from '../../../test/support/temporary-log.ts'
import { openDemoOrigin } from './chat-origin.ts'

test('a demo past that was interrupted is imported at the next start, one that was finished is not', async () => {
  using folder = temporaryFolder()
  const { log, store } = await openTemporaryLog()
  const { settings } = loadSettings({ env: {}, cwd: folder.path, overrides: {} })
  const importing = async (signal: AbortSignal) => {
    await using origin = await openDemoOrigin({
      settings: { ...settings, demo: { seed: 7, messagesPerSecond: 1 } },
      log,
      store,
      clock: systemClock,
      logger: silentLogger,
      joinBudget: createJoinBudget(),
      signal: new AbortController().signal,
    })
    if (origin.importPast === null) return false
    const settingsOf = (channelId: string, channelLogin: string) => ({
      channelId,
      channelLogin,
      bots: [],
      commandPrefix: '!',
      optOut: [],
      moments: null,
    })
    await origin.importPast({ signal, ingestorId: 'one', settingsOf })
    return true
  }
  const stopped = AbortSignal.abort()
  expect(await importing(stopped)).toBe(true)
  await log.append('chat', [{ key: 'live', value: new Uint8Array(1) }])
  expect(await importing(stopped)).toBe(true)
  expect(await importing(new AbortController().signal)).toBe(true)
  expect(await importing(new AbortController().signal)).toBe(false)
})
