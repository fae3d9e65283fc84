import { EMOTE_PROVIDERS, type EmoteSourceStatus, type Instance } from '@smacktalk/contract'

/** What all ingestors say about each provider, taken together: the oldest sets, and any trouble. */
export function emoteSourcesOf(members: readonly { readonly instance: Instance }[]): EmoteSourceStatus[] {
  const said = members.flatMap(({ instance }) => instance.emoteSources)
  return EMOTE_PROVIDERS.flatMap((provider) => {
    const own = said.filter((source) => source.provider === provider)
    if (own.length === 0) return []
    const times = own.flatMap(({ asOf }) => asOf ?? [])
    const reason = own.find(({ problem }) => problem !== null)?.problem ?? null
    return {
      provider,
      asOf: times.length === 0 ? null : new Date(Math.min(...times)).toISOString(),
      stale: reason !== null,
      reason,
      sets: Math.max(...own.map(({ sets }) => sets)),
      emotes: Math.max(...own.map(({ emotes }) => emotes)),
    }
  })
}
