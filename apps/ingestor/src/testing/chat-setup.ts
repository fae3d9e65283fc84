/** A source over tmi.js against a fake Twitch, with all that it says written down. */
import { type FakeTwitch, type FakeTwitchOptions, startFakeTwitch } from '@smacktalk/fake-twitch'
import type { ChannelHearing, ChatSource } from '@smacktalk/ports'
import { systemClock as clock, silentLogger } from '@smacktalk/runtime'
import { openTmiSource, type TmiSourceOptions } from '@smacktalk/twitch'
import { onTestFinished } from 'vitest'

export interface ChatSetup {
  server: FakeTwitch
  source: ChatSource
  lines: string[]
  said: string[]
  lostAt: { login: string; heardUntil: number; noticedAt: number }[]
}

export async function setUpChat(
  options: Partial<TmiSourceOptions> = {},
  serverOptions: FakeTwitchOptions = {},
): Promise<ChatSetup> {
  const server = await startFakeTwitch(serverOptions)
  const lines: string[] = []
  const said: string[] = []
  const lostAt: ChatSetup['lostAt'] = []
  const source = openTmiSource({
    url: server.url,
    clock,
    random: () => 0,
    log: silentLogger,
    listener: {
      line: (raw) => lines.push(raw),
      joined: (login) => said.push(`joined ${login}`),
      lost(login, heardUntil, cause) {
        said.push(`lost ${login}: ${cause}`)
        lostAt.push({ login, heardUntil, noticedAt: clock.now() })
      },
    },
    ...options,
  })
  onTestFinished(async () => {
    await source[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })
  return { server, source, lines, said, lostAt }
}

export function stateOf(source: ChatSource, login: string): ChannelHearing | undefined {
  return source.channels().find((hearing) => hearing.login === login)
}

export function isJoined(source: ChatSource, login: string): boolean {
  return stateOf(source, login)?.state === 'joined'
}
