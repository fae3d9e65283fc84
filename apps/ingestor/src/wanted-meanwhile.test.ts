import { silentLogger, systemClock } from '@smacktalk/runtime'
import { openWantedChannels, type WantedChannels } from '@smacktalk/wanted-channels'
import { expect, onTestFinished, test } from 'vitest'
import { ManualClock } from '../../../test/conformance/manual-clock.ts'
import { eventually } from '../../../test/support/eventually.ts'
import { openTemporaryLog } from '../../../test/support/temporary-log.ts'
import { LIST_WAIT_MS, wantedMeanwhile } from './wanted-meanwhile.ts'

async function openList(): Promise<WantedChannels> {
  const { log } = await openTemporaryLog()
  const following = new AbortController()
  const list = await openWantedChannels({ log, clock: systemClock, signal: following.signal })
  onTestFinished(async () => {
    following.abort()
    await list.finished
  })
  return list
}

function meanwhile(list: Promise<WantedChannels>, signal = new AbortController().signal) {
  const clock = new ManualClock()
  return { clock, wanted: wantedMeanwhile({ list, clock, logger: silentLogger, signal }) }
}

const logins = (wanted: { all(): readonly { readonly login: string }[] }) =>
  wanted.all().map(({ login }) => login)

test('a list that can be read is the list', async () => {
  const list = await openList()
  expect(await meanwhile(Promise.resolve(list)).wanted).toBe(list)
})

test('until the list can be read the configured channels are wanted, then what it says', async () => {
  const list = await openList()
  await list.add(['added_on_a_page'])
  await list.applyConfig(['kept', 'removed'])
  await list.remove('removed')
  const read = Promise.withResolvers<WantedChannels>()
  const { clock, wanted } = meanwhile(read.promise)
  clock.advance(LIST_WAIT_MS)
  const known = await wanted
  let changes = 0
  known.onChange(() => changes++)
  expect(await known.applyConfig(['kept', 'removed'])).toEqual([])
  expect([logins(known), changes]).toEqual([['kept', 'removed'], 1])
  read.resolve(list)
  await eventually('the list holds', () => logins(known).includes('added_on_a_page') || null)
  expect(logins(known)).toEqual(logins(list))
  expect(logins(known)).not.toContain('removed')
  const before = changes
  await list.add(['another'])
  expect(logins(known)).toContain('another')
  expect(changes).toBeGreaterThan(before)
})

test('a stop ends the waiting', async () => {
  const stop = new AbortController()
  const { wanted } = meanwhile(new Promise(() => {}), stop.signal)
  stop.abort(new Error('stopped'))
  await expect(wanted).rejects.toThrow('stopped')
})
