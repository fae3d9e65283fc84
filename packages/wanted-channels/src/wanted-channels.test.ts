import { type Embedded, openEmbedded } from '@smacktalk/embedded'
import { type Clock, type EventLog, LogUnavailableError } from '@smacktalk/ports'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { openWantedChannels, type WantedChannels } from './wanted-channels.ts'
import { CHANNELS_IMPORTED_MAX, CHANNELS_WANTED_MAX } from './wanted-list.ts'

let now = 1_700_000_000_000
const clock: Clock = {
  now: () => now++,
  // Only the maintenance of the data file waits here, and it may wait until it is told to end.
  sleep: (_ms, signal) => new Promise((resolve) => signal?.addEventListener('abort', () => resolve())),
}

function folder(): string {
  const temporary = temporaryFolder()
  onTestFinished(() => temporary[Symbol.dispose]())
  return temporary.path
}

async function openLog(directory: string): Promise<Embedded> {
  const embedded = await openEmbedded({ directory, clock, logRetentionMs: 86_400_000, rowRetentionDays: 400 })
  return embedded
}

/** Follows the list in a log until `stop`. */
async function follow({ log }: Embedded): Promise<WantedChannels & { stop(): Promise<void> }> {
  const stopping = new AbortController()
  const channels = await openWantedChannels({ log, clock, signal: stopping.signal })
  return Object.assign(channels, {
    async stop() {
      stopping.abort()
      await channels.finished
    },
  })
}

async function openOne() {
  const embedded = await openLog(folder())
  const channels = await follow(embedded)
  onTestFinished(async () => {
    await channels.stop()
    await embedded[Symbol.asyncDispose]()
  })
  return { embedded, channels }
}

const logins = (channels: WantedChannels) => channels.all().map(({ login }) => login)

