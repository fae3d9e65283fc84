/** Lets a chat world talk through a fake Twitch, in step with a clock. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '@smacktalk/ports'
import { ChatServer } from './chat-server.ts'
import type { FakeTwitch, FakeTwitchOptions } from './fake-twitch.ts'

/** What is needed of a world; the simulator's worlds fit. Times are epoch ms. */
export interface LineWorld {
  join(login: string): unknown
  advance(toMs: number): Iterable<{ readonly atMs: number; readonly channel: string; readonly line: string }>
  roomState(login: string, atMs: number): string
}

export interface ServeWorldOptions extends Omit<FakeTwitchOptions, 'roomState' | 'idOf' | 'now'> {
  readonly clock: Clock
  /** How often lines go out. Default 50 ms. */
  readonly tickMs?: number
  /** World milliseconds per millisecond of the clock. Default 1; faster worlds soon run ahead of the clock. */
  readonly speed?: number
  /** World time at which serving begins; what the world says before is passed over. Default the clock's time. */
  readonly fromMs?: number
  /** After a stall, lines older than this are passed over. World milliseconds, default 10 s. */
  readonly catchUpMs?: number
}

export interface ServedWorld extends FakeTwitch {
  /** World time up to which lines have gone out. */
  readonly worldMs: number
  /** Lines passed over because the process had stalled for longer than `catchUpMs`. */
  readonly passedOver: number
  /** Rejects when the world itself fails; resolves when it is closed. */
  readonly finished: Promise<void>
}

const TICK_MS = 50
const CATCH_UP_MS = 10_000
/** A long way is gone in pieces, so that connections are still answered meanwhile. */
const PIECE_MS = 2_000

/**
 * Serves a world until it is disposed of; resolves when the server listens and the world is at `fromMs`.
 * @throws when the port cannot be had.
 */
export async function serveWorld(world: LineWorld, options: ServeWorldOptions): Promise<ServedWorld> {
  const server = new WorldServer(world, options)
  await server.listen()
  server.start()
  return server
}

class WorldServer extends ChatServer implements ServedWorld {
  worldMs: number
  passedOver = 0
  finished: Promise<void> = Promise.resolve()
  readonly #world: LineWorld
  readonly #options: ServeWorldOptions
  readonly #fromMs: number
  readonly #stop = new AbortController()

  constructor(world: LineWorld, options: ServeWorldOptions) {
    const { clock, onJoin } = options
    super({
      ...options,
      now: () => clock.now(),
      onJoin: (login) => {
        world.join(login)
        onJoin?.(login)
      },
      roomState: (login) => world.roomState(login, this.worldMs),
    })
    this.#world = world
    this.#options = options
    this.#fromMs = options.fromMs ?? clock.now()
    this.worldMs = this.#fromMs
    // Nobody listens yet: the world only has to get there.
    world.advance(this.#fromMs)
  }

  start(): void {
    this.finished = this.#run()
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    try {
      await this.finished
    } finally {
      await super[Symbol.asyncDispose]()
    }
  }

  async #run(): Promise<void> {
    const { clock, tickMs = TICK_MS, speed = 1 } = this.#options
    const { signal } = this.#stop
    const startedMs = clock.now()
    while (!signal.aborted) {
      await clock.sleep(tickMs, signal)
      await this.#advanceTo(this.#fromMs + (clock.now() - startedMs) * speed)
    }
  }

  async #advanceTo(toMs: number): Promise<void> {
    const oldestMs = toMs - (this.#options.catchUpMs ?? CATCH_UP_MS)
    while (this.worldMs < toMs && !this.#stop.signal.aborted) {
      const pieceMs = Math.min(this.worldMs + PIECE_MS, toMs)
      for (const { atMs, channel, line } of this.#world.advance(pieceMs)) {
        if (atMs >= oldestMs) this.send(channel, line)
        else if (this.joined(channel) > 0) this.passedOver += 1
      }
      this.worldMs = pieceMs
      if (pieceMs < toMs) await nextTurn()
    }
  }
}
