import { PortInUseError, systemClock } from '@smacktalk/runtime'
import type { Command } from './command.ts'
import { readWholeNumber } from './options.ts'
import { terminal } from './terminal.ts'

const DEFAULT_PORT = 6667
const DEFAULT_SEED = 1
const DEFAULT_RATE = 40

export const simulatorCommand: Command = {
  name: 'simulator',
  summary: 'the seeded chat world as a Twitch IRC server on a port',
  options: {
    host: { type: 'string', value: '<address>', help: 'address to listen on (127.0.0.1)' },
    port: { type: 'string', value: '<number>', help: `port; 0 is any free one (${DEFAULT_PORT})` },
    seed: {
      type: 'string',
      value: '<number>',
      help: `which world; the same number, the same people (${DEFAULT_SEED})`,
    },
    rate: {
      type: 'string',
      value: '<number>',
      help: `messages per second over all channels (${DEFAULT_RATE})`,
    },
  },
  details: `It speaks Twitch's IRC over WebSocket, without a log-in. Any channel can be joined; one the world does not
know is small and quiet. Point a product at it with SMACKTALK_TWITCH_URL and SMACKTALK_SOURCE=twitch.`,
  async run(values, signal) {
    const host = values.host ?? '127.0.0.1'
    const port = readWholeNumber('port', values.port, { least: 0, most: 65_535, fallback: DEFAULT_PORT })
    const seed = readWholeNumber('seed', values.seed, { least: 0, most: 2 ** 32 - 1, fallback: DEFAULT_SEED })
    const rate = readWholeNumber('rate', values.rate, { least: 0, most: 20_000, fallback: DEFAULT_RATE })
    const { serveWorld } = await import('@smacktalk/fake-twitch')
    const { createWorld } = await import('@smacktalk/simulator')
    const world = createWorld({ seed, startMs: systemClock.now(), messagesPerSecond: rate })
    await using served = await serving(host, port, () =>
      serveWorld(world, { host, port, clock: systemClock }),
    )
    terminal.say(`The world with seed ${seed} talks at ${served.url}, about ${rate} messages per second.`)
    terminal.say(`Its channels: ${world.channels.map(({ login }) => login).join(', ')}. Ctrl-C stops.`)
    await Promise.race([aborted(signal), served.finished])
  },
}

async function serving<T>(host: string, port: number, start: () => Promise<T>): Promise<T> {
  try {
    return await start()
  } catch (error) {
    const cause = error instanceof Error ? error.cause : null
    const inUse = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE'
    throw inUse ? new PortInUseError(host, port, error) : error
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
