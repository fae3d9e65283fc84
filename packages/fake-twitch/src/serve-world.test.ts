import type { Clock } from '@smacktalk/ports'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type LineWorld, type ServeWorldOptions, serveWorld } from './serve-world.ts'
import { LineClient } from './testing/line-client.ts'

/** A clock that stands until it is moved; whoever sleeps wakes with every move. */
class StandingClock implements Clock {
  #now: number
  readonly #sleepers = new Set<() => void>()

  constructor(now: number) {
    this.#now = now
  }
  now(): number {
    return this.#now
  }
  sleep(_ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#sleepers.add(resolve)
      signal?.addEventListener('abort', () => resolve())
    })
  }
  move(ms: number): void {
    this.#now += ms
    for (const wake of this.#sleepers) wake()
    this.#sleepers.clear()
  }
}

/** Says the time in each of its channels every 100 ms. */
class TellingWorld implements LineWorld {
  readonly joined: string[] = []
  #now = 0
  join(login: string): void {
    this.joined.push(login)
  }
  advance(toMs: number) {
    const lines: { atMs: number; channel: string; line: string }[] = []
    for (; this.#now < toMs; this.#now += 100) {
      for (const channel of ['a', 'b']) {
        lines.push({
          atMs: this.#now,
          channel,
          line: `:x!x@x.tmi.twitch.tv PRIVMSG #${channel} :${this.#now}`,
        })
      }
    }
    return lines
  }
  roomState(login: string, atMs: number): string {
    return `@room-id=1;slow=${atMs} :tmi.twitch.tv ROOMSTATE #${login}`
  }
}

const START = 50_000

async function serve(options: Partial<ServeWorldOptions> = {}) {
  const clock = new StandingClock(START)
  const world = new TellingWorld()
  const served = await serveWorld(world, { clock, ...options })
  onTestFinished(() => served[Symbol.asyncDispose]())
  const reader = new LineClient(served.url)
  onTestFinished(() => reader[Symbol.dispose]())
  await reader.login('a')
  const times = () =>
    reader.lines.flatMap((line) =>
      line.includes('PRIVMSG') ? Number(line.slice(line.lastIndexOf(':') + 1)) : [],
    )
  return { clock, world, served, reader, times }
}

const until = (text: string) => (line: string) => line.endsWith(text)

describe('a served world', () => {
  it('says what is due, to those who joined, from the moment it is served', async () => {
    const { clock, world, served, reader, times } = await serve()
    expect(world.joined).toEqual(['a'])
    expect(reader.lines.at(-1)).toBe('@room-id=1;slow=50000 :tmi.twitch.tv ROOMSTATE #a')
    clock.move(250)
    await reader.until(until(':50200'))
    clock.move(50)
    clock.move(100)
    await reader.until(until(':50300'))
    expect(times()).toEqual([50_000, 50_100, 50_200, 50_300])
    expect(reader.lines.join()).not.toContain('PRIVMSG #b')
    expect(served.sent).toBe(4)
    expect(served.worldMs).toBe(50_400)
  })

  it('runs as fast as asked, from the world time asked', async () => {
    const { clock, reader, times } = await serve({ speed: 10, fromMs: 1_000 })
    clock.move(50)
    await reader.until(until(':1400'))
    expect(times()).toEqual([1_000, 1_100, 1_200, 1_300, 1_400])
  })

  it('passes over what is too old after a stall, and counts it', async () => {
    const { clock, served, reader, times } = await serve({ catchUpMs: 3_000 })
    clock.move(60_000)
    await reader.until(until(':109900'))
    expect(times()[0]).toBe(107_000)
    expect(times().length).toBe(30)
    expect(served.passedOver).toBe(570)
  })

  it('stops with its world when disposed of, and says when the world failed', async () => {
    const clock = new StandingClock(START)
    const sound = await serveWorld(new TellingWorld(), { clock })
    await sound[Symbol.asyncDispose]()
    await sound.finished

    const world = new TellingWorld()
    const broken = await serveWorld(world, { clock })
    world.advance = () => {
      throw new Error('the world broke')
    }
    clock.move(100)
    await expect(broken.finished).rejects.toThrow('the world broke')
    await expect(broken[Symbol.asyncDispose]()).rejects.toThrow('the world broke')
    const late = new LineClient(broken.url)
    expect(await late.closed).toBe(1006)
  })
})
