/** Badges of a sender that matter for counting, from `name/version,name/version`. */
export interface Badges {
  readonly bot: boolean
  readonly subscriber: boolean
  readonly moderator: boolean
  readonly vip: boolean
}

const NONE: Badges = { bot: false, subscriber: false, moderator: false, vip: false }

/** Few combinations exist, so the parsed ones are kept; beyond the limit the cache starts over. */
const CACHE_MAX = 4_096
const cache = new Map<string, Badges>()

export function parseBadges(tag: string): Badges {
  if (tag === '') return NONE
  const known = cache.get(tag)
  if (known !== undefined) return known
  const names = new Set(tag.split(',').map((badge) => badge.split('/', 1)[0]))
  const badges: Badges = {
    bot: names.has('bot-badge'),
    subscriber: names.has('subscriber') || names.has('founder'),
    moderator: names.has('moderator') || names.has('lead_moderator'),
    vip: names.has('vip'),
  }
  if (cache.size >= CACHE_MAX) cache.clear()
  cache.set(tag, badges)
  return badges
}
