/** Services whose emotes are plain words in a text, recognised when it is heard (metrics.md, Emotes). */
export const EMOTE_PROVIDERS = ['bttv', 'ffz', '7tv'] as const
export type EmoteProvider = (typeof EMOTE_PROVIDERS)[number]

export function isEmoteProvider(name: string): name is EmoteProvider {
  return (EMOTE_PROVIDERS as readonly string[]).includes(name)
}

/** What people call the services. */
export const EMOTE_PROVIDER_NAMES: Readonly<Record<EmoteProvider, string>> = {
  bttv: 'BTTV',
  ffz: 'FFZ',
  '7tv': '7TV',
}

/** Key of an emote in top lists: `7tv:01F6`; Twitch's own are `twitch:25`. */
export function emoteKey(provider: EmoteProvider, id: string): string {
  return `${provider}:${id}`
}

/** Where browsers get pictures of emotes: Twitch's own address and those of the services, and no other. */
export const EMOTE_PICTURE_HOSTS = {
  twitch: 'https://static-cdn.jtvnw.net',
  bttv: 'https://cdn.betterttv.net',
  ffz: 'https://cdn.frankerfacez.com',
  '7tv': 'https://cdn.7tv.app',
} as const
