/** Raw lines of chat as it went on for days before a test: what makes the longer ranges of a page worth looking at. */
import { DAY_MS, MINUTE_MS } from '@smacktalk/contract'
import { roomIdOf } from './numbered-chat.ts'
import type { Random } from './random.ts'
import { privmsg } from './twitch-lines.ts'

export interface PastChatOptions {
  readonly channels: readonly string[]
  readonly random: Random
  readonly days: number
  /** Where it ends, epoch ms. */
  readonly untilMs: number
}

/** A bot by every default list. */
export const PAST_BOT = 'nightbot'
/** Somebody writes in every channel once in so long, ms. */
const EVERY_MS = 7 * MINUTE_MS
const PEOPLE = 12

/** In order of time; some of it by a bot, some commands, some copies out of a shared chat. */
export function pastChat({ channels, random, days, untilMs }: PastChatOptions): string[] {
  const lines: string[] = []
  for (let at = untilMs - days * DAY_MS; at < untilMs; at += EVERY_MS) {
    for (const channel of channels) {
      for (let number = random.between(1, 4); number > 0; number--) {
        const person = random.between(1, PEOPLE)
        const isBot = random.chance(0.2)
        const isShared = random.chance(0.2)
        const line = {
          ...{ channel, roomId: roomIdOf(channel), sentAt: at + number * 1_000 },
          id: `past-${channel}-${at}-${number}`,
          userId: isBot ? '19264788' : String(6_000 + person),
          login: isBot ? PAST_BOT : `regular_${person}`,
          text: random.pick(['good evening', '!dice', 'what a catch', 'otters otters', '!uptime']),
        }
        lines.push(privmsg(isShared ? { ...line, sourceRoomId: '4711' } : line))
      }
    }
  }
  return lines
}
