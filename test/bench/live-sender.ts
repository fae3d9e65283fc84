/**
 * The chat server of the live bench, a process of its own: sends simulated messages with ids and times of their
 * own at an even rate, and remembers when each was handed to the socket. Its messages to the parent are `FromSender`.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { MINUTE_MS } from '@smacktalk/contract'
import { startFakeTwitch } from '@smacktalk/fake-twitch'
import { createWorld } from '@smacktalk/simulator'

export interface SenderOptions {
  readonly channels: number
  readonly messagesPerSecond: number
  readonly seconds: number
}

export type FromSender =
  | { readonly kind: 'listening'; readonly url: string; readonly logins: readonly string[] }
  /** Everybody is in every channel. */
  | { readonly kind: 'joined' }
  | {
      readonly kind: 'sent'
      /** By login: epoch ms of each message in order, which is also its `tmi-sent-ts`. */
      readonly sentAt: ReadonlyMap<string, Float64Array>
      readonly startedAt: number
      /** How far the sender was behind its own plan, ms, once per turn. */
      readonly behindMs: readonly number[]
    }

/** Messages made up before sending; they come again and again with new ids and times. */
const POOL_MESSAGES = 20_000
const TURN_MS = 5
const SEED = 11

interface Template {
  readonly login: string
  /** The line around its id and its time, in the order in which these stand in it. */
  readonly parts: readonly [string, string, string]
  readonly idFirst: boolean
}

function makePool(world: ReturnType<typeof createWorld>, startMs: number): Template[] {
  const pool: Template[] = []
  for (let toMs = startMs; pool.length < POOL_MESSAGES; toMs += 1_000) {
    for (const { line, channel } of world.advance(toMs)) {
      if (!line.includes(` PRIVMSG #${channel} `) || line.includes('source-room-id=')) continue
      const found =
        /^(@(?:[^ ]*;)?)(id=[^; ]+|tmi-sent-ts=\d+)(;(?:[^ ]*;)?)(id=[^; ]+|tmi-sent-ts=\d+)(.*)$/s.exec(line)
      const [, head = '', first = '', middle = '', , tail = ''] = found ?? []
      if (found !== null)
        pool.push({ login: channel, parts: [head, middle, tail], idFirst: first.startsWith('id=') })
    }
  }
  return pool
}

async function main(options: SenderOptions, say: (message: FromSender) => void): Promise<void> {
  const { channels, messagesPerSecond, seconds } = options
  const startMs = Date.now()
  const calm = { calm: true, faultShare: 0, disorderShare: 0 }
  const world = createWorld({ seed: SEED, startMs, messagesPerSecond, channels, ...calm })
  const logins = world.channels.map(({ login }) => login)
  const pool = makePool(world, startMs)
  await using twitch = await startFakeTwitch({ roomState: (login) => world.roomState(login, startMs) })
  say({ kind: 'listening', url: twitch.url, logins })
  while (logins.some((login) => twitch.joined(login) === 0)) await sleep(50)
  say({ kind: 'joined' })
  await new Promise<void>((go) => process.once('message', () => go()))

  const times = new Map<string, number[]>(logins.map((login) => [login, []]))
  const behindMs: number[] = []
  const total = seconds * messagesPerSecond
  const startedAt = Date.now()
  for (let sent = 0; sent < total; ) {
    const now = Date.now()
    const due = Math.min(total, Math.floor(((now - startedAt) * messagesPerSecond) / 1_000))
    behindMs.push(((due - sent) * 1_000) / messagesPerSecond)
    for (; sent < due; sent++) {
      const { login, parts, idFirst } = pool[sent % pool.length]!
      const id = `id=bench-${sent}`
      const time = `tmi-sent-ts=${now}`
      const [first, second] = idFirst ? [id, time] : [time, id]
      twitch.send(login, `${parts[0]}${first}${parts[1]}${second}${parts[2]}`)
      times.get(login)!.push(now)
    }
    await sleep(TURN_MS)
  }
  if (twitch.sent !== total) throw new Error(`${total - twitch.sent} messages had nobody to hear them.`)
  const sentAt = new Map([...times].map(([login, list]) => [login, Float64Array.from(list)]))
  say({ kind: 'sent', sentAt, startedAt, behindMs })
  // The socket stays open until the parent has seen everything counted.
  await Promise.race([new Promise<void>((go) => process.once('message', () => go())), sleep(10 * MINUTE_MS)])
}

const send = process.send?.bind(process)
if (send === undefined) throw new Error('This file is started by live-bench.ts.')
await main(JSON.parse(process.argv[2] ?? '{}'), (message) => send(message))
process.disconnect?.()
