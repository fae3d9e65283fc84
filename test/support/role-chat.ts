/** What tests of roles share: a numbered chat in two channels, and roles that listen to it. */
import type { StatusAnswer } from '@smacktalk/contract'
import { expect } from 'vitest'
import { countedMinutes } from './counted-minutes.ts'
import { NumberedChat } from './numbered-chat.ts'
import { Random } from './random.ts'
import { type RoleCluster, type RoleClusterOptions, type RoleProcess, roleCluster } from './start-roles.ts'

export const CHANNELS = ['only_den', 'second_den']
/** Servers that are busy with other tests make tables slowly. */
const SLOW_MS = 120_000

export function chat(): Promise<NumberedChat> {
  return NumberedChat.start({
    channels: CHANNELS,
    random: new Random(1),
    messagesPerSecond: 200,
    againMs: 5_000,
  })
}

/** Roles that listen to that chat. */
export function listening(server: NumberedChat, options: RoleClusterOptions): RoleCluster {
  const env = { SMACKTALK_TWITCH_URL: server.url, SMACKTALK_CHANNELS: CHANNELS.join(',') }
  return roleCluster({ ...options, env: { ...env, ...options.env } })
}

/** Everything that was said is counted, as any gateway tells it: by minute, and in the account of the log. */
export async function expectAllCounted(gateway: RoleProcess, server: NumberedChat): Promise<void> {
  for (const channel of server.channels) {
    const minutes = server.minutesOf(channel)
    await gateway.waitFor(
      `${channel} is counted`,
      async () => {
        const counted = await countedMinutes(gateway, channel, minutes)
        return [...minutes].every(([minute, messages]) => counted.get(minute) === messages) || null
      },
      SLOW_MS,
    )
    expect(await countedMinutes(gateway, channel, minutes)).toEqual(minutes)
  }
  await gateway.waitFor('the account is stored', async () => {
    const { account } = await gateway.ask<StatusAnswer>('/status')
    return account.messages === server.messages || null
  })
}
