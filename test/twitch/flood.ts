/** Many messages a second from a fake Twitch, each with its own id. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { FakeTwitch } from '@smacktalk/fake-twitch'
import { privmsg } from '../support/twitch-lines.ts'

export interface FloodOptions {
  readonly channels: readonly string[]
  readonly perSecond: number
  readonly seconds: number
}

const TURN_MS = 10
const CHATTERS = 5_000

/** Room of a flooded channel, for the server's `idOf`. */
export function roomOf(channel: string): string {
  return String(70_000 + Number(channel.replace(/\D/g, '')))
}

/** Sends at this rate by the clock, whether or not anybody keeps up; gives back how many and how long it took. */
export async function flood(
  twitch: FakeTwitch,
  { channels, perSecond, seconds }: FloodOptions,
): Promise<{ messages: number; tookMs: number }> {
  const startedAt = performance.now()
  const total = perSecond * seconds
  let sent = 0
  while (sent < total) {
    await sleep(TURN_MS)
    const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1_000) * perSecond))
    const sentAt = Date.now()
    for (; sent < due; sent++) {
      const channel = channels[sent % channels.length] ?? ''
      const chatter = sent % CHATTERS
      const line = privmsg({
        ...{ channel, roomId: roomOf(channel), id: `flood-${sent}`, userId: String(1_000 + chatter) },
        ...{ login: `chatter_${chatter}`, sentAt, text: `message ${sent} of a flood` },
      })
      twitch.send(channel, line)
    }
  }
  return { messages: total, tookMs: performance.now() - startedAt }
}
