import { EMOTE_PROVIDER_NAMES, type EmoteSourceStatus, isEmoteProvider } from '@smacktalk/contract'

/** Whose an emote is, in words; empty when that is not known. @param key as in top lists */
export function providerOf(key: string): string {
  const provider = key.slice(0, Math.max(key.indexOf(':'), 0))
  if (provider === 'twitch') return 'Twitch'
  return isEmoteProvider(provider) ? EMOTE_PROVIDER_NAMES[provider] : ''
}

/** What to say about providers that cannot be asked. @param clock a time of day in words, from epoch ms */
export function staleNotes(
  sources: readonly EmoteSourceStatus[],
  clock: (atMs: number) => string,
): { text: string; title: string }[] {
  return sources
    .filter(({ stale }) => stale)
    .map(({ provider, asOf, reason }) => {
      const name = EMOTE_PROVIDER_NAMES[provider]
      const why = `${name} cannot be asked for emotes: ${reason ?? 'it does not answer'}.`
      return asOf === null
        ? { text: `No ${name} emotes`, title: `${why} They count as words.` }
        : {
            text: `${name} emotes as of ${clock(Date.parse(asOf))}`,
            title: `${why} The last good ones hold.`,
          }
    })
}
