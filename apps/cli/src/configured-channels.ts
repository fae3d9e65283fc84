/** Which channels a source is asked for. */
import { DEFAULT_COMMAND_PREFIX } from '@smacktalk/contract'
import { type ChannelSetting, DEFAULT_CHANNELS, type LoadedSettings } from '@smacktalk/runtime'

export type SourceKind = 'twitch' | 'demo'

/**
 * From Twitch: the channels of the settings. In the demo world: its own, and configured ones beyond the default
 * handful, which it plays as small quiet channels; a variable or the command line means exactly what it says.
 */
export function configuredChannels(
  { settings, origins }: Pick<LoadedSettings, 'settings' | 'origins'>,
  source: SourceKind,
  worldLogins: readonly string[],
): readonly ChannelSetting[] {
  const origin = origins.get('channels')
  if (source === 'twitch' || origin === 'environment' || origin === 'command line') return settings.channels
  const byName = new Map<string, ChannelSetting>()
  for (const name of worldLogins) byName.set(name, { name, bots: [], commandPrefix: DEFAULT_COMMAND_PREFIX })
  for (const channel of settings.channels) {
    if (!DEFAULT_CHANNELS.includes(channel.name)) byName.set(channel.name, channel)
  }
  return [...byName.values()]
}

/**
 * The settings as they are played: who asks for the demo world where a variable says that there are no channels wants
 * to see those of the world.
 */
export function asPlayed(loaded: LoadedSettings, source: SourceKind, chosen: boolean): LoadedSettings {
  if (source !== 'demo' || !chosen || loaded.settings.channels.length > 0) return loaded
  return { ...loaded, origins: new Map([...loaded.origins].filter(([name]) => name !== 'channels')) }
}