describe('the wanted channels', () => {
  it('are added by what a person typed, each with a result', async () => {
    const { channels } = await openOne()
    expect(
      await channels.add([' #Chess ', 'chess', 'no spaces please', 'https://www.twitch.tv/other']),
    ).toEqual([
      { name: 'chess', status: 202, reason: null },
      { name: 'chess', status: 200, reason: null },
      { name: 'no spaces please', status: 400, reason: expect.stringContaining('not a channel name') },
      { name: 'other', status: 202, reason: null },
    ])
    expect(logins(channels)).toEqual(['chess', 'other'])
  })

  it('survive a restart, runtime additions and removals alike', async () => {
    const directory = folder()
    const first = await openLog(directory)
    const before = await follow(first)
    await before.applyConfig(['a', 'b'])
    await before.add(['c'])
    expect(await before.remove('a')).toBe(true)
    expect(await before.remove('a')).toBe(false)
    await before.stop()
    await first[Symbol.asyncDispose]()

    const second = await openLog(directory)
    const after = await follow(second)
    onTestFinished(async () => {
      await after.stop()
      await second[Symbol.asyncDispose]()
    })
    expect(logins(after)).toEqual(['b', 'c'])
    expect(await after.applyConfig(['b', 'a'])).toEqual([])
    expect(logins(after)).toEqual(['b', 'c'])
  })

  it('bring a removed configured channel back when the configured list changes', async () => {
    const { channels } = await openOne()
    await channels.applyConfig(['a', 'b'])
    await channels.remove('a')
    await channels.applyConfig(['a', 'b', 'c'])
    expect(logins(channels).sort()).toEqual(['a', 'b', 'c'])
  })

  it('bring it back also when the list changes away from it and back again', async () => {
    const { channels } = await openOne()
    await channels.applyConfig(['a', 'b'])
    await channels.remove('a')
    await channels.applyConfig(['b'])
    expect(logins(channels)).toEqual(['b'])
    await channels.applyConfig(['a', 'b'])
    expect(logins(channels).sort()).toEqual(['a', 'b'])
  })

  it('stay away when a process without the configured list removed them, until that list changes', async () => {
    const { embedded, channels } = await openOne()
    await channels.applyConfig(['a', 'b'])
    const gateway = await follow(embedded)
    onTestFinished(() => gateway.stop())
    expect(await gateway.remove('a')).toBe(true)
    const restarted = await follow(embedded)
    onTestFinished(() => restarted.stop())
    await restarted.applyConfig(['b', 'a'])
    expect(logins(restarted)).toEqual(['b'])
    await restarted.applyConfig(['a', 'b', 'c'])
    expect(logins(restarted).sort()).toEqual(['a', 'b', 'c'])
  })

  it('ride out a log that cannot be followed, and see nothing of the past twice', async () => {
    const { embedded, channels } = await openOne()
    await channels.add(['a', 'b'])
    await channels.remove('a')
    const outage = Promise.withResolvers<never>()
    let follows = 0
    const log = new Proxy(embedded.log, {
      get(target, name) {
        if (name !== 'follow') return Reflect.get(target, name).bind?.(target) ?? Reflect.get(target, name)
        return (...args: Parameters<EventLog['follow']>) => {
          follows++
          const following = target.follow(...args)
          return follows === 1 ? Promise.race([following, outage.promise]) : following
        }
      },
    })
    const stopping = new AbortController()
    onTestFinished(() => stopping.abort())
    const impatient = { ...clock, sleep: async () => undefined }
    const other = await openWantedChannels({ log, clock: impatient, signal: stopping.signal })
    const seen: string[][] = []
    other.onChange((wanted) => seen.push(wanted.map(({ login }) => login)))
    outage.reject(new LogUnavailableError('the broker is away', 'wait'))
    await vi.waitUntil(() => follows === 2)
    await channels.add(['c'])
    await vi.waitUntil(() => logins(other).includes('c'))
    expect(seen).toEqual([['b', 'c']])
  })

  it('drop what left the configured list, but keep what was added at run time', async () => {
    const { channels } = await openOne()
    await channels.add(['mine', 'both'])
    await channels.applyConfig(['theirs', 'both'])
    await channels.applyConfig([])
    expect(logins(channels)).toEqual(['mine', 'both'])
  })

  it('give each new channel the least used colour and keep it when it comes back', async () => {
    const { channels } = await openOne()
    await channels.add(Array.from({ length: 16 }, (_, index) => `c${index}`))
    expect(channels.all().map(({ slot }) => slot)).toEqual([...Array(16).keys()])
    await channels.remove('c5')
    await channels.add(['new'])
    expect(channels.all().find(({ login }) => login === 'new')?.slot).toBe(5)
    await channels.add(['c5'])
    expect(channels.all().find(({ login }) => login === 'c5')?.slot).toBe(5)
  })

  it('are the same for every process that follows the topic, and tell of a change as soon as it is there', async () => {
    const { embedded, channels } = await openOne()
    const other = await follow(embedded)
    onTestFinished(() => other.stop())
    const seen: string[][] = []
    const changed = Promise.withResolvers<void>()
    const stop = other.onChange((wanted) => {
      seen.push(wanted.map(({ login }) => login))
      changed.resolve()
    })
    await channels.add(['a', 'b'])
    await changed.promise
    expect(seen).toEqual([['a', 'b']])
    expect(other.all()).toEqual(channels.all())
    stop()
    await channels.add(['c'])
    expect(seen).toHaveLength(1)
  })

  it('do not share a colour when two additions come at once', async () => {
    const { channels } = await openOne()
    await Promise.all([channels.add(['a']), channels.add(['b']), channels.add(['c'])])
    expect(channels.all().map(({ slot }) => slot)).toEqual([0, 1, 2])
  })

  it('are at most a thousand', async () => {
    const { channels } = await openOne()
    const names = Array.from({ length: CHANNELS_WANTED_MAX + 1 }, (_, index) => `c${index}`)
    const results = await channels.add(names)
    expect(results.filter(({ status }) => status === 202)).toHaveLength(CHANNELS_WANTED_MAX)
    expect(results.at(-1)).toMatchObject({ status: 409, reason: expect.stringContaining('remove one first') })
    expect(await channels.applyConfig(['one_more'])).toMatchObject([{ name: 'one_more', status: 409 }])
  })

  it('list what an import met beside the wanted ones, and never make it wanted', async () => {
    const { embedded, channels } = await openOne()
    await channels.add(['wanted', 'left'])
    await channels.remove('left')
    expect(await channels.listImported(['met', 'wanted', 'left', 'met', 'no name'])).toBe(0)
    expect(logins(channels)).toEqual(['wanted'])
    expect(channels.imported().map(({ login }) => login)).toEqual(['left', 'met'])
    expect(channels.imported()[1]).toMatchObject({ wanted: false, origin: 'import', slot: 1 })
    const other = await follow(embedded)
    onTestFinished(() => other.stop())
    expect(other.imported()).toEqual(channels.imported())
  })

  it('take an imported one off the list, or want it', async () => {
    const { channels } = await openOne()
    await channels.listImported(['gone', 'taken', 'configured'])
    expect(await channels.remove('gone')).toBe(true)
    expect(await channels.remove('gone')).toBe(false)
    expect(await channels.add(['taken'])).toMatchObject([{ status: 202 }])
    await channels.applyConfig(['configured'])
    expect(logins(channels)).toEqual(['taken', 'configured'])
    expect(channels.imported()).toEqual([])
    await channels.applyConfig([])
    await channels.remove('taken')
    expect(channels.imported()).toEqual([])
  })

  it('leave a removed channel removed when it is imported', async () => {
    const { channels } = await openOne()
    await channels.applyConfig(['a'])
    await channels.remove('a')
    await channels.listImported(['a'])
    await channels.applyConfig(['a'])
    expect(logins(channels)).toEqual([])
    await channels.applyConfig(['a', 'b'])
    expect(logins(channels).sort()).toEqual(['a', 'b'])
  })

  it('list at most a thousand imported ones', async () => {
    const { channels } = await openOne()
    const names = Array.from({ length: CHANNELS_IMPORTED_MAX + 3 }, (_, index) => `c${index}`)
    expect(await channels.listImported(names)).toBe(3)
    expect(channels.imported()).toHaveLength(CHANNELS_IMPORTED_MAX)
  })

  it('count a record that cannot be read and go on', async () => {
    const { embedded, channels } = await openOne()
    const other = await follow(embedded)
    onTestFinished(() => other.stop())
    const changed = Promise.withResolvers<void>()
    other.onChange(() => changed.resolve())
    await embedded.log.append('channels', [{ key: 'x', value: new Uint8Array([1, 2, 3]) }])
    await channels.add(['a'])
    await changed.promise
    expect(other.broken).toBe(1)
    expect(logins(other)).toEqual(['a'])
  })
})
