import { EMOTE_PICTURE_HOSTS } from '@smacktalk/contract'

/** Ids as each provider makes them; what has another form is no emote of theirs and has no picture. */
const IDS: Readonly<Record<string, RegExp>> = {
  twitch: /^[A-Za-z0-9_]{1,64}$/,
  bttv: /^[0-9a-f]{24}$/,
  ffz: /^\d{1,12}$/,
  '7tv': /^(?:[0-9A-HJKMNP-TV-Z]{26}|[0-9a-f]{24})$/,
}

/**
 * Addresses of an emote's picture at twice the size of a line, best first; empty when there is none.
 * @param key provider and id, as in top lists
 * @param still true for a picture that does not move, where the provider has one
 */
export function pictureAddresses(key: string, still: boolean, theme: 'dark' | 'light'): string[] {
  const colon = key.indexOf(':')
  const [provider, id] = [key.slice(0, colon), key.slice(colon + 1)]
  if (!Object.hasOwn(IDS, provider) || IDS[provider]?.test(id) !== true) return []
  const { twitch, bttv, ffz, '7tv': sevenTv } = EMOTE_PICTURE_HOSTS
  switch (provider) {
    case 'twitch':
      return [`${twitch}/emoticons/v2/${id}/${still ? 'static' : 'default'}/${theme}/2.0`]
    // Emotes that never move may have no still form of their own.
    case 'bttv':
      return [...(still ? [`${bttv}/emote/${id}/static/2x.webp`] : []), `${bttv}/emote/${id}/2x.webp`]
    case '7tv':
      return [...(still ? [`${sevenTv}/emote/${id}/2x_static.webp`] : []), `${sevenTv}/emote/${id}/2x.webp`]
    // Never moves here; not every emote has the double size.
    default:
      return [`${ffz}/emote/${id}/2`, `${ffz}/emote/${id}/1`]
  }
}
